/// Rows that others are multiplied with, sixteen by sixteen: numbers of sixteen rows side by side, feature after feature.
package struct PackedRows: Hashable, Sendable {
  package let count: Int
  package let width: Int
  private let panels: [Float]

  private static let lanes = 16

  /// - Parameter rows: `(count × width)`.
  package init(_ rows: [Float], count: Int, width: Int) {
    precondition(rows.count == count * width, "\(count) × \(width) numbers")
    (self.count, self.width) = (count, width)
    let lanes = Self.lanes
    var panels = Array(repeating: Float(0), count: (count + lanes - 1) / lanes * lanes * width)
    rows.withUnsafeBufferPointer { rows in
      panels.withUnsafeMutableBufferPointer { panels in
        for row in 0..<count {
          let first = row / lanes * lanes * width + row % lanes
          for feature in 0..<width { panels[first &+ feature &* lanes] = rows[row &* width &+ feature] }
        }
      }
    }
    self.panels = panels
  }

  /// Sets the products of some rows with a range of these, which begins at a multiple of 16. Each depends on nothing but its
  /// two rows: not on others beside them, nor on the processor, as those of a BLAS do.
  ///
  /// - Parameters:
  ///   - rows: a row `rowStride` after the one before it.
  ///   - target: a row's products `stride` after those of the row before it.
  /// - Complexity: O(rows × range × width).
  package func products(
    of rows: UnsafePointer<Float>, _ rowCount: Int, rowStride: Int, with range: Range<Int>,
    into target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    precondition(range.lowerBound % Self.lanes == 0 && range.upperBound <= count, "whole panels from the first on")
    precondition(stride >= range.count, "rows beside one another")
    panels.withUnsafeBufferPointer { panels in
      guard let panels = panels.baseAddress else { return }
      vectorRoutines.rowProducts(
        rows, rowCount, rowStride, panels + range.lowerBound * width, range.count, width, target, stride)
    }
  }
}

import Basics

/// What the kernel values of rows are made from, products or squared distances, for all pairs of classes and all γ.
///
/// Only the half above the diagonal is there.
package final class PairwiseTerms: @unchecked Sendable {
  private let count: Int
  private let values: UnsafeMutablePointer<Float>

  private static let blockRows = 128

  /// - Complexity: O(rows² × features); 2 × rows² bytes.
  package init(_ rows: ProblemRows, distances: Bool, threads: Int) {
    count = rows.count
    values = .allocate(capacity: max(1, rows.count * rows.count))
    let target = RowWriter(values: values)
    let block = Self.blockRows
    let (from, to) = distances ? (DistanceRows(rows.values), DistanceTargets(rows.values)) : (nil, nil)
    _ = Parallel.values(count: (rows.count + block - 1) / block, threads: threads) { [count] index in
      let first = index * block
      let range = first..<min(first + block, count)
      if let from, let to {
        let place = target.values + (first * count + first)
        from.distances(of: range, to: to, first..<count, into: place, stride: count)
        return
      }
      var products: [Double] = []
      rows.products(of: range, into: &products) { row, line in
        let place = target.values + (row * count + first)
        for column in row - first..<count - first { (place + column).initialize(to: Float(line[column])) }
      }
    }
  }

  deinit { values.deallocate() }

  /// The bytes that bases of so many rows take; those below the diagonal are never touched.
  static func bytes(rows: Int) -> Int { 2 * rows * rows }

  /// A row's numbers with some rows that do not stand before it.
  package func row(_ row: Int, with others: Range<Int>) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: values + row * count + others.lowerBound, count: others.count)
  }
}

/// Threads write different rows.
private struct RowWriter: @unchecked Sendable {
  let values: UnsafeMutablePointer<Float>
}

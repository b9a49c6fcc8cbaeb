import Learning
import Vectors

/// Rows whose squared distances to others are asked for.
///
/// They come from products in single precision, which take half the time of those in double: of some hundred features,
/// distances that are not small beside the rows' squares have an error of about 2⁻¹⁸ of themselves. Between rows that are
/// near one another, among them equal ones, they come from differences in double precision.
struct DistanceRows: Sendable {
  /// `(rows, features)`.
  private let values: Matrix<Double>
  private let single: [Float]
  private let squares: [Float]

  /// Which share of both rows' squares a squared distance must exceed for products to give it.
  private static let nearness: Float = 1 / 16
  /// The other rows that are looked at together.
  private static let blockColumns = 1024

  init(_ values: Matrix<Double>) {
    self.values = values
    single = values.inSinglePrecision
    squares = ProblemRows(values).squares.map(Float.init)
  }

  /// Sets the squared distances of some of these rows to a range of others.
  ///
  /// - Parameters:
  ///   - range: begins at a multiple of 16.
  ///   - target: a row's distances stand `stride` after those of the row before it.
  /// - Complexity: O(rows × others × features).
  func distances(
    of rows: Range<Int>, to others: DistanceTargets, _ range: Range<Int>, into target: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let width = values.columns
    single.withUnsafeBufferPointer { source in
      squares.withUnsafeBufferPointer { squares in
        others.squares.withUnsafeBufferPointer { otherSquares in
          guard let source = source.baseAddress, let otherSquares = otherSquares.baseAddress else { return }
          // So few at a time that they are still in the cache when products become distances.
          for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: Self.blockColumns) {
            let part = first..<min(first + Self.blockColumns, range.upperBound)
            let place = target + (first - range.lowerBound)
            others.packed.products(
              of: source + rows.lowerBound * width, rows.count, rowStride: width, with: part, into: place,
              stride: stride)
            for (line, row) in rows.enumerated() {
              vectorRoutines.squaredDistances(
                place + line * stride, squares[row], otherSquares + first, part.count, Self.nearness
              ) { Float(squaredDistance(row, others, first + $0)) }
            }
          }
        }
      }
    }
  }

  /// The squared distance of one of these rows to one of others, from their difference.
  private func squaredDistance(_ row: Int, _ others: DistanceTargets, _ other: Int) -> Double {
    let width = values.columns
    return values.values.withUnsafeBufferPointer { x in
      others.values.values.withUnsafeBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return 0 }
        return vectorRoutines.squaredDistance(x + row * width, y + other * width, width)
      }
    }
  }
}

/// Rows that squared distances to are asked for.
struct DistanceTargets: Sendable {
  /// `(rows, features)`.
  fileprivate let values: Matrix<Double>
  fileprivate let packed: PackedRows
  fileprivate let squares: [Float]

  init(_ values: Matrix<Double>) {
    self.values = values
    packed = PackedRows(values.inSinglePrecision, count: values.rows, width: values.columns)
    squares = ProblemRows(values).squares.map(Float.init)
  }
}

extension Matrix<Double> {
  /// Rows to be evaluated may be further off than any that were learned from: further than this makes no difference.
  fileprivate var inSinglePrecision: [Float] { values.map { Float(Swift.min(Swift.max($0, -1e15), 1e15)) } }
}

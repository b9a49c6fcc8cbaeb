import COpenBLAS
import Learning

/// Rows between which squared distances are asked for.
///
/// They come from products in single precision, which take half the time of those in double: a distance that is not small
/// beside the rows' squares has them to about 2⁻¹⁸ of itself. Between rows that are near one another, among them equal ones,
/// they come from differences in double precision.
struct DistanceRows: Sendable {
  /// `(rows, features)`.
  let values: Matrix<Double>
  private let single: [Float]
  private let squares: [Float]

  /// Which share of both rows' squares a squared distance must exceed for products to give it.
  private static let nearness: Float = 1 / 16

  init(_ values: Matrix<Double>) {
    self.values = values
    single = values.values.map(Float.init)
    squares = ProblemRows(values).squares.map(Float.init)
  }

  var count: Int { values.rows }

  /// Sets the squared distances of some of these rows to a range of others.
  ///
  /// - Parameters:
  ///   - target: a row's distances stand `stride` after those of the row before it.
  /// - Complexity: O(rows × others × features).
  func distances(
    of rows: Range<Int>, to others: DistanceRows, _ range: Range<Int>, into target: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let width = values.columns
    single.withUnsafeBufferPointer { source in
      others.single.withUnsafeBufferPointer { other in
        guard let source = source.baseAddress.map({ $0 + rows.lowerBound * width }),
          let other = other.baseAddress.map({ $0 + range.lowerBound * width })
        else { return }
        let (rowCount, columns, features) = (Int32(rows.count), Int32(range.count), Int32(width))
        if rowCount == 1 {
          cblas_sgemv(CblasRowMajor, CblasNoTrans, columns, features, 1, other, features, source, 1, 0, target, 1)
        } else {
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, rowCount, columns, features, 1, source, features, other, features,
            0, target, Int32(stride))
        }
      }
    }
    values.values.withUnsafeBufferPointer { source in
      others.values.values.withUnsafeBufferPointer { other in
        others.squares.withUnsafeBufferPointer { otherSquares in
          guard let source = source.baseAddress, let other = other.baseAddress.map({ $0 + range.lowerBound * width }),
            let otherSquares = otherSquares.baseAddress.map({ $0 + range.lowerBound })
          else { return }
          for (place, row) in rows.enumerated() {
            vectorRoutines.squaredDistances(
              target + place * stride, squares[row], otherSquares, range.count, Self.nearness
            ) { Float(vectorRoutines.squaredDistance(source + row * width, other + $0 * width, width)) }
          }
        }
      }
    }
  }
}

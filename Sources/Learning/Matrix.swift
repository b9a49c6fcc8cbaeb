/// A dense matrix, row after row in one array.
///
/// Features are `Matrix<Float>`: landmarks carry four digits, and half the bytes is half the time in every pass over
/// the rows. Probabilities and everything that is summed are `Double`.
public struct Matrix<Scalar: Sendable>: Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// `(rows × columns)` values, row after row.
  public var values: [Scalar]

  /// A matrix from its values, row after row.
  public init(rows: Int, columns: Int, values: [Scalar]) {
    precondition(values.count == rows * columns, "\(rows) × \(columns) values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of equal values.
  public init(rows: Int, columns: Int, repeating value: Scalar) {
    self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// The value in one place.
  public subscript(row: Int, column: Int) -> Scalar {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row's values.
  public subscript(row row: Int) -> ArraySlice<Scalar> {
    values[row * columns..<(row + 1) * columns]
  }

  /// The rows with the given indices, in their order; an index may stand more than once.
  public func selecting(rows indices: [Int]) -> Matrix {
    var selected: [Scalar] = []
    selected.reserveCapacity(indices.count * columns)
    for row in indices { selected += self[row: row] }
    return Matrix(rows: indices.count, columns: columns, values: selected)
  }
}

extension Matrix: Equatable where Scalar: Equatable {}
extension Matrix: Hashable where Scalar: Hashable {}

extension Matrix<Double> {
  /// The means of rows of the first half and their counterparts in the second.
  package var meansOfHalves: Matrix<Double> {
    let half = rows / 2 * columns
    return Matrix(rows: rows / 2, columns: columns, values: (0..<half).map { (values[$0] + values[half + $0]) / 2 })
  }
}

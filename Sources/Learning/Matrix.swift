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

extension Matrix {
  /// The columns of some ranges side by side; without a copy where these are all columns in their order.
  package func selecting(columns ranges: [Range<Int>]) -> Matrix {
    guard ranges.consecutive != 0..<columns else { return self }
    var selected: [Scalar] = []
    selected.reserveCapacity(rows * ranges.reduce(0) { $0 + $1.count })
    for base in stride(from: 0, to: values.count, by: max(1, columns)) {
      for range in ranges { selected += values[base + range.lowerBound..<base + range.upperBound] }
    }
    return Matrix(rows: rows, columns: ranges.reduce(0) { $0 + $1.count }, values: selected)
  }
}

extension [Range<Int>] {
  /// The range that these make, each beginning where the one before ends; `nil` if they do not.
  var consecutive: Range<Int>? {
    guard let first, let last, zip(self, dropFirst()).allSatisfy({ $0.upperBound == $1.lowerBound }) else { return nil }
    return first.lowerBound..<last.upperBound
  }

  /// Ranges of these lengths, one after the other from 0.
  package static func consecutive(_ counts: [Int]) -> [Range<Int>] {
    var first = 0
    return counts.map { count in
      defer { first += count }
      return first..<first + count
    }
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

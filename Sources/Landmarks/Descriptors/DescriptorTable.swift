/// What faces look like around their landmarks: a row of numbers a face, in the order of a landmark table.
public struct DescriptorTable: Hashable, Sendable {
  /// The number of faces.
  public let rows: Int
  /// The numbers of each face.
  public let columns: Int
  /// `(rows × columns)` values, row after row.
  public let values: [Float16]

  /// A table from its values, row after row.
  public init(rows: Int, columns: Int, values: [Float16]) {
    precondition(values.count == rows * columns, "\(rows) × \(columns) values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The rows with the given indices, in their order.
  package func selecting(rows chosen: [Int]) -> DescriptorTable {
    DescriptorTable(
      rows: chosen.count, columns: columns,
      values: chosen.flatMap { values[$0 * columns..<($0 + 1) * columns] })
  }
}

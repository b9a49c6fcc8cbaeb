import Learning

extension Mien_PrincipalComponents {
  init(_ components: PrincipalComponents) {
    self.init()
    featureCount = UInt32(components.featureCount)
    direction = HalfFloats.data(components.directions.values)
    offset = components.offsets
  }
}

extension PrincipalComponents {
  /// The components, after every number has been checked.
  init(_ message: Mien_PrincipalComponents) throws(InvalidModel) {
    let (columns, rows) = (Int(message.featureCount), message.offset.count)
    let (size, overflows) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflows, message.direction.count / 2 == size, message.direction.count % 2 == 0 else {
      throw InvalidModel(reason: "\(message.direction.count) bytes are no \(rows) directions of \(columns)")
    }
    let values = HalfFloats.values(message.direction)
    guard values.allSatisfy(\.isFinite), message.offset.allSatisfy({ abs($0) <= 1e30 }) else {
      throw InvalidModel(reason: "directions that no rows have")
    }
    self.init(
      directions: Matrix(rows: rows, columns: columns, values: values), offsets: message.offset)
  }
}

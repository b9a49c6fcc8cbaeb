import Learning

extension Mien_PrincipalComponents {
  init(_ components: PrincipalComponents) {
    self.init()
    featureCount = UInt32(components.featureCount)
    direction = components.directions.values
    offset = components.offsets
  }
}

extension PrincipalComponents {
  /// The components, after every number has been checked.
  init(_ message: Mien_PrincipalComponents) throws(InvalidModel) {
    let (columns, rows) = (Int(message.featureCount), message.offset.count)
    let (size, overflows) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflows, message.direction.count == size else {
      throw InvalidModel(reason: "\(message.direction.count) numbers are no \(rows) directions of \(columns)")
    }
    guard message.direction.allSatisfy({ abs($0) <= 1e30 }), message.offset.allSatisfy({ abs($0) <= 1e30 }) else {
      throw InvalidModel(reason: "directions that no rows have")
    }
    self.init(
      directions: Matrix(rows: rows, columns: columns, values: message.direction), offsets: message.offset)
  }
}

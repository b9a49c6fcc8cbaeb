import Learning

extension Mien_PrincipalComponents {
  init(_ components: PrincipalComponents) {
    self.init()
    factor = components.factors
    direction = HalfFloats.data(components.units)
    offset = components.offsets
  }
}

extension PrincipalComponents {
  /// The components, after every number has been checked.
  init(_ message: Mien_PrincipalComponents) throws(InvalidModel) {
    let (columns, rows) = (message.factor.count, message.offset.count)
    let (size, overflows) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflows, message.direction.count / 2 == size, message.direction.count % 2 == 0
    else {
      throw InvalidModel(reason: "\(message.direction.count) bytes are no \(rows) directions of \(columns)")
    }
    let units = HalfFloats.values(message.direction)
    guard units.allSatisfy(\.isFinite), message.factor.allSatisfy({ abs($0) <= 1e20 }),
      message.offset.allSatisfy({ abs($0) <= 1e30 })
    else { throw InvalidModel(reason: "directions that no rows have") }
    self.init(units: units, factors: message.factor, offsets: message.offset)
  }
}

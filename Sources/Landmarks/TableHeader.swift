/// What each column of a landmark table is.
struct TableHeader: Sendable {
  /// The role of a column: a metadata value, or a coordinate and its place in the row.
  enum Column: Sendable, Hashable {
    case metadata(Int)
    case coordinate(Int)
  }

  let columns: [Column]
  let names: [String]
  let metadataNames: [String]
  let pointCount: Int

  /// Reads the roles off the header's names: `<k>_x` and `<k>_y` are coordinates, anything else is metadata.
  init(names: [String], path: String, line: Int) throws(TableError) {
    var columns: [Column] = []
    var metadataNames: [String] = []
    var seen: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      if let earlier = seen[name], !name.isEmpty {
        throw TableError(
          path: path, line: line, column: index + 1,
          reason: "column \"\(name)\" stands twice, first as column \(earlier + 1)")
      }
      seen[name] = index
      if let place = Self.coordinatePlace(name) {
        columns.append(.coordinate(place))
      } else {
        columns.append(.metadata(metadataNames.count))
        metadataNames.append(name)
      }
    }
    let coordinateCount = names.count - metadataNames.count
    guard coordinateCount > 0 else {
      throw TableError(
        path: path, line: line,
        reason: "no landmark columns: expected 1_x,1_y,2_x,2_y,… in the header")
    }
    // Names are distinct, so the coordinates are complete when none passes the count.
    let pointCount = (coordinateCount + 1) / 2
    for point in 1...pointCount {
      for axis in ["x", "y"] where seen["\(point)_\(axis)"] == nil {
        throw TableError(path: path, line: line, reason: "column \(point)_\(axis) is missing")
      }
    }
    self.columns = columns
    self.names = names
    self.metadataNames = metadataNames
    self.pointCount = pointCount
  }

  /// The place of `<k>_x` or `<k>_y` in a row of coordinates, or `nil` for any other name.
  private static func coordinatePlace(_ name: String) -> Int? {
    let isX = name.hasSuffix("_x")
    guard isX || name.hasSuffix("_y") else { return nil }
    let digits = name.utf8.dropLast(2)
    guard !digits.isEmpty, digits.count <= 6, digits.first != UInt8(ascii: "0") else { return nil }
    var number = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return 2 * (number - 1) + (isX ? 0 : 1)
  }
}

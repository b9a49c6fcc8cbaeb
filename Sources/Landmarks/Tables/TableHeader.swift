/// What each column of a landmark table is.
struct TableHeader: Sendable {
  /// The role of a column: a metadata value, or a coordinate and its index in the row.
  enum Column: Sendable, Hashable {
    case metadata(Int)
    case coordinate(Int)
  }

  let columns: [Column]
  let names: [String]
  let metadataNames: [String]
  let pointCount: Int

  /// Reads the roles off the header's names: `<k>_x` and `<k>_y` are coordinates, anything else is metadata. Points count
  /// from 1, or from 0 where there is a point 0. Spaces around the names of coordinates and their case do not matter.
  init(names: [String], path: String, line: Int) throws(TableError) {
    let coordinates = names.map(Self.coordinate)
    let firstPoint = coordinates.contains { $0?.point == 0 } ? 0 : 1
    var columns: [Column] = []
    var metadataNames: [String] = []
    var seenNames: [String: Int] = [:]
    var seenCoordinates: [Coordinate: Int] = [:]
    for (index, name) in names.enumerated() {
      let earlier: Int?
      if let coordinate = coordinates[index] {
        earlier = seenCoordinates.updateValue(index, forKey: coordinate)
        columns.append(.coordinate(2 * (coordinate.point - firstPoint) + (coordinate.isX ? 0 : 1)))
      } else {
        earlier = name.isEmpty ? nil : seenNames.updateValue(index, forKey: name)
        columns.append(.metadata(metadataNames.count))
        metadataNames.append(name)
      }
      if let earlier {
        throw TableError(
          path: path, line: line, column: index + 1,
          reason: "column \"\(Self.shown(name))\" stands twice, first as column \(earlier + 1)")
      }
    }
    let coordinateCount = seenCoordinates.count
    guard coordinateCount > 0 else {
      throw TableError(path: path, line: line, reason: "no landmark columns: " + Self.hint(names))
    }
    // Names are distinct, so the coordinates are complete when none passes the count.
    let pointCount = (coordinateCount + 1) / 2
    for point in firstPoint..<firstPoint + pointCount {
      for isX in [true, false] where seenCoordinates[Coordinate(point: point, isX: isX)] == nil {
        throw TableError(path: path, line: line, reason: "column \(point)_\(isX ? "x" : "y") is missing")
      }
    }
    self.columns = columns
    self.names = names
    self.metadataNames = metadataNames
    self.pointCount = pointCount
  }

  /// The point and axis that a column's name stands for.
  private struct Coordinate: Hashable {
    let point: Int
    let isX: Bool
  }

  /// Reads `<k>_x` or `<k>_y`; `nil` for any other name.
  private static func coordinate(_ name: String) -> Coordinate? {
    var text = name.utf8[...]
    func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    while let first = text.first, isSpace(first) { text.removeFirst() }
    while let last = text.last, isSpace(last) { text.removeLast() }
    guard let axis = text.popLast().map({ $0 | 0x20 }), axis == UInt8(ascii: "x") || axis == UInt8(ascii: "y"),
      text.popLast() == UInt8(ascii: "_"), !text.isEmpty, text.count <= 6,
      text.count == 1 || text.first != UInt8(ascii: "0")
    else { return nil }
    var number = 0
    for digit in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return Coordinate(point: number, isX: axis == UInt8(ascii: "x"))
  }

  /// What to do about a header without coordinates.
  private static func hint(_ names: [String]) -> String {
    if names.count == 1, let separator = [";", "\t"].first(where: names[0].contains) {
      return "fields are separated by \(separator == ";" ? "\";\"" : "tabs"); save the table with commas"
    }
    return "expected 1_x,1_y,2_x,2_y,… in the header"
  }

  /// A name short enough for a message.
  private static func shown(_ name: String) -> String { name.count > 40 ? name.prefix(40) + "…" : name }
}

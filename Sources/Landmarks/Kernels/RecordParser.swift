/// Parses a run of whole records of a landmark table, in place.
struct RecordParser {
  /// What is wrong, and the byte at which its record starts.
  struct Fault: Error {
    var recordStart: Int
    var column: Int?
    var reason: String
  }

  /// The rows of one run of records.
  struct Rows: Sendable {
    var coordinates: [Float] = []
    var metadata: [[String]]
  }

  let bytes: UnsafeBufferPointer<UInt8>
  var position: Int
  let end: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The fields of the next record that is not blank, as text; `nil` at the end.
  mutating func nextRecord() throws(Fault) -> [String]? {
    guard skipBlankLines() else { return nil }
    let start = position
    var fields: [String] = []
    var isLast = false
    while !isLast {
      let field = try nextField(recordStart: start, column: fields.count + 1, isLast: &isLast)
      fields.append(try Self.text(bytes, field, recordStart: start, column: fields.count + 1))
    }
    return fields
  }

  /// All records up to the end, with the columns of `header`.
  mutating func rows(header: TableHeader) throws(Fault) -> Rows {
    var rows = Rows(metadata: Array(repeating: [], count: header.metadataNames.count))
    let width = 2 * header.pointCount
    let columns = header.columns
    // A guess from the first record's length spares most of the copying while the array grows.
    while skipBlankLines() {
      let start = position
      let base = rows.coordinates.count
      if base == 0 { rows.coordinates.reserveCapacity(width * ((end - start) / (4 * width) + 1)) }
      rows.coordinates.append(contentsOf: repeatElement(0, count: width))
      var index = 0
      var isLast = false
      while !isLast {
        let field = try nextField(recordStart: start, column: index + 1, isLast: &isLast)
        if index < columns.count {
          switch columns[index] {
          case .metadata(let column):
            rows.metadata[column].append(try Self.text(bytes, field, recordStart: start, column: index + 1))
          case .coordinate(let place):
            let digits = UnsafeBufferPointer(rebasing: bytes[field.range])
            guard let value = DecimalParser.float(digits) else {
              let text = try Self.text(bytes, field, recordStart: start, column: index + 1)
              throw Self.notANumber(text, recordStart: start, index: index, header: header)
            }
            guard value.magnitude <= LandmarkTable.maxCoordinate else {
              throw Fault(
                recordStart: start, column: index + 1,
                reason:
                  "\"\(String(decoding: digits.prefix(40), as: UTF8.self))\" is too far from 0: coordinates are in "
                  + "pixels, at most ±\(Int(LandmarkTable.maxCoordinate))")
            }
            rows.coordinates[base + place] = value
          }
        }
        index += 1
      }
      guard index == columns.count else {
        throw Fault(recordStart: start, reason: "\(index) fields, expected \(columns.count)")
      }
      guard Self.isResolved(rows.coordinates[base...]) else {
        throw Fault(
          recordStart: start,
          reason: "the points lie closer together than 32-bit floats can tell apart so far from 0: "
            + "move the face towards 0 or scale it up")
      }
    }
    return rows
  }

  /// Whether a face's extent is many steps of its coordinates' floats, or there is none at all.
  private static func isResolved(_ face: ArraySlice<Float>) -> Bool {
    var lowest = SIMD2<Float>(repeating: .infinity)
    var highest = -lowest
    var place = face.startIndex
    while place + 1 < face.endIndex {
      let point = SIMD2(face[place], face[place + 1])
      lowest = pointwiseMin(lowest, point)
      highest = pointwiseMax(highest, point)
      place += 2
    }
    let extent = (highest - lowest).max()
    let largest = max(lowest.x.magnitude, lowest.y.magnitude, highest.x.magnitude, highest.y.magnitude)
    return extent == 0 || extent >= 256 * largest.ulp
  }

  /// A field's bytes without its quotes.
  private struct Field {
    var range: Range<Int>
    var hasDoubledQuotes = false
  }

  /// Moves to the first byte of the next record; false at the end.
  private mutating func skipBlankLines() -> Bool {
    while position < end, bytes[position] == UInt8(ascii: "\n") || bytes[position] == UInt8(ascii: "\r") {
      position += 1
    }
    return position < end
  }

  /// Reads one field and its delimiter.
  private mutating func nextField(recordStart: Int, column: Int, isLast: inout Bool) throws(Fault) -> Field {
    if position < end, bytes[position] == UInt8(ascii: "\"") {
      return try quotedField(recordStart: recordStart, column: column, isLast: &isLast)
    }
    let start = position
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: ",") {
        position += 1
        return Field(range: start..<position - 1)
      }
      if byte == UInt8(ascii: "\n") { break }
      position += 1
    }
    isLast = true
    var fieldEnd = position
    if fieldEnd > start, bytes[fieldEnd - 1] == UInt8(ascii: "\r") { fieldEnd -= 1 }
    if position < end { position += 1 }
    return Field(range: start..<fieldEnd)
  }

  private mutating func quotedField(recordStart: Int, column: Int, isLast: inout Bool) throws(Fault) -> Field {
    var field = Field(range: position + 1..<position + 1)
    position += 1
    while position < end {
      guard bytes[position] == UInt8(ascii: "\"") else {
        position += 1
        continue
      }
      if position + 1 < end, bytes[position + 1] == UInt8(ascii: "\"") {
        field.hasDoubledQuotes = true
        position += 2
        continue
      }
      field.range = field.range.lowerBound..<position
      position += 1
      if position < end, bytes[position] == UInt8(ascii: "\r") { position += 1 }
      guard position < end else {
        isLast = true
        return field
      }
      switch bytes[position] {
      case UInt8(ascii: ","): break
      case UInt8(ascii: "\n"): isLast = true
      default:
        throw Fault(recordStart: recordStart, column: column, reason: "text after the closing quote of a field")
      }
      position += 1
      return field
    }
    throw Fault(recordStart: recordStart, column: column, reason: "a quoted field is not closed")
  }

  private static func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ field: Field, recordStart: Int, column: Int
  ) throws(Fault) -> String {
    guard let text = String(validating: bytes[field.range], as: UTF8.self) else {
      throw Fault(recordStart: recordStart, column: column, reason: "not valid UTF-8 text; save the file as UTF-8")
    }
    guard field.hasDoubledQuotes else { return text }
    return text.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")
  }

  private static func notANumber(_ text: String, recordStart: Int, index: Int, header: TableHeader) -> Fault {
    let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
    var reason = text.isEmpty ? "no value" : "\"\(shown)\" is not a number"
    if text.contains(",") {
      reason += " (use a decimal point)"
    } else if ["nan", "inf", "infinity"].contains(text.lowercased().drop { $0 == "-" || $0 == "+" }) {
      reason = "\"\(shown)\" is not a finite number"
    }
    return Fault(recordStart: recordStart, column: index + 1, reason: reason + ", in column \(header.names[index])")
  }
}

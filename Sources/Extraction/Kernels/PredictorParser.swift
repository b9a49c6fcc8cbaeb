import Foundation

/// What is wrong with a predictor's bytes, and where.
struct PredictorFault: Error {
  let offset: Int
  let reason: String
}

/// Reads a predictor's file from its first byte to its last, and checks every count, index and number. No byte is read
/// before its offset is compared with the number of bytes.
struct PredictorParser {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The number of points of a predictor whose file is valid.
  static func pointCount(ofFile data: Data) throws(PredictorFault) -> Int {
    // Data's own version does not pass a typed error on.
    let outcome = data.withUnsafeBytes { bytes in
      Result { () throws(PredictorFault) in
        var parser = PredictorParser(bytes)
        return try parser.pointCount()
      }
    }
    return try outcome.get()
  }

  /// A bound on numbers in units of the face's box; dlib's own stay below 1.1.
  private static let maxShapeNumber: Float = 1000
  /// Thresholds are differences of 8-bit pixels.
  private static let maxThreshold: Float = 1e6

  /// The number of points, once everything is checked.
  private mutating func pointCount() throws(PredictorFault) -> Int {
    guard try integer() == 1 else { throw fault("the version is not 1") }
    let rows = try shape(rows: nil)
    let points = rows / 2
    let cascades = try count(minBytes: 1)
    guard cascades > 0 else { throw fault("no cascades") }
    // Splits come before the number of features that they may name, so the largest index of each cascade is kept.
    var maxIndices: [Int] = []
    for _ in 0..<cascades {
      var largest = -1
      for _ in 0..<(try count(minBytes: 4)) { largest = max(largest, try tree(rows: rows)) }
      maxIndices.append(largest)
    }
    try expectCount(cascades, "anchors")
    var featureCounts: [Int] = []
    for _ in 0..<cascades {
      let features = try count(minBytes: 2)
      for _ in 0..<features {
        guard (0..<points).contains(try integer()) else { throw fault("an anchor that is no point") }
      }
      featureCounts.append(features)
    }
    try expectCount(cascades, "deltas")
    for cascade in 0..<cascades {
      try expectCount(featureCounts[cascade], "deltas of cascade \(cascade + 1)")
      for _ in 0..<2 * featureCounts[cascade] { try number(upTo: Self.maxShapeNumber) }
      guard maxIndices[cascade] < featureCounts[cascade] else {
        throw fault(
          "a split of cascade \(cascade + 1) names feature \(maxIndices[cascade]) of \(featureCounts[cascade])")
      }
    }
    guard offset == bytes.count else { throw fault("\(bytes.count - offset) bytes too many") }
    return points
  }

  /// Reads a tree and returns the largest index of a feature in it, −1 without splits.
  private mutating func tree(rows: Int) throws(PredictorFault) -> Int {
    let splits = try count(minBytes: 8)
    var largest = -1
    for _ in 0..<splits {
      for _ in 0..<2 {
        let index = try integer()
        guard index >= 0 else { throw fault("a negative index") }
        largest = max(largest, index)
      }
      try number(upTo: Self.maxThreshold)
    }
    let leaves = try count(minBytes: 4)
    guard leaves == splits + 1, leaves & (leaves - 1) == 0 else {
      throw fault("a tree of \(splits) splits and \(leaves) leaves")
    }
    for _ in 0..<leaves { _ = try shape(rows: rows) }
    return largest
  }

  /// Reads a column of numbers, `rows` of them if that is known, and returns how many there are.
  private mutating func shape(rows expected: Int?) throws(PredictorFault) -> Int {
    let rows = -(try integer())
    guard try integer() == -1, rows > 0, rows % 2 == 0, rows <= 20_000, rows == expected ?? rows else {
      throw fault("a shape of other dimensions")
    }
    for _ in 0..<rows { try number(upTo: Self.maxShapeNumber) }
    return rows
  }

  /// Reads the count of a list whose elements take at least so many bytes.
  private mutating func count(minBytes: Int) throws(PredictorFault) -> Int {
    let count = try integer()
    guard count >= 0, count <= (bytes.count - offset) / minBytes else { throw fault("a count beyond the file's end") }
    return count
  }

  private mutating func expectCount(_ expected: Int, _ what: String) throws(PredictorFault) {
    let found = try count(minBytes: 1)
    guard found == expected else { throw fault("\(found) \(what), expected \(expected)") }
  }

  private mutating func integer() throws(PredictorFault) -> Int {
    guard offset < bytes.count else { throw fault("the file ends too early") }
    let control = bytes[offset]
    let length = Int(control & 0x0F)
    guard control & 0x70 == 0, (1...7).contains(length) else { throw fault("not an integer of dlib's") }
    guard length < bytes.count - offset else { throw fault("the file ends too early") }
    var magnitude = 0
    for place in 1...length { magnitude |= Int(bytes[offset + place]) << (8 * (place - 1)) }
    let isNegative = control & 0x80 != 0
    guard length == 1 || magnitude >> (8 * (length - 1)) > 0, magnitude > 0 || !isNegative else {
      throw fault("an integer in a longer form than dlib writes")
    }
    offset += 1 + length
    return isNegative ? -magnitude : magnitude
  }

  private mutating func number(upTo largest: Float) throws(PredictorFault) {
    let mantissa = try integer()
    let exponent = try integer()
    if mantissa == 0 {
      guard exponent == 40 else { throw fault("not a finite number") }
      return
    }
    guard mantissa.magnitude < 1 << 24, mantissa & 0xFF != 0, (-200...127).contains(exponent),
      Float(sign: .plus, exponent: exponent, significand: Float(mantissa.magnitude)) <= largest
    else { throw fault("a number that no predictor holds") }
  }

  private func fault(_ reason: String) -> PredictorFault { PredictorFault(offset: offset, reason: reason) }
}

/// Numbers in plain decimal notation, read from bytes; what `Float(text)` gives, without the text and the locale.
package enum DecimalParser {
  private static let powersOfTen: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  /// The value of `bytes`, or `nil` when it is not a finite decimal number. Spaces around it are ignored.
  ///
  /// Mantissas below 2⁵³ with at most 22 decimals take the fast path: both operands of the division are exact, so
  /// the quotient is the correctly rounded value (Clinger 1990, doi:10.1145/93542.93557).
  package static func float(_ bytes: UnsafeBufferPointer<UInt8>) -> Float? {
    var index = 0
    var mantissa: UInt64 = 0
    var digitCount = 0
    var decimals = 0
    let count = bytes.count
    let isNegative = count > 0 && bytes[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    while index < count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      digitCount &+= 1
      index &+= 1
    }
    if index < count, bytes[index] == UInt8(ascii: ".") {
      index &+= 1
      while index < count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        digitCount &+= 1
        decimals &+= 1
        index &+= 1
      }
    }
    guard index == count, digitCount > 0, digitCount <= 19, decimals <= 22, mantissa < 1 << 53 else {
      return slowFloat(bytes)
    }
    let magnitude = decimals == 0 ? Double(mantissa) : Double(mantissa) / powersOfTen[decimals]
    return Float(isNegative ? -magnitude : magnitude)
  }

  /// Exponents, long mantissas, a plus sign, surrounding spaces: rare, and left to the standard library.
  private static func slowFloat(_ bytes: UnsafeBufferPointer<UInt8>) -> Float? {
    var field = bytes[...]
    while let last = field.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { field.removeLast() }
    while let first = field.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { field.removeFirst() }
    // The standard library also takes "inf", "nan" and hexadecimal; a table must not.
    let isDecimal = field.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || [43, 45, 46, 69, 101].contains(byte)  // + - . E e
    }
    guard isDecimal, let value = Double(String(decoding: field, as: UTF8.self)), Float(value).isFinite else {
      return nil
    }
    return Float(value)
  }
}

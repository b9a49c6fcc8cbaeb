import Foundation

/// Numbers as text with a fixed number of decimals, whatever the locale.
package enum DecimalText {
  /// The decimals with which numbers up to `largest` have two significant digits or more, and at least three.
  package static func places(upTo largest: Double) -> Int {
    guard largest > 0, largest.isFinite else { return 3 }
    return min(max(3, 1 - Int(log10(largest).rounded(.down))), 12)
  }

  /// A probability with four decimals, or `< 0.0001`.
  package static func probability(_ value: Double) -> String { value < 0.00005 ? "< 0.0001" : "= " + text(value, 4) }

  /// `value` rounded half away from zero to `places` decimals: `DecimalText.text(2.25, 1)` is `"2.3"`.
  ///
  /// Values whose scaled magnitude passes 2⁵³ are printed in Swift's shortest form instead.
  package static func text(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (value * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled.magnitude < 9_007_199_254_740_992, let units = Int64(exactly: scaled) else { return "\(value)" }
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = units < 0 ? "-" : ""
    guard places > 0 else { return sign + padded }
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }
}

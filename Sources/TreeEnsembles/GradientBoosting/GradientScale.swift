/// How derivatives become integers: by powers of two, so large that rounding is as small as the sums allow.
struct GradientScale: Sendable {
  private let firstExponent: Int
  private let secondExponent: Int
  private let unitsOfFirst: Double
  private let unitsOfSecond: Double

  /// A scale for rows whose derivatives have these largest absolute values.
  ///
  /// - Parameter rows: as many values of the largest size may be summed.
  init(largestFirst: Float, largestSecond: Float, rows: Int) {
    // A sum of 2^b values below 2^(30 − b) stays below 2³⁰, and rounding adds less than that again.
    let bits = 30 - (Int.bitWidth - max(0, rows - 1).leadingZeroBitCount)
    firstExponent = Self.exponent(of: largestFirst, bits: bits)
    secondExponent = Self.exponent(of: largestSecond, bits: bits)
    unitsOfFirst = Self.power(firstExponent)
    unitsOfSecond = Self.power(secondExponent)
  }

  private static func exponent(of largest: Float, bits: Int) -> Int {
    largest > 0 ? bits - 1 - Int(largest.exponent) : 0
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: min(max(exponent, -1000), 1000), significand: 1)
  }

  /// Derivatives as one cell, rounded to the nearest integers.
  @inline(__always)
  func cell(first: Float, second: Float) -> GradientCell {
    GradientCell(
      first: Self.rounded(Double(first) * unitsOfFirst), second: Self.rounded(Double(second) * unitsOfSecond))
  }

  /// Adding 1.5 · 2⁵² leaves the rounded integer in the low bits; `rounded()` would be a library call.
  @inline(__always)
  private static func rounded(_ value: Double) -> Int32 {
    Int32(truncatingIfNeeded: (value + 0x1.8p52).bitPattern)
  }

  /// The rules of a booster in these units.
  func rules(_ settings: GradientBoosting) -> BoostingRules {
    let least = (settings.minChildWeight * unitsOfSecond).rounded(.up)
    return BoostingRules(
      lambda: settings.lambda * unitsOfSecond, alpha: settings.alpha * unitsOfFirst,
      minChildWeight: max(1, Int64(min(least, 0x1p40))))
  }

  /// A gain in these units.
  func score(_ gain: Double) -> Double { gain * Self.power(2 * firstExponent - secondExponent) }

  /// A gain in those of the loss.
  func gain(_ score: Double) -> Float { Float(score * Self.power(secondExponent - 2 * firstExponent)) }

  /// The sum of second derivatives.
  func cover(_ cell: GradientCell) -> Float { Float(Double(cell.second) / unitsOfSecond) }

  /// What a leaf with these sums adds: −T(G) ÷ (H + λ), shrunk by the learning rate; nothing where the second
  /// derivatives are less than `min_child_weight`, which only a tree without splits can have.
  func leafValue(_ cell: GradientCell, rules: BoostingRules, learningRate: Double) -> Float {
    let first = Double(cell.first)
    let shrunk = first > rules.alpha ? first - rules.alpha : first < -rules.alpha ? first + rules.alpha : 0
    let denominator = Double(cell.second) + rules.lambda
    guard denominator > 0, cell.second >= rules.minChildWeight else { return 0 }
    return Float(learningRate) * Float(-shrunk / denominator * (unitsOfSecond / unitsOfFirst))
  }
}

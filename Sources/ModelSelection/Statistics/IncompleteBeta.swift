import Foundation

/// The regularized incomplete beta function I_x(a, b): the distribution function behind Student's t and the binomial.
enum IncompleteBeta {
  /// I_x(a, b) for a, b > 0 and x in 0 … 1, by its continued fraction (Lentz 1976, doi:10.1364/AO.15.000668).
  static func regularized(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges quickly below the mean; above it the mirror image is taken.
    if x > (a + 1) / (a + b + 2) { return 1 - regularized(1 - x, b, a) }
    let logBeta: Double = lgamma(a) + lgamma(b) - lgamma(a + b)
    let logFront: Double = a * log(x) + b * log(1 - x) - logBeta
    return exp(logFront) / a * continuedFraction(x, a, b)
  }

  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...500 {
      let m = Double(step)
      let place: Double = a + 2 * m
      let even: Double = m * (b - m) * x / ((place - 1) * place)
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      result *= d * c
      let odd: Double = -(a + m) * (a + b + m) * x / (place * (place + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      let change = d * c
      result *= change
      if abs(change - 1) < 1e-15 { break }
    }
    return result
  }
}

import Learning

/// A kernel with its numbers.
package struct Kernel: Hashable, Sendable {
  package var kind: SupportVectorMachine.KernelKind
  package var gamma: Double
  package var degree: Int
  package var constant: Double

  package init(kind: SupportVectorMachine.KernelKind, gamma: Double, degree: Int, constant: Double) {
    self.kind = kind
    self.gamma = gamma
    self.degree = degree
    self.constant = constant
  }

  /// Whether it looks at distances; others look at products.
  package var usesDistances: Bool { kind == .rbf }

  /// The kernel's values from products, or from squared distances where it uses these.
  package func apply(to bases: UnsafePointer<Float>, _ values: UnsafeMutablePointer<Float>, count: Int) {
    switch kind {
    case .linear: values.update(from: bases, count: count)
    case .rbf: negativeExponentials(bases, factor: Float(gamma), values, count: count)
    case .poly, .sigmoid: for index in 0..<count { values[index] = Float(value(Double(bases[index]))) }
    }
  }

  /// The kernel's value from a product, or from a squared distance where it uses these.
  package func value(_ base: Double) -> Double {
    switch kind {
    case .linear: return base
    case .rbf: return exponential(-gamma * base)
    case .poly:
      var (power, factor, left) = (1.0, gamma * base + constant, degree)
      while left > 0 {
        if left & 1 == 1 { power *= factor }
        factor *= factor
        left >>= 1
      }
      // What no number can hold stays finite, so that nothing is ever not a number.
      return min(max(power, -1e30), 1e30)
    case .sigmoid:
      let double = exponential(min(max(2 * (gamma * base + constant), -80), 80))
      return (double - 1) / (double + 1)
    }
  }
}

/// exp(−factor · x) of many numbers x ≥ 0 to the precision of a `Float`.
func negativeExponentials(
  _ bases: UnsafePointer<Float>, factor: Float, _ values: UnsafeMutablePointer<Float>, count: Int
) {
  let whole = count & ~3
  let source = UnsafeRawPointer(bases)
  let target = UnsafeMutableRawPointer(values)
  for index in stride(from: 0, to: whole, by: 4) {
    let x = source.loadUnaligned(fromByteOffset: index &* 4, as: SIMD4<Float>.self) * -factor
    target.storeBytes(of: exponentials(x), toByteOffset: index &* 4, as: SIMD4<Float>.self)
  }
  for index in whole..<count { values[index] = exponentials(SIMD4(repeating: bases[index] * -factor))[0] }
}

/// eˣ of four numbers x ≤ 0; what is below the least normal number becomes about that.
@inline(__always)
private func exponentials(_ x: SIMD4<Float>) -> SIMD4<Float> {
  let clamped = x.replacing(with: -87, where: x .< -87)
  let magic: Float = 0x1.8p23
  let shifted = clamped * 1.442_695 + magic
  let exponent = unsafeBitCast(shifted, to: SIMD4<Int32>.self) &- Int32(bitPattern: magic.bitPattern)
  let whole = shifted - magic
  let r = clamped - whole * 0.693_359_4 + whole * 2.121_944_4e-4
  var sum = SIMD4<Float>(repeating: 1 / 720)
  sum = sum * r + 1 / 120
  sum = sum * r + 1 / 24
  sum = sum * r + 1 / 6
  sum = sum * r + 0.5
  sum = sum * r + 1
  sum = sum * r + 1
  return sum * unsafeBitCast((exponent &+ 127) &<< 23, to: SIMD4<Float>.self)
}

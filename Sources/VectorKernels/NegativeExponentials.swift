/// exp(−factor · x) of many numbers x ≥ 0 to the precision of a `Float`; what is below the least normal number becomes
/// about that.
package func negativeExponentials(
  _ bases: UnsafePointer<Float>, factor: Float, _ values: UnsafeMutablePointer<Float>, count: Int
) {
  let whole = count & ~15
  let source = UnsafeRawPointer(bases)
  let target = UnsafeMutableRawPointer(values)
  for place in stride(from: 0, to: whole &* 4, by: 64) {
    let x = source.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self) * -factor
    target.storeBytes(of: exponentials(x), toByteOffset: place, as: SIMD16<Float>.self)
  }
  for index in whole..<count { values[index] = exponentials(SIMD16(repeating: bases[index] * -factor))[0] }
}

/// eˣ of numbers x ≤ 0: 2^k · e^r with |r| ≤ ln 2 ÷ 2, and a polynomial.
@inline(__always)
private func exponentials(_ x: SIMD16<Float>) -> SIMD16<Float> {
  let clamped = x.replacing(with: -87, where: x .< -87)
  // 2²³ · 1.5 leaves the rounded exponent in the low bits.
  let magic: Float = 0x1.8p23
  let shifted = clamped * 1.442_695 + magic
  let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- Int32(bitPattern: magic.bitPattern)
  let whole = shifted - magic
  let r = clamped - whole * 0.693_359_4 + whole * 2.121_944_4e-4
  var sum = SIMD16<Float>(repeating: 1 / 720)
  sum = sum * r + 1 / 120
  sum = sum * r + 1 / 24
  sum = sum * r + 1 / 6
  sum = sum * r + 0.5
  sum = sum * r + 1
  sum = sum * r + 1
  return sum * unsafeBitCast((exponent &+ 127) &<< 23, to: SIMD16<Float>.self)
}

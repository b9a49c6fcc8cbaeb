/// eˣ to about 1e-11, by the same operations on every machine: e^x = 2^k · e^r with |r| ≤ ln 2 ÷ 2, and a polynomial.
@inlinable @inline(__always)
package func exponential(_ x: Double) -> Double {
  let clamped = min(max(x, -700), 700)
  // 2^52 · 1.5 leaves the rounded exponent in the low bits.
  let shifted = clamped * 1.442_695_040_888_963_4 + 0x1.8p52
  let exponent = Int64(Int32(truncatingIfNeeded: shifted.bitPattern))
  let whole = shifted - 0x1.8p52
  let r = clamped - whole * 0.693_147_180_369_123_8 - whole * 1.908_214_929_270_587_7e-10
  var sum = 1.0 / 362_880
  sum = sum * r + 1.0 / 40_320
  sum = sum * r + 1.0 / 5_040
  sum = sum * r + 1.0 / 720
  sum = sum * r + 1.0 / 120
  sum = sum * r + 1.0 / 24
  sum = sum * r + 1.0 / 6
  sum = sum * r + 0.5
  sum = sum * r + 1
  sum = sum * r + 1
  return sum * Double(bitPattern: UInt64(bitPattern: (exponent &+ 1023) << 52))
}

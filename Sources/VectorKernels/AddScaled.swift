/// Adds factor · values to sums in double precision.
package func addScaled(
  _ values: UnsafePointer<Float>, factor: Double, to sums: UnsafeMutablePointer<Double>, count: Int
) {
  let (source, target) = (UnsafeRawPointer(values), UnsafeMutableRawPointer(sums))
  let whole = count & ~7
  for place in stride(from: 0, to: whole, by: 8) {
    let wide = SIMD8<Double>(source.loadUnaligned(fromByteOffset: place &* 4, as: SIMD8<Float>.self))
    let old = target.loadUnaligned(fromByteOffset: place &* 8, as: SIMD8<Double>.self)
    target.storeBytes(of: old + wide * factor, toByteOffset: place &* 8, as: SIMD8<Double>.self)
  }
  for index in whole..<count { sums[index] += factor * Double(values[index]) }
}

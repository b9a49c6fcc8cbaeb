import CPrefetch

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

/// Adds factor · values of four rows to sums in double precision, in the order of the rows.
package func addScaled(
  _ values: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>),
  factors: SIMD4<Double>, to sums: UnsafeMutablePointer<Double>, count: Int
) {
  let target = UnsafeMutableRawPointer(sums)
  let (a, b) = (UnsafeRawPointer(values.0), UnsafeRawPointer(values.1))
  let (c, d) = (UnsafeRawPointer(values.2), UnsafeRawPointer(values.3))
  let whole = count & ~7
  let last = max(0, whole &* 4 &- 64)
  for place in stride(from: 0, to: whole, by: 8) {
    let ahead = min(place &* 4 &+ prefetchDistance, last)
    prefetch(a + ahead)
    prefetch(b + ahead)
    prefetch(c + ahead)
    prefetch(d + ahead)
    var sum = target.loadUnaligned(fromByteOffset: place &* 8, as: SIMD8<Double>.self)
    sum += SIMD8<Double>(a.loadUnaligned(fromByteOffset: place &* 4, as: SIMD8<Float>.self)) * factors[0]
    sum += SIMD8<Double>(b.loadUnaligned(fromByteOffset: place &* 4, as: SIMD8<Float>.self)) * factors[1]
    sum += SIMD8<Double>(c.loadUnaligned(fromByteOffset: place &* 4, as: SIMD8<Float>.self)) * factors[2]
    sum += SIMD8<Double>(d.loadUnaligned(fromByteOffset: place &* 4, as: SIMD8<Float>.self)) * factors[3]
    target.storeBytes(of: sum, toByteOffset: place &* 8, as: SIMD8<Double>.self)
  }
  for index in whole..<count {
    sums[index] += factors[0] * Double(values.0[index])
    sums[index] += factors[1] * Double(values.1[index])
    sums[index] += factors[2] * Double(values.2[index])
    sums[index] += factors[3] * Double(values.3[index])
  }
}

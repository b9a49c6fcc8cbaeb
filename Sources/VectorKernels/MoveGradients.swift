import CPrefetch

/// Moves gradients by step · (first − second), and finds the least among rows whose coefficient can rise.
///
/// - Parameters:
///   - barriers: ∞ for rows whose coefficient cannot rise, otherwise 0.
///   - count: a multiple of 16.
///   - first, second: kernel values of the two rows that moved.
/// - Returns: the row, the first of equal ones or −1 for none, and its gradient.
package func moveGradients(
  _ gradients: UnsafeMutablePointer<Float>, barriers: UnsafePointer<Float>, count: Int, step: Float,
  first: UnsafePointer<Float>, second: UnsafePointer<Float>
) -> (index: Int, gradient: Float) {
  let (first, second) = (UnsafeRawPointer(first), UnsafeRawPointer(second))
  let (target, barriers) = (UnsafeMutableRawPointer(gradients), UnsafeRawPointer(barriers))
  let steps = SIMD16<Float>(repeating: step)
  var least = SIMD16<Float>(repeating: .infinity)
  var minIndices = SIMD16<Int32>(repeating: -1)
  var indices = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  let last = count &* 4 &- 64
  for place in stride(from: 0, to: count &* 4, by: 64) {
    prefetch(second + min(place &+ prefetchDistance, last))
    let difference =
      first.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
      - second.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
    let gradient = target.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self) + difference * steps
    target.storeBytes(of: gradient, toByteOffset: place, as: SIMD16<Float>.self)
    let candidate = gradient + barriers.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
    let isLess = candidate .< least
    least.replace(with: candidate, where: isLess)
    minIndices.replace(with: indices, where: isLess)
    indices &+= SIMD16<Int32>(repeating: 16)
  }
  let gradient = least.minLane
  let index = minIndices.replacing(with: .max, where: least .!= gradient).minLane
  return (gradient < .infinity ? Int(index) : -1, gradient)
}

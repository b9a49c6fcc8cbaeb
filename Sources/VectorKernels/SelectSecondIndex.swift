import CPrefetch

/// The row that takes most off a support vector machine's objective when it moves together with another one (Fan, Chen &
/// Lin 2005, JMLR 6, second order), and how far any row may be from its optimum.
///
/// - Parameters:
///   - kernel: the other row's kernel values.
///   - gradients, diagonal: of all rows.
///   - barriers: −∞ for rows whose coefficient cannot fall, otherwise 0.
///   - count: a multiple of 16.
///   - gradient, curvature: the other row's.
///   - minCurvature: what a pair's curvature is taken for at least.
/// - Returns: the row, the first of equally good ones or −1 for none, and the largest gradient of a row that can fall less
///   the other row's gradient.
package func selectSecondIndex(
  kernel: UnsafePointer<Float>, gradients: UnsafePointer<Float>, barriers: UnsafePointer<Float>,
  diagonal: UnsafePointer<Float>, count: Int, gradient: Float, curvature: Float, minCurvature: Float
) -> (index: Int, gap: Float) {
  let (kernel, gradients) = (UnsafeRawPointer(kernel), UnsafeRawPointer(gradients))
  let (barriers, diagonal) = (UnsafeRawPointer(barriers), UnsafeRawPointer(diagonal))
  var bestScores = SIMD16<Float>(repeating: 0)
  var bestIndices = SIMD16<Int32>(repeating: -1)
  var gaps = SIMD16<Float>(repeating: -.infinity)
  var indices = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  let (own, ownCurvature) = (SIMD16<Float>(repeating: gradient), SIMD16<Float>(repeating: curvature))
  let least = SIMD16<Float>(repeating: minCurvature)
  let none = SIMD16<Float>(repeating: 0)
  let last = count &* 4 &- 64
  for place in stride(from: 0, to: count &* 4, by: 64) {
    prefetch(kernel + min(place &+ prefetchDistance, last))
    let value = kernel.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
    let gap =
      gradients.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
      + barriers.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self) - own
    gaps.replace(with: gap, where: gap .> gaps)
    var bend = diagonal.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self) + ownCurvature - (value + value)
    bend.replace(with: least, where: bend .< least)
    var gain = gap
    gain.replace(with: none, where: gap .< none)
    let score = gain * gain / bend
    let isBetter = score .> bestScores
    bestScores.replace(with: score, where: isBetter)
    bestIndices.replace(with: indices, where: isBetter)
    indices &+= SIMD16<Int32>(repeating: 16)
  }
  let best = bestScores.maxLane
  let first = bestIndices.replacing(with: .max, where: bestScores .!= best).minLane
  return (best > 0 ? Int(first) : -1, gaps.maxLane)
}

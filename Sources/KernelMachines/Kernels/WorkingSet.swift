/// How little curvature a pair of rows may have; libsvm's τ.
package let leastCurvature = 1e-12

/// The partner that takes most off the objective together with a row (Fan, Chen & Lin 2005, second order), and how far
/// any row may be from its optimum.
///
/// - Parameters:
///   - row: the first row's kernel values.
///   - gradients, barriers, diagonal: by row; a barrier is −∞ for a row whose coefficient cannot fall, otherwise 0.
///   - count: a multiple of 4; rows that do not exist cannot move.
/// - Returns: the partner, −1 for none, and the largest gradient less the first row's.
func bestPartner(
  row: UnsafePointer<Float>, gradients: UnsafePointer<Double>, barriers: UnsafePointer<Double>,
  diagonal: UnsafePointer<Double>, count: Int, gradient: Double, curvature: Double
) -> (index: Int, gap: Double) {
  let (row, gradients) = (UnsafeRawPointer(row), UnsafeRawPointer(gradients))
  let (barriers, diagonal) = (UnsafeRawPointer(barriers), UnsafeRawPointer(diagonal))
  var bestScores = SIMD4<Double>(repeating: 0)
  var bestIndices = SIMD4<Double>(repeating: -1)
  var gaps = SIMD4<Double>(repeating: -.infinity)
  var indices = SIMD4<Double>(0, 1, 2, 3)
  for index in stride(from: 0, to: count, by: 4) {
    let kernel = SIMD4<Double>(row.loadUnaligned(fromByteOffset: index &* 4, as: SIMD4<Float>.self))
    let place = index &* 8
    let gap =
      gradients.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
      + barriers.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self) - gradient
    gaps.replace(with: gap, where: gap .> gaps)
    var bend = diagonal.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self) + curvature - (kernel + kernel)
    bend.replace(with: leastCurvature, where: bend .<= 0)
    let score = gap * gap / bend
    let isBetter = (score .> bestScores) .& (gap .> 0)
    bestScores.replace(with: score, where: isBetter)
    bestIndices.replace(with: indices, where: isBetter)
    indices += 4
  }
  var best = (score: 0.0, index: -1)
  for lane in 0..<4 where bestIndices[lane] >= 0 {
    let index = Int(bestIndices[lane])
    if bestScores[lane] > best.score || (bestScores[lane] == best.score && index < best.index) {
      best = (bestScores[lane], index)
    }
  }
  return (best.index, gaps.max())
}

/// Moves the gradients by `step` · (first − second), and finds the least among rows whose coefficient can rise.
///
/// - Parameter barriers: +∞ for a row whose coefficient cannot rise, otherwise 0.
/// - Returns: that row, the first of equal ones, or −1, and its gradient.
func moveAndFindLeast(
  _ gradients: UnsafeMutablePointer<Double>, by step: Double, first: UnsafePointer<Float>,
  second: UnsafePointer<Float>, barriers: UnsafePointer<Double>, count: Int
) -> (index: Int, gradient: Double) {
  let (first, second) = (UnsafeRawPointer(first), UnsafeRawPointer(second))
  let (target, barriers) = (UnsafeMutableRawPointer(gradients), UnsafeRawPointer(barriers))
  var least = SIMD4<Double>(repeating: .infinity)
  var leastIndices = SIMD4<Double>(repeating: -1)
  var indices = SIMD4<Double>(0, 1, 2, 3)
  for index in stride(from: 0, to: count, by: 4) {
    let difference =
      SIMD4<Double>(first.loadUnaligned(fromByteOffset: index &* 4, as: SIMD4<Float>.self))
      - SIMD4<Double>(second.loadUnaligned(fromByteOffset: index &* 4, as: SIMD4<Float>.self))
    let gradient = target.loadUnaligned(fromByteOffset: index &* 8, as: SIMD4<Double>.self) + difference * step
    target.storeBytes(of: gradient, toByteOffset: index &* 8, as: SIMD4<Double>.self)
    let candidate = gradient + barriers.loadUnaligned(fromByteOffset: index &* 8, as: SIMD4<Double>.self)
    let isLess = candidate .< least
    least.replace(with: candidate, where: isLess)
    leastIndices.replace(with: indices, where: isLess)
    indices += 4
  }
  var best = (index: -1, gradient: Double.infinity)
  for lane in 0..<4 where leastIndices[lane] >= 0 {
    let index = Int(leastIndices[lane])
    if least[lane] < best.gradient || (least[lane] == best.gradient && index < best.index) {
      best = (index, least[lane])
    }
  }
  return best
}

/// Brings a point to the optimum by moving two coefficients at a time (Platt 1998; Fan, Chen & Lin 2005, JMLR 6).
///
/// - Parameters:
///   - tolerance: how large the violation may be in the end, as libsvm's `eps`.
///   - mostSteps: the most steps; `nil` for libsvm's bound.
/// - Complexity: O(rows) a step besides the kernel's rows.
package func minimize(
  _ problem: DualProblem, kernel: any KernelRows, from start: DualPoint, tolerance: Double, mostSteps: Int?
) -> DualPoint {
  let count = problem.count
  let padded = (count + 3) & ~3
  func column(_ values: [Double], _ padding: Double) -> UnsafeMutablePointer<Double> {
    let column = UnsafeMutablePointer<Double>.allocate(capacity: padded)
    column.initialize(repeating: padding, count: padded)
    for (row, value) in values.enumerated() { column[row] = value }
    return column
  }
  let gradients = column(start.gradients, 0)
  let diagonal = column(kernel.diagonal, 1)
  let canRise = column([], .infinity)
  let canFall = column([], -.infinity)
  var coefficients = start.coefficients
  defer { for column in [gradients, diagonal, canRise, canFall] { column.deallocate() } }

  func note(_ row: Int) {
    canRise[row] = coefficients[row] < problem.upper[row] ? 0 : .infinity
    canFall[row] = coefficients[row] > problem.lower[row] ? 0 : -.infinity
  }
  for row in 0..<count { note(row) }

  var first = (index: -1, gradient: Double.infinity)
  for row in 0..<count where gradients[row] + canRise[row] < first.gradient { first = (row, gradients[row]) }
  let bound = mostSteps ?? max(10_000_000, count > Int(Int32.max) / 100 ? Int(Int32.max) : 100 * count)
  for _ in 0..<bound {
    guard first.index >= 0 else { break }
    let (i, rowOfFirst) = (first.index, kernel.row(first.index))
    let partner = bestPartner(
      row: rowOfFirst, gradients: gradients, barriers: canFall, diagonal: diagonal, count: padded,
      gradient: first.gradient, curvature: diagonal[i])
    guard partner.gap >= tolerance, partner.index >= 0 else { break }
    let j = partner.index
    let rowOfSecond = kernel.row(j)
    var curvature = diagonal[i] + diagonal[j] - 2 * Double(rowOfFirst[j])
    if curvature <= 0 { curvature = leastCurvature }
    let wanted = (gradients[j] - gradients[i]) / curvature
    let (room, otherRoom) = (problem.upper[i] - coefficients[i], coefficients[j] - problem.lower[j])
    let step = min(wanted, room, otherRoom)
    // What reaches a bound stands on it exactly.
    coefficients[i] = step == room ? problem.upper[i] : coefficients[i] + step
    coefficients[j] = step == otherRoom ? problem.lower[j] : coefficients[j] - step
    note(i)
    note(j)
    first = moveAndFindLeast(
      gradients, by: step, first: rowOfFirst, second: rowOfSecond, barriers: canRise, count: padded)
  }
  return DualPoint(
    coefficients: coefficients, gradients: Array(UnsafeBufferPointer(start: gradients, count: count)))
}

/// Brings a point to the optimum by moving two coefficients at a time (Platt 1998; Fan, Chen & Lin 2005, JMLR 6).
///
/// Steps look at gradients in single precision, and only at rows that may still move; between rounds of steps gradients
/// follow in double precision, and only these say when to stop. Where single precision does not get there,
/// double precision goes on. Of a problem whose kernel does not fit into memory, a round sees the rows that ask most to
/// move, as many as fit (Osuna, Freund & Girosi 1997, doi:10.1109/NNSP.1997.622408).
///
/// - Parameters:
///   - tolerance: how large the violation may be in the end, as libsvm's `eps`.
///   - maxIterations: the most steps; `nil` for libsvm's bound.
///   - memory: the bytes that kernel values beside `kernel` may take.
/// - Complexity: O(rows) a step besides the kernel's rows.
package func minimize(
  _ problem: DualProblem, kernel: any KernelMatrix, from start: DualPoint, tolerance: Double, maxIterations: Int?,
  memory: Int = .max
) -> DualPoint {
  let count = problem.count
  var point = start
  var left = maxIterations ?? max(10_000_000, count > Int(Int32.max) / 100 ? Int(Int32.max) : 100 * count)
  var round = 0
  var previous = Double.infinity
  let maxCapacity = kernel.isResident ? count : maxCapacity(memory: memory)
  var capacity = kernel.isResident ? count : min(maxCapacity, standardCapacity)
  // Numbers too ill for double precision must not go round for ever.
  while left > 0, round < maxRounds {
    let violation = point.violation(problem)
    guard violation >= tolerance else { break }
    // Near the limits of single precision a round no longer brings much, or nothing where gradients are huge.
    let largest = point.gradients.reduce(0) { max($0, abs($1)) }
    let active = point.activeSet(problem, atMost: capacity)
    let isSlow = round > 8 && violation > previous / 2
    // Rows that do not fit into memory together, free ones above all, pull each other's level to and fro for ever. Then more
    // of them must, or steps go over all rows.
    let isCrowded = active.count == capacity && capacity < count
    let goesOverAll = isCrowded && isSlow && capacity == maxCapacity
    if isCrowded, isSlow { capacity = min(2 * capacity, maxCapacity) }
    let isPrecise = isSlow && !isCrowded || round > maxRounds / 2 || largest * 0x1p-24 > tolerance / 10
    previous = violation
    let isWorthCopying = active.count * 2 < count && 4 * active.count * active.count <= memory
    let subset = (isWorthCopying || !kernel.isResident) && !goesOverAll ? kernel.kernel(among: active) : nil
    let roundSteps = isPrecise ? left : min(left, max(1000, count) << min(round, 20))
    let rows = subset == nil ? Array(0..<count) : active
    let arguments = SolverRound(
      lower: rows.map { problem.lower[$0] }, upper: rows.map { problem.upper[$0] },
      gradients: rows.map { point.gradients[$0] },
      tolerance: subset == nil ? 0.9 * tolerance : max(0.9 * tolerance, violation / 100),
      steps: roundSteps)
    var coefficients = rows.map { point.coefficients[$0] }
    left -=
      isPrecise
      ? arguments.run(&coefficients, kernel: subset ?? kernel, in: Double.self)
      : arguments.run(&coefficients, kernel: subset ?? kernel, in: Float.self)
    let old = point.coefficients
    for (index, row) in rows.enumerated() { point.coefficients[row] = coefficients[index] }
    point.reconstructGradient(from: old, kernel: kernel)
    round += 1
    // Before margins are right by their own width, other rows will soon be free; unless that takes long.
    if violation < 1 || round > 3 {
      _ = point.solveFreeVariables(problem, kernel: kernel, budget: rows.count * roundSteps, memory: memory)
    }
    if isPrecise, subset == nil { break }
  }
  return point
}

/// The most rounds; problems that numbers can hold need far fewer.
private let maxRounds = 100

/// The rows of a problem that does not fit into memory that are solved together: at least, however little memory there is,
/// and at first, as more take longer to compute than they mostly save rounds.
private let minCapacity = 512
let standardCapacity = 16_384

/// How many may be solved together at most: half a square of products and a square of kernel values.
func maxCapacity(memory: Int) -> Int { max(minCapacity, Int((Double(memory) / 6).squareRoot())) }

/// Steps on some rows of a problem.
private struct SolverRound {
  var lower: [Double]
  var upper: [Double]
  var gradients: [Double]
  var tolerance: Double
  var steps: Int

  /// Moves coefficients until no row violates its condition by the tolerance, or the steps are used up.
  ///
  /// - Returns: the steps taken, at least 1.
  func run<Scalar: SolverScalar>(
    _ coefficients: inout [Double], kernel: any KernelMatrix, in _: Scalar.Type
  ) -> Int {
    let set = WorkingSet<Scalar>(gradients: gradients, diagonal: kernel.diagonal)
    func note(_ row: Int, _ coefficient: Double) {
      set.riseBarriers[row] = coefficient < upper[row] ? 0 : .infinity
      set.fallBarriers[row] = coefficient > lower[row] ? 0 : -.infinity
    }
    for row in coefficients.indices { note(row, coefficients[row]) }
    var first = minGradient(set)
    for taken in 0..<steps {
      guard first.index >= 0 else { return taken + 1 }
      let (i, rowOfFirst) = (first.index, kernel.row(first.index))
      let partner = Scalar.selectSecondIndex(set, row: rowOfFirst, gradient: first.gradient, curvature: set.diagonal[i])
      guard partner.gap >= Scalar(tolerance), partner.index >= 0 else { return taken + 1 }
      let j = partner.index
      let rowOfSecond = kernel.row(j)
      var curvature = Double(set.diagonal[i]) + Double(set.diagonal[j]) - 2 * Double(rowOfFirst[j])
      // Rows that the kernel does not tell apart: no gradient changes, and the objective falls all the way to a bound.
      let areAlike = curvature == 0 && coefficients.indices.allSatisfy { rowOfFirst[$0] == rowOfSecond[$0] }
      if curvature <= 0 { curvature = minCurvature }
      let wanted = areAlike ? .infinity : Double(set.gradients[j] - set.gradients[i]) / curvature
      let (room, otherRoom) = (upper[i] - coefficients[i], coefficients[j] - lower[j])
      let step = min(wanted, room, otherRoom)
      // Bounds of divided kernels may be beyond single precision; double precision goes on.
      guard Scalar(step).isFinite else { return taken + 1 }
      // What reaches a bound stands on it exactly.
      coefficients[i] = step == room ? upper[i] : coefficients[i] + step
      coefficients[j] = step == otherRoom ? lower[j] : coefficients[j] - step
      note(i, coefficients[i])
      note(j, coefficients[j])
      first = Scalar.moveAndFindLeast(set, by: Scalar(step), first: rowOfFirst, second: rowOfSecond)
    }
    return steps
  }
}

extension DualPoint {
  /// The rows between their bounds, and those at a bound that the level of these others asks to leave it, or nearly. The
  /// rest would not move before the level does; a later round looks at them again.
  ///
  /// - Parameter most: how many there may be; those that are asked most stay, spread over the rows where many are alike.
  fileprivate func activeSet(_ problem: DualProblem, atMost most: Int) -> [Int] {
    let (least, largest) = gradientRange(problem)
    let level = min(max(offset(problem), least), largest)
    let slack = 0.2 * min(1, largest - least)
    /// How far a row is from where it would rest; negative if it may rest where it is.
    func violation(_ row: Int) -> Double {
      if coefficients[row] == problem.lower[row] { return level - gradients[row] }
      if coefficients[row] == problem.upper[row] { return gradients[row] - level }
      return abs(gradients[row] - level)
    }
    let movable = coefficients.indices.filter { violation($0) > -slack }
    guard movable.count > most else { return movable }
    return movable.map { (violation: violation($0), spread: UInt32(truncatingIfNeeded: $0) &* 2_654_435_761, row: $0) }
      .sorted { ($1.violation, $0.spread) < ($0.violation, $1.spread) }.prefix(most).map(\.row).sorted()
  }

  /// Brings the gradients up to date after coefficients have moved.
  fileprivate mutating func reconstructGradient(from old: [Double], kernel: any KernelMatrix) {
    let changes = kernel.weightedSum(zip(coefficients, old).map { $0 - $1 })
    for row in gradients.indices { gradients[row] += changes[row] }
  }
}

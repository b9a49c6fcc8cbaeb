import COpenBLAS

/// Solves a linear machine by a primal-dual interior point method: each step costs one factorization of a matrix of
/// features × features, however large `C` is (Fine & Scheinberg 2001, JMLR 2; predictor and corrector after Mehrotra
/// 1992, doi:10.1137/0802028).
///
/// The caller tests the point that comes back; where numbers were too ill to go on, it is only a good start.
///
/// - Complexity: O(rows × features²) a step, about 20 to 60 steps.
struct InteriorPoint {
  private let rows: ProblemRows
  private let problem: DualProblem
  private let tolerance: Double
  /// Costs by row, and α = yβ with its distances to 0 and to the cost, and the multipliers of both.
  private let costs: [Double]
  private var alpha: [Double]
  private var slack: [Double]
  private var lowerDual: [Double]
  private var upperDual: [Double]
  private var offset = 0.0

  private static let maxIterations = 120

  init(_ rows: ProblemRows, _ problem: DualProblem, tolerance: Double) {
    self.rows = rows
    self.problem = problem
    self.tolerance = tolerance
    costs = zip(problem.lower, problem.upper).map { $1 - $0 }
    alpha = costs.map { $0 / 2 }
    slack = costs.map { $0 / 2 }
    lowerDual = []
    upperDual = []
    // Both multipliers the same above what the gradient asks for: no residual of the gradient from the start.
    let gradients = quadratic(alpha).map { $0 - 1 }
    let level = max(1, gradients.reduce(0) { $0 + abs($1) } / Double(max(1, gradients.count)))
    lowerDual = gradients.map { max($0, 0) + level }
    upperDual = gradients.map { max(-$0, 0) + level }
  }

  private var count: Int { problem.count }
  private var width: Int { rows.values.columns }

  /// The optimum, or the best point that was reached.
  mutating func solved() -> DualPoint {
    var best = snapped(1e-5)
    var bestViolation = best.violation(problem)
    for step in 0..<Self.maxIterations {
      guard advance() else { break }
      // Early points are far off, and testing costs as much as a small part of a step.
      if step < 5 { continue }
      // How near to a bound a coefficient must be to be meant to stand there is known only afterwards.
      for nearness in [1e-5, 1e-7, 1e-3] {
        let point = snapped(nearness)
        let violation = point.isBalanced ? point.violation(problem) : .infinity
        if violation < bestViolation { (best, bestViolation) = (point, violation) }
        if bestViolation < tolerance / 2 { return best }
      }
    }
    return best
  }

  // MARK: Steps

  /// One step of predictor and corrector; false when numbers no longer allow one.
  private mutating func advance() -> Bool {
    let gradients = quadratic(alpha)
    var dualResidual = gradients
    var residual = 0.0
    var gap = 0.0
    for row in 0..<count {
      dualResidual[row] = 1 - gradients[row] - offset * problem.signs[row] + lowerDual[row] - upperDual[row]
      residual -= problem.signs[row] * alpha[row]
      gap += alpha[row] * lowerDual[row] + slack[row] * upperDual[row]
    }
    let mean = gap / Double(2 * count)
    guard mean.isFinite, mean > 0 else { return false }
    // Bounded, so that the factorization survives the last steps.
    let weights = (0..<count).map { 1 / max(lowerDual[$0] / alpha[$0] + upperDual[$0] / slack[$0], 1e-10) }
    guard let system = NormalEquations(rows: rows, weights: weights) else { return false }
    let signed = system.solution(problem.signs, signs: problem.signs)

    func direction(_ lowerTarget: [Double], _ upperTarget: [Double]) -> Direction {
      var right = dualResidual
      for row in 0..<count { right[row] += lowerTarget[row] / alpha[row] - upperTarget[row] / slack[row] }
      let plain = system.solution(right, signs: problem.signs)
      var (top, bottom) = (-residual, 0.0)
      for row in 0..<count {
        top += problem.signs[row] * plain[row]
        bottom += problem.signs[row] * signed[row]
      }
      var direction = Direction(offset: top / bottom, alpha: plain, lower: plain, upper: plain)
      for row in 0..<count {
        let change = plain[row] - direction.offset * signed[row]
        direction.alpha[row] = change
        direction.lower[row] = (lowerTarget[row] - lowerDual[row] * change) / alpha[row]
        direction.upper[row] = (upperTarget[row] + upperDual[row] * change) / slack[row]
      }
      return direction
    }

    var lowerTarget = (0..<count).map { -alpha[$0] * lowerDual[$0] }
    var upperTarget = (0..<count).map { -slack[$0] * upperDual[$0] }
    let predictor = direction(lowerTarget, upperTarget)
    let (primal, dual) = longestSteps(predictor)
    var predicted = 0.0
    for row in 0..<count {
      predicted += (alpha[row] + primal * predictor.alpha[row]) * (lowerDual[row] + dual * predictor.lower[row])
      predicted += (slack[row] - primal * predictor.alpha[row]) * (upperDual[row] + dual * predictor.upper[row])
    }
    let ratio = predicted / gap
    let target = mean * ratio * ratio * ratio
    for row in 0..<count {
      lowerTarget[row] += target - predictor.alpha[row] * predictor.lower[row]
      upperTarget[row] += target + predictor.alpha[row] * predictor.upper[row]
    }
    var chosen = direction(lowerTarget, upperTarget)
    // One length for both: the gradient depends on α, so residuals shrink together only so.
    var step = 0.995 * min(longestSteps(chosen).primal, longestSteps(chosen).dual)
    if !(step > 0.05) {
      // Too near an edge: back towards the middle first.
      for row in 0..<count {
        lowerTarget[row] = 0.8 * mean - alpha[row] * lowerDual[row]
        upperTarget[row] = 0.8 * mean - slack[row] * upperDual[row]
      }
      chosen = direction(lowerTarget, upperTarget)
      step = 0.9 * min(longestSteps(chosen).primal, longestSteps(chosen).dual)
    }
    guard step > 1e-10, chosen.offset.isFinite, !chosen.alpha.contains(where: { !$0.isFinite }) else { return false }
    offset += step * chosen.offset
    for row in 0..<count {
      alpha[row] += step * chosen.alpha[row]
      slack[row] -= step * chosen.alpha[row]
      lowerDual[row] += step * chosen.lower[row]
      upperDual[row] += step * chosen.upper[row]
    }
    return true
  }

  private struct Direction {
    var offset: Double
    var alpha: [Double]
    var lower: [Double]
    var upper: [Double]
  }

  /// How far a direction may be followed until something reaches 0.
  private func longestSteps(_ direction: Direction) -> (primal: Double, dual: Double) {
    var (primal, dual) = (1.0, 1.0)
    for row in 0..<count {
      let change = direction.alpha[row]
      if change < 0 { primal = min(primal, -alpha[row] / change) }
      if change > 0 { primal = min(primal, slack[row] / change) }
      if direction.lower[row] < 0 { dual = min(dual, -lowerDual[row] / direction.lower[row]) }
      if direction.upper[row] < 0 { dual = min(dual, -upperDual[row] / direction.upper[row]) }
    }
    return (primal, dual)
  }

  /// Y X Xᵀ Y α.
  private func quadratic(_ alpha: [Double]) -> [Double] {
    let products = rows.timesFeatures(rows.weightedSum(zip(alpha, problem.signs).map { $0 * $1 }))
    return zip(products, problem.signs).map { $0 * $1 }
  }

  /// The point with coefficients that are all but at a bound put there, and Σ β = 0 made exact.
  ///
  /// - Parameter nearness: how near that is, as a share of the cost.
  private func snapped(_ nearness: Double) -> DualPoint {
    var coefficients = [Double](repeating: 0, count: count)
    for row in 0..<count {
      let isLow =
        alpha[row] < slack[row] && alpha[row] * upperDual[row] < slack[row] * lowerDual[row]
        && alpha[row] < nearness * costs[row] && lowerDual[row] > 1e-6
      let isHigh = slack[row] < alpha[row] && slack[row] < nearness * costs[row] && upperDual[row] > 1e-6
      let value = isLow ? 0 : isHigh ? costs[row] : alpha[row]
      coefficients[row] = problem.signs[row] > 0 ? min(value, problem.upper[row]) : max(-value, problem.lower[row])
    }
    // The surplus is spread over the rows between their bounds, each by what it can take.
    for _ in 0..<20 {
      let surplus = coefficients.reduce(0, +)
      if surplus == 0 { break }
      let rooms: [Double] = (0..<count).map { row in
        let (value, low, high) = (coefficients[row], problem.lower[row], problem.upper[row])
        if value == low || value == high { return 0 }
        return surplus > 0 ? value - low : high - value
      }
      let room = rooms.reduce(0, +)
      guard room > 0 else { break }
      let share = min(1, abs(surplus) / room)
      for row in 0..<count where rooms[row] > 0 {
        let moved = coefficients[row] - (surplus > 0 ? rooms[row] : -rooms[row]) * share
        coefficients[row] = min(max(moved, problem.lower[row]), problem.upper[row])
      }
    }
    let products = rows.timesFeatures(rows.weightedSum(coefficients))
    return DualPoint(coefficients: coefficients, gradients: zip(products, problem.signs).map { $0 - $1 })
  }
}

/// (Θ + Y X Xᵀ Y)⁻¹ for a diagonal Θ, by a matrix of features × features (Woodbury).
private struct NormalEquations {
  private let rows: ProblemRows
  private let weights: [Double]
  private let factor: [Double]

  /// - Parameter weights: the inverse of Θ.
  init?(rows: ProblemRows, weights: [Double]) {
    self.rows = rows
    self.weights = weights
    let (count, width) = (rows.count, rows.values.columns)
    var scaled = rows.values.values
    for row in 0..<count {
      let root = weights[row].squareRoot()
      for place in row * width..<(row + 1) * width { scaled[place] *= root }
    }
    var factor = Array(repeating: 0.0, count: width * width)
    for place in 0..<width { factor[place * width + place] = 1 }
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, Int32(width), Int32(count), 1, scaled, Int32(width), 1, &factor,
      Int32(width))
    var (order, info) = (Int32(width), Int32(0))
    // What is above the diagonal row by row is below it column by column.
    dpotrf_("L", &order, &factor, &order, &info)
    guard info == 0 else { return nil }
    self.factor = factor
  }

  func solution(_ right: [Double], signs: [Double]) -> [Double] {
    let count = rows.count
    let scaled = (0..<count).map { weights[$0] * right[$0] }
    var inner = rows.weightedSum((0..<count).map { scaled[$0] * signs[$0] })
    var (order, one, info) = (Int32(rows.values.columns), Int32(1), Int32(0))
    dpotrs_("L", &order, &one, factor, &order, &inner, &order, &info)
    let back = rows.timesFeatures(inner)
    return (0..<count).map { scaled[$0] - weights[$0] * signs[$0] * back[$0] }
  }
}

extension ProblemRows {
  /// Σ weight · row, one number for each feature.
  func weightedSum(_ weights: [Double]) -> [Double] {
    var sums = Array(repeating: 0.0, count: values.columns)
    cblas_dgemv(
      CblasRowMajor, CblasTrans, Int32(count), Int32(values.columns), 1, values.values, Int32(values.columns), weights,
      1, 0, &sums, 1)
    return sums
  }

  /// The product of each row with a vector of the features.
  func timesFeatures(_ vector: [Double]) -> [Double] {
    var products = Array(repeating: 0.0, count: count)
    cblas_dgemv(
      CblasRowMajor, CblasNoTrans, Int32(count), Int32(values.columns), 1, values.values, Int32(values.columns), vector,
      1, 0, &products, 1)
    return products
  }
}

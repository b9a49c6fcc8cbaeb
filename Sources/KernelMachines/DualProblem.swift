/// The problem of one pair of classes: minimise ½ βᵀKβ − Σ yβ with Σ β = 0, 0 ≤ yβ ≤ C (Chang & Lin 2011, eq. 2 with
/// β = yα).
package struct DualProblem {
  /// 1 for rows of the first class, −1 for those of the second.
  package let signs: [Double]
  /// The least and the largest coefficient of each row.
  package let lower: [Double]
  package let upper: [Double]

  /// - Parameters:
  ///   - firstCount: rows of the first class, which come first.
  ///   - costs: what a row of either class costs.
  package init(firstCount: Int, secondCount: Int, costs: (first: Double, second: Double)) {
    signs = Array(repeating: 1, count: firstCount) + Array(repeating: -1, count: secondCount)
    lower = Array(repeating: 0, count: firstCount) + Array(repeating: -costs.second, count: secondCount)
    upper = Array(repeating: costs.first, count: firstCount) + Array(repeating: 0, count: secondCount)
  }

  package var count: Int { signs.count }
}

/// Coefficients with their gradients.
package struct DualPoint {
  /// β by row.
  package var coefficients: [Double]
  /// Kβ − y by row.
  package var gradients: [Double]

  /// Where nothing is learned yet.
  package init(_ problem: DualProblem) {
    coefficients = Array(repeating: 0, count: problem.count)
    gradients = problem.signs.map { -$0 }
  }

  package init(coefficients: [Double], gradients: [Double]) {
    self.coefficients = coefficients
    self.gradients = gradients
  }

  /// This optimum of a smaller cost as the start for a larger one: as it is, or with all coefficients grown alike,
  /// whichever is better. Gradients follow without a look at the kernel.
  package func start(by factor: Double, from old: DualProblem, to problem: DualProblem) -> DualPoint {
    let grown = scaled(by: factor, from: old, to: problem)
    return grown.objective(problem) < objective(problem) ? grown : self
  }

  private func scaled(by factor: Double, from old: DualProblem, to problem: DualProblem) -> DualPoint {
    var point = self
    for row in coefficients.indices {
      let coefficient = coefficients[row]
      point.coefficients[row] =
        coefficient == 0
        ? 0
        : coefficient == old.upper[row]
          ? problem.upper[row] : coefficient == old.lower[row] ? problem.lower[row] : coefficient * factor
      point.gradients[row] = (gradients[row] + problem.signs[row]) * factor - problem.signs[row]
    }
    return point
  }

  /// The largest gradient of a row that could fall less the smallest of one that could rise: 0 at the optimum.
  package func violation(_ problem: DualProblem) -> Double {
    var (least, largest) = (Double.infinity, -Double.infinity)
    for row in coefficients.indices {
      if coefficients[row] < problem.upper[row] { least = min(least, gradients[row]) }
      if coefficients[row] > problem.lower[row] { largest = max(largest, gradients[row]) }
    }
    return largest - least
  }

  /// What is taken off every decision (libsvm's ρ): the gradient of the rows on the margin.
  package func offset(_ problem: DualProblem) -> Double {
    var (least, largest) = (Double.infinity, -Double.infinity)
    var (sum, free) = (0.0, 0)
    for row in coefficients.indices {
      let canRise = coefficients[row] < problem.upper[row]
      let canFall = coefficients[row] > problem.lower[row]
      if canRise && canFall {
        sum += gradients[row]
        free += 1
      }
      if canRise { least = min(least, gradients[row]) }
      if canFall { largest = max(largest, gradients[row]) }
    }
    return free > 0 ? sum / Double(free) : (least + largest) / 2
  }

  /// The value of what is minimised.
  package func objective(_ problem: DualProblem) -> Double {
    coefficients.indices.reduce(0) { $0 + coefficients[$1] * (gradients[$1] - problem.signs[$1]) } / 2
  }
}

/// What came of a problem.
package struct DualSolution {
  package var coefficients: [Double]
  package var offset: Double
  package var objective: Double
  /// Whether the optimum was reached within the tolerance.
  package var hasConverged: Bool

  package init(_ point: DualPoint, _ problem: DualProblem, tolerance: Double) {
    coefficients = point.coefficients
    offset = point.offset(problem)
    objective = point.objective(problem)
    hasConverged = point.violation(problem) <= tolerance
  }
}

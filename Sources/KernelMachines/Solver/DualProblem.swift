/// The problem of one pair of classes: minimize ½ βᵀKβ − Σ yβ with Σ β = 0, 0 ≤ yβ ≤ C (Chang & Lin 2011, eq. 2 with
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

  private init(signs: [Double], lower: [Double], upper: [Double]) {
    (self.signs, self.lower, self.upper) = (signs, lower, upper)
  }

  package var count: Int { signs.count }

  /// The same rows at other costs.
  func scaled(by factor: Double) -> DualProblem {
    DualProblem(signs: signs, lower: lower.map { $0 * factor }, upper: upper.map { $0 * factor })
  }
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

  /// Whether a coefficient is as large as its cost.
  package func touchesCosts(of problem: DualProblem) -> Bool {
    coefficients.indices.contains {
      coefficients[$0] != 0 && (coefficients[$0] == problem.lower[$0] || coefficients[$0] == problem.upper[$0])
    }
  }

  /// This optimum of a smaller cost as the start for a larger one: as it is, or with all coefficients grown alike,
  /// whichever is better. Gradients follow without a look at the kernel.
  package func start(by factor: Double, from old: DualProblem, to problem: DualProblem) -> DualPoint {
    let grown = scaled(by: factor, from: old, to: problem)
    return grown.objective(problem) < objective(problem) ? grown : self
  }

  /// Where the optimum would be if rows had nothing to do with one another, brought nearer to nothing as far as they have;
  /// `nil` for a kernel whose rows have much to do with one another.
  ///
  /// - Complexity: O(rows²), O(rows) for such a kernel.
  package static func diagonalStart(_ problem: DualProblem, kernel: any KernelMatrix) -> DualPoint? {
    let count = problem.count
    let sample = stride(from: 0, to: count, by: max(1, count / 16))
    let strayed = sample.count { row in
      let values = kernel.row(row)
      return (0..<count).reduce(0) { $0 + abs(values[$1]) } > 2 * Float(kernel.diagonal[row])
    }
    guard strayed * 4 <= 16, kernel.diagonal.allSatisfy({ $0 > 0 }) else { return nil }
    func coefficients(_ level: Double) -> [Double] {
      (0..<count).map { row in
        min(max((problem.signs[row] - level) / kernel.diagonal[row], problem.lower[row]), problem.upper[row])
      }
    }
    // Their sum falls as the level rises.
    var (low, high) = (-1.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if coefficients(middle).reduce(0, +) > 0 { low = middle } else { high = middle }
    }
    var chosen = coefficients(high)
    // What is left of the sum goes to a row between its bounds.
    let surplus = chosen.reduce(0, +)
    let receiver = chosen.indices.first {
      chosen[$0] - surplus > problem.lower[$0] && chosen[$0] - surplus < problem.upper[$0]
    }
    guard let receiver else { return nil }
    chosen[receiver] -= surplus
    let values = kernel.weightedSum(chosen)
    // The share of them that is best: of what the signs ask for, what the kernel lets them have.
    let (asked, had) = chosen.indices.reduce((0, 0)) {
      ($0.0 + chosen[$1] * problem.signs[$1], $0.1 + chosen[$1] * values[$1])
    }
    let share = had > asked ? asked / had : 1
    return DualPoint(
      coefficients: share < 1 ? chosen.map { $0 * share } : chosen,
      gradients: zip(values, problem.signs).map { $0 * share - $1 })
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
    let (least, largest) = gradientRange(problem)
    return largest - least
  }

  /// The least gradient of a row that could rise and the largest of one that could fall.
  func gradientRange(_ problem: DualProblem) -> (least: Double, largest: Double) {
    var (least, largest) = (Double.infinity, -Double.infinity)
    for row in coefficients.indices {
      if coefficients[row] < problem.upper[row] { least = min(least, gradients[row]) }
      if coefficients[row] > problem.lower[row] { largest = max(largest, gradients[row]) }
    }
    return (least, largest)
  }

  /// Whether the coefficients sum to 0, as far as numbers go.
  var isBalanced: Bool {
    let (sum, size) = coefficients.reduce((0, 0)) { ($0.0 + $1, $0.1 + abs($1)) }
    return abs(sum) <= 1e-9 * size
  }

  /// What is taken off every decision (libsvm's ρ): the gradient of the rows on the margin.
  package func offset(_ problem: DualProblem) -> Double {
    let free = coefficients.indices.filter {
      coefficients[$0] > problem.lower[$0] && coefficients[$0] < problem.upper[$0]
    }
    let (least, largest) = gradientRange(problem)
    return free.isEmpty ? (least + largest) / 2 : free.reduce(0) { $0 + gradients[$1] } / Double(free.count)
  }

  /// The value of what is minimized.
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

  /// - Parameter divisor: what the kernel's values were divided by and the costs multiplied.
  package init(_ point: DualPoint, _ problem: DualProblem, tolerance: Double, divisor: Double = 1) {
    coefficients = point.coefficients.map { $0 / divisor }
    offset = point.offset(problem)
    objective = point.objective(problem) / divisor
    // Of larger gradients the digits that tell the classes apart are lost: then nothing says that this is the optimum.
    let largest = point.gradients.reduce(0) { max($0, abs($1)) }
    hasConverged = point.violation(problem) <= tolerance && largest * 0x1p-52 <= tolerance
  }
}

import Basics

extension DualPoint {
  /// A start for a problem that does not fit into memory: what rows would come to by the machine of a part of them, with
  /// costs as many times as large as the part is smaller. Rows on its margin get what keeps the sum at 0. A solver that
  /// begins here need not bring every support vector in by itself.
  ///
  /// - Parameters:
  ///   - rows: the kernel's values between the rows of the problem.
  ///   - memory: the bytes that kernel values may take.
  /// - Returns: `nil` for a problem that fits, nearly, or whose part is no good, and for a kernel that is not positive
  ///   definite: from here the solver might stop where it would not have from nothing.
  /// - Complexity: that of the part's problem, and one sum of all support vectors' kernel values for each row.
  package static func sampledStart(
    _ problem: DualProblem, kernel: Kernel, rows: any KernelMatrix, tolerance: Double, memory: Int
  ) -> DualPoint? {
    let count = problem.count
    let most = min(maxCapacity(memory: memory), standardCapacity)
    guard kernel.isPositiveDefinite, !rows.isResident, most * 3 < count * 2 else { return nil }
    let firstCount = problem.signs.count { $0 > 0 }
    // Every so many rows of either class, so that the part has the classes' shares.
    let sample = (0..<most).map { $0 * count / most }
    let sampleFirst = sample.count { $0 < firstCount }
    guard sampleFirst > 0, sampleFirst < most else { return nil }
    let factor = Double(count) / Double(most)
    let part = DualProblem(
      firstCount: sampleFirst, secondCount: most - sampleFirst,
      costs: (problem.upper[0] * factor, -problem.lower[count - 1] * factor))
    let solved = minimize(
      part, kernel: rows.kernel(among: sample), from: DualPoint(part), tolerance: max(tolerance, 1e-2),
      maxIterations: nil, memory: memory)
    var coefficients = Array(repeating: 0.0, count: count)
    for (row, value) in zip(sample, solved.coefficients) { coefficients[row] = value }
    let gradients = zip(rows.weightedSum(coefficients), problem.signs).map { $0 - $1 }
    let start = balanced(problem, gradients: gradients, level: solved.offset(part))
    return start.map { start in
      DualPoint(
        coefficients: start, gradients: zip(rows.weightedSum(start), problem.signs).map { $0 - $1 })
    }
  }

  /// Coefficients at the bounds that gradients ask for, between them near a level that makes their sum 0.
  private static func balanced(_ problem: DualProblem, gradients: [Double], level: Double) -> [Double]? {
    let margin = 0.05
    func coefficients(_ level: Double) -> [Double] {
      gradients.indices.map { row in
        let share = min(max((level - gradients[row]) / (2 * margin) + 0.5, 0), 1)
        return problem.lower[row] + share * (problem.upper[row] - problem.lower[row])
      }
    }
    // Their sum rises with the level.
    var (low, high) = (level - 2, level + 2)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if coefficients(middle).reduce(0, +) < 0 { low = middle } else { high = middle }
    }
    var chosen = coefficients(low)
    let surplus = chosen.reduce(0, +)
    let receiver = chosen.indices.first {
      chosen[$0] - surplus > problem.lower[$0] && chosen[$0] - surplus < problem.upper[$0]
    }
    guard let receiver else { return nil }
    chosen[receiver] -= surplus
    return chosen
  }
}

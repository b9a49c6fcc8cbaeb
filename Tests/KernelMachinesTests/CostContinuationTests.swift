import KernelMachines
import Learning
import Testing

/// Costs one after the other, each search beginning where the last one ended, against each alone.
@Suite struct CostLadderTests {
  private static func table(_ count: Int, seed: UInt64) throws -> LabeledRows {
    var random = KeyedRandom(seed: seed)
    let labels = (0..<count).map { $0 % 3 }
    let values = labels.flatMap { label in
      (0..<8).map { _ in Float(random.unit() + random.unit() + 0.3 * Double(label)) }
    }
    return try LabeledRows(
      features: Matrix(rows: count, columns: 8, values: values), labels: labels, classes: ["a", "b", "c"])
  }

  private func solutions(
    _ kernel: SupportVectorMachine.KernelKind, _ costs: [Double], gamma: Double
  ) throws -> [OneVersusOne.Solution] {
    let rows = try Self.table(240, seed: 31)
    let machines = try costs.map {
      try SupportVectorMachine(kernel: kernel, cost: $0, gamma: .value(gamma), scale: .standard)
    }
    return try OneVersusOne(rows, training: Array(0..<rows.count), for: machines[0]).solutions(of: machines, threads: 2)
  }

  /// Rounding of gradients grows with the costs: after twelve powers of ten nothing would be left of them.
  @Test(arguments: [[1e-10, 1, 1e4], [1e-8, 1e4], [1e-3, 1, 10, 100, 1e4]], [1e-4, 0.1])
  func theOptimumOfTheLargestCostIsTheOneItHasAlone(costs: [Double], gamma: Double) throws {
    let ladder = try #require(try solutions(.rbf, costs, gamma: gamma).last)
    let alone = try solutions(.rbf, [1e4], gamma: gamma)[0]
    #expect(ladder.hasConverged == alone.hasConverged)
    for (ours, theirs) in zip(ladder.objectives, alone.objectives) {
      #expect(abs(ours - theirs) <= 1e-4 * abs(theirs), "\(costs), \(gamma)")
    }
    for (ours, theirs) in zip(ladder.offsets, alone.offsets) { #expect(abs(ours - theirs) < 0.01) }
  }

  /// A sigmoid kernel has many optima; which one is found must not depend on the grid.
  @Test func eachCostOfASigmoidKernelIsSolvedAlone() throws {
    let together = try solutions(.sigmoid, [0.01, 1, 1000], gamma: 0.05)
    for (cost, solution) in zip([0.01, 1, 1000], together) {
      let alone = try solutions(.sigmoid, [cost], gamma: 0.05)[0]
      #expect(solution.coefficients == alone.coefficients && solution.offsets == alone.offsets, "\(cost)")
    }
  }

  /// A square holds one problem after the other, and nothing of the one before.
  @Test func aSquareHoldsASmallerProblemAfterALargerOne() {
    var random = KeyedRandom(seed: 32)
    let rows = ProblemRows(Matrix(rows: 90, columns: 3, values: (0..<270).map { _ in random.unit() }))
    let bases = PairwiseTerms(rows, distances: true, threads: 1)
    let kernel = Kernel(kind: .rbf, gamma: 1, degree: 3, constant: 0)
    let (used, fresh) = (KernelMatrixBuffer(rows: 90), KernelMatrixBuffer(rows: 41))
    used.fill(from: bases, ranges: [0..<90], kernel: kernel)
    for square in [used, fresh] { square.fill(from: bases, ranges: [16..<37, 60..<80], kernel: kernel) }
    #expect(used.stride == fresh.stride)
    for place in 0..<41 * used.stride { #expect(used.values[place] == fresh.values[place]) }
  }
}

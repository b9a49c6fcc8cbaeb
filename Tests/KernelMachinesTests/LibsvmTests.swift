import Learning
import TestSupport
import Testing

import KernelMachines

@Suite struct LibsvmTests {
  private static func machine(_ values: ParameterValues) throws -> SupportVectorMachine {
    try #require(try SupportVectorMachineDescriptor().learner(values) as? SupportVectorMachine)
  }

  @Test func optimaSupportVectorsAndDecisionsAreLibsvms() throws {
    let fixtures: LibsvmFixtures = try Repository.fixture("libsvm.json")
    for test in fixtures.cases {
      let rows = try fixtures.tables[test.table].rows()
      var values = ParameterValues(test.parameters.mapValues(\.parameter))
      values["tol"] = .real(1e-6)
      let machine = try Self.machine(values)
      let training = try OneVersusOne(rows, training: Array(0..<rows.count), for: machine)
      let solution = try training.solutions(of: [machine], threads: 1)[0]
      let name = "table \(test.table) \(test.parameters)"
      #expect(solution.hasConverged.allSatisfy { $0 }, "\(name)")
      for (ours, theirs) in zip(solution.objectives, test.objectives) {
        #expect(abs(ours - theirs) <= 1e-4 * abs(theirs), "\(name): \(ours) \(theirs)")
      }
      let model = solution.model(of: training)
      let decisions = try model.decisions(of: rows.features)
      var largest = 0.0
      for (row, theirs) in test.decisions.enumerated() {
        for (pair, decision) in theirs.enumerated() {
          largest = max(largest, abs(decisions[row, pair] - decision) / max(1, abs(decision)))
        }
      }
      #expect(largest < 5e-3, "\(name): decisions differ by \(largest)")
      for (index, pair) in training.pairs.enumerated() {
        let members =
          rows.labels.indices.filter { rows.labels[$0] == pair.first }
          + rows.labels.indices.filter { rows.labels[$0] == pair.second }
        let ours = Set(zip(members, solution.coefficients[index]).filter { $1 != 0 }.map(\.0))
        let apart = ours.symmetricDifference(test.supports[index]).count
        #expect(apart * 50 <= ours.count, "\(name): \(apart) support vectors of \(ours.count)")
      }
      let predictions = try model.predictions(of: rows.features)
      let different = zip(predictions, test.predictions).count { $0 != $1 }
      #expect(different == 0, "\(name): \(different) predictions differ")
    }
  }

  @Test func aLadderOfCostsReachesTheOptimaOfSingleFits() throws {
    let fixtures: LibsvmFixtures = try Repository.fixture("libsvm.json")
    let rows = try fixtures.tables[2].rows()
    for kernel in SupportVectorMachine.KernelKind.allCases {
      let machines = try [10.0, 0.1, 1, 100].flatMap { cost in
        try [0.05, 0.01].map {
          try SupportVectorMachine(
            kernel: kernel, cost: cost, gamma: .value($0), tolerance: 1e-5, scale: .standard)
        }
      }
      let training = try OneVersusOne(rows, training: Array(0..<rows.count), for: machines[0])
      let together = try training.solutions(of: machines, threads: 2)
      for (machine, solution) in zip(machines, together) {
        let alone = try training.solutions(of: [machine], threads: 1)[0]
        for (ours, theirs) in zip(solution.objectives, alone.objectives) where kernel != .sigmoid {
          #expect(abs(ours - theirs) <= 1e-4 * abs(theirs), "\(machine)")
        }
        #expect(solution.hasConverged.allSatisfy { $0 }, "\(machine)")
      }
    }
  }

  /// The same answer when the kernel's values are computed as they are asked for, and only a few are kept.
  @Test func rowsComputedWhenNeededGiveTheSameOptimum() throws {
    let fixtures: LibsvmFixtures = try Repository.fixture("libsvm.json")
    let rows = try fixtures.tables[0].rows()
    let training = try OneVersusOne(
      rows, training: Array(0..<rows.count), for: SupportVectorMachine(scale: .standard))
    let values = training.scaler.scaled(training.rows)
    let problemRows = ProblemRows(values)
    let problem = DualProblem(
      firstCount: training.rangeOfClass[0].count, secondCount: training.rangeOfClass[1].count, costs: (10, 10))
    let kernel = Kernel(kind: .rbf, gamma: 0.3, degree: 3, constant: 0)
    let square = KernelMatrixBuffer(rows: problemRows.count)
    square.fill(
      from: PairwiseTerms(problemRows, distances: true, threads: 2), ranges: [0..<problemRows.count],
      kernel: kernel)
    let dense = DenseKernel(square, diagonal: problemRows.diagonal(kernel))
    let computed = ComputedKernel(problemRows, kernel: kernel, bytes: 0)
    let points = [dense as any KernelMatrix, computed].map {
      minimize(problem, kernel: $0, from: DualPoint(problem), tolerance: 1e-6, maxIterations: nil)
    }
    #expect(abs(points[0].objective(problem) - points[1].objective(problem)) < 1e-6)
    let furthest = zip(points[0].coefficients, points[1].coefficients).map { abs($0 - $1) }.max() ?? 1
    #expect(furthest < 1e-3)
  }

  /// What comes of two classes with as many rows each, with all kernel values at hand and with little memory.
  private func optima(
    _ values: Matrix<Double>, kernel: Kernel, cost: Double, bytes: Int
  ) -> (problem: DualProblem, dense: DualPoint, computed: DualPoint) {
    let (rows, count) = (ProblemRows(values), values.rows)
    let problem = DualProblem(firstCount: count / 2, secondCount: count / 2, costs: (cost, cost))
    let square = KernelMatrixBuffer(rows: count)
    square.fill(
      from: PairwiseTerms(rows, distances: true, threads: 2), ranges: [0..<count], kernel: kernel)
    let dense = minimize(
      problem, kernel: DenseKernel(square, diagonal: rows.diagonal(kernel)), from: DualPoint(problem),
      tolerance: 1e-3, maxIterations: nil)
    let computed = minimize(
      problem, kernel: ComputedKernel(rows, kernel: kernel, bytes: bytes), from: DualPoint(problem), tolerance: 1e-3,
      maxIterations: nil, memory: 1)
    return (problem, dense, computed)
  }

  /// Rows that never fit into memory together: rounds over the most urgent of them end at the same optimum.
  @Test func moreRowsThanFitIntoMemoryReachTheSameOptimum() {
    var random = KeyedRandom(seed: 5)
    let values = Matrix(
      rows: 1800, columns: 3, values: (0..<5400).map { random.unit() + ($0 < 2700 ? 0 : 0.3) })
    let (problem, dense, computed) = optima(
      values, kernel: Kernel(kind: .rbf, gamma: 2, degree: 3, constant: 0), cost: 10, bytes: 0)
    #expect(computed.violation(problem) < 1e-3)
    #expect(abs(dense.objective(problem) - computed.objective(problem)) < 1e-5 * abs(dense.objective(problem)))
    #expect(abs(dense.offset(problem) - computed.offset(problem)) < 2e-3)
  }

  /// Noise, of which nearly every row is a support vector between its bounds: more than are ever solved together.
  @Test func moreFreeRowsThanFitIntoMemoryReachTheSameOptimum() {
    var random = KeyedRandom(seed: 9)
    let values = Matrix(rows: 1600, columns: 20, values: (0..<32_000).map { _ in 2 * random.unit() - 1 })
    let (problem, dense, computed) = optima(
      values, kernel: Kernel(kind: .rbf, gamma: 0.1, degree: 3, constant: 0), cost: 100, bytes: 1 << 20)
    let free = dense.coefficients.indices.count {
      dense.coefficients[$0] > problem.lower[$0] && dense.coefficients[$0] < problem.upper[$0]
    }
    #expect(free > 600, "more than the 512 that are solved together")
    #expect(computed.violation(problem) < 1e-3)
    #expect(abs(dense.objective(problem) - computed.objective(problem)) < 1e-5 * abs(dense.objective(problem)))
  }

  @Test func aRowOfAComputedKernelStaysUntilTwoOthersAreAskedFor() {
    let rows = ProblemRows(Matrix(rows: 5, columns: 1, values: [0, 1, 2, 3, 4]))
    let kernel = ComputedKernel(rows, kernel: Kernel(kind: .rbf, gamma: 1, degree: 3, constant: 0), bytes: 0)
    for index in [0, 1, 2] { _ = kernel.row(index) }
    let again = kernel.row(0)
    _ = kernel.row(3)
    #expect(again[0] == 1)
    #expect(kernel.row(4)[4] == 1)
  }

  /// Products in single precision say how far rows are from one another, differences where they are near.
  @Test(arguments: [0.0, 1e4])
  func distancesAreThoseWorkedByHandFarFromTheOriginToo(offset: Double) {
    var random = KeyedRandom(seed: 7)
    // Every third row is the one before it, but for a thousandth.
    var values = Matrix(rows: 300, columns: 43, values: (0..<12_900).map { _ in offset + random.unit() - 0.5 })
    for row in stride(from: 2, to: 300, by: 3) {
      for column in 0..<43 { values[row, column] = values[row - 1, column] + 1e-3 * (random.unit() - 0.5) }
    }
    let bases = PairwiseTerms(ProblemRows(values), distances: true, threads: 2)
    for row in 0..<300 {
      for (other, distance) in zip(row..<300, bases.row(row, with: row..<300)) {
        let byHand = zip(values[row: row], values[row: other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(abs(Double(distance) - byHand) <= 1e-5 * byHand, "\(row), \(other)")
      }
    }
  }

  /// Rows to be evaluated may be as far off as numbers go; the kernel of such a row is nothing.
  @Test func aRowFarBeyondAllOthersIsJudgedByTheOffsetAlone() throws {
    let fixtures: LibsvmFixtures = try Repository.fixture("libsvm.json")
    let rows = try fixtures.tables[0].rows()
    let model = try SupportVectorMachine(scale: .standard).fit(rows, seed: 0)
    for size: Float in [1e20, 1e30, 3e38] {
      let far = Matrix(
        rows: 2, columns: rows.features.columns,
        values: (0..<2 * rows.features.columns).map { $0 % 3 == 0 ? -size : size })
      let decisions = try model.decisions(of: far)
      #expect(decisions.values.allSatisfy { $0.isFinite }, "\(size)")
      #expect(decisions.values[0] == decisions.values[decisions.columns], "\(size)")
      let probabilities = try model.probabilities(of: far).values
      #expect(probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }
}

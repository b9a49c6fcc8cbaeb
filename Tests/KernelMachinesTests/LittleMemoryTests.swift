import KernelMachines
import Learning
import Testing

/// Problems whose kernel values do not fit into memory.
@Suite struct LittleMemoryTests {
  private static let firstCount = 900
  private static let count = 1800

  /// Two overlapping cubes of 900 rows each: no row of the first class beyond 1, none of the second before 1/2.
  private func table() throws -> LabeledRows {
    var random = KeyedRandom(seed: 5)
    let labels = (0..<Self.count).map { $0 < Self.firstCount ? 0 : 1 }
    let values = labels.flatMap { label in (0..<4).map { _ in Float(random.unit() + 0.5 * Double(label)) } }
    return try LabeledRows(
      features: Matrix(rows: Self.count, columns: 4, values: values), labels: labels, classes: ["a", "b"])
  }

  private func problem(cost: Double) -> DualProblem {
    DualProblem(
      firstCount: Self.firstCount, secondCount: Self.count - Self.firstCount, costs: (first: cost, second: cost))
  }

  /// The rows as a machine sees them.
  private func seen(_ training: OneVersusOne) -> ProblemRows { ProblemRows(training.scaler.scaled(training.rows)) }

  @Test(arguments: [1.0, 100])
  func aSampleGivesAStartWithinAllBoundsThatSumsToNothing(cost: Double) throws {
    let machine = try SupportVectorMachine(cost: cost)
    let training = try OneVersusOne(table(), training: Array(0..<Self.count), for: machine)
    let kernel = training.kernel(of: machine)
    let rows = ComputedKernel(seen(training), kernel: kernel, bytes: 0)
    let problem = problem(cost: cost)
    let start = try #require(
      DualPoint.sampledStart(problem, kernel: kernel, rows: rows, tolerance: 1e-3, memory: 0))
    for (row, coefficient) in start.coefficients.enumerated() {
      #expect(coefficient >= problem.lower[row] && coefficient <= problem.upper[row], "\(row)")
    }
    let size = start.coefficients.reduce(0) { $0 + abs($1) }
    #expect(size > cost && abs(start.coefficients.reduce(0, +)) <= 1e-9 * size)
    // Its gradients are those of its coefficients.
    let gradients = zip(rows.weightedSum(start.coefficients), problem.signs).map { $0 - $1 }
    #expect(start.gradients == gradients)
  }

  @Test(arguments: [1.0, 100])
  func aStartFromASampleEndsAtTheOptimumThatAmpleMemoryFinds(cost: Double) throws {
    let rows = try table()
    let machine = try SupportVectorMachine(cost: cost, tolerance: 1e-4)
    let training = try OneVersusOne(rows, training: Array(0..<Self.count), for: machine)
    let ample = try training.solutions(of: [machine], threads: 2, memory: 1 << 30)[0]
    let little = try training.solutions(of: [machine], threads: 2, memory: 1)[0]
    #expect(ample.hasConverged == [true] && little.hasConverged == [true])
    #expect(abs(ample.objectives[0] - little.objectives[0]) <= 1e-4 * abs(ample.objectives[0]))
    let decisions = try [ample, little].map { try $0.model(of: training).decisions(of: rows.features) }
    let furthest = zip(decisions[0].values, decisions[1].values).map { abs($0 - $1) }.max() ?? 1
    #expect(furthest < 1e-2, "\(furthest)")
  }

  @Test func aSampleIsNoStartForKernelsThatAreNotPositiveDefinite() throws {
    let rows = try table()
    func isStarted(_ machine: SupportVectorMachine) throws -> Bool {
      let training = try OneVersusOne(rows, training: Array(0..<Self.count), for: machine)
      let kernel = training.kernel(of: machine)
      let source = ComputedKernel(seen(training), kernel: kernel, bytes: 0)
      return DualPoint.sampledStart(problem(cost: 1), kernel: kernel, rows: source, tolerance: 1e-3, memory: 0) != nil
    }
    #expect(try isStarted(SupportVectorMachine(kernel: .rbf)))
    #expect(try isStarted(SupportVectorMachine(kernel: .poly, degree: 2, constant: 1)))
    #expect(try !isStarted(SupportVectorMachine(kernel: .poly, degree: 2, constant: -1)))
    #expect(try !isStarted(SupportVectorMachine(kernel: .sigmoid, gamma: .value(0.1))))
  }

  @Test func aSampleIsNoStartForAProblemThatNearlyFits() throws {
    let machine = try SupportVectorMachine()
    let chosen = Array(516..<1284)
    let training = try OneVersusOne(table(), training: chosen, for: machine)
    let kernel = training.kernel(of: machine)
    let rows = ComputedKernel(seen(training), kernel: kernel, bytes: 0)
    let problem = DualProblem(firstCount: 384, secondCount: 384, costs: (first: 1, second: 1))
    #expect(DualPoint.sampledStart(problem, kernel: kernel, rows: rows, tolerance: 1e-3, memory: 0) == nil)
  }

  @Test func kernelValuesThatAreComputedAreThoseWorkedByHand() throws {
    let machine = try SupportVectorMachine(gamma: .value(0.7))
    let training = try OneVersusOne(table(), training: Array(0..<Self.count), for: machine)
    let rows = seen(training)
    let kernel = ComputedKernel(rows, kernel: training.kernel(of: machine), bytes: 0)
    func byHand(_ a: Int, _ b: Int) -> Double {
      exponential(
        -0.7 * zip(rows.values[row: a], rows.values[row: b]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
    }
    let bound = 2e-6
    for row in [0, 899, 900, 1799, 0] {
      let values = kernel.row(row)
      let furthest = (0..<Self.count).map { abs(Double(values[$0]) - byHand(row, $0)) }.max() ?? 1
      #expect(furthest < bound, "\(row): \(furthest)")
    }
    let chosen = [3, 700, 1000, 1500]
    let among = kernel.kernel(among: chosen)
    for (place, row) in chosen.enumerated() {
      let values = among.row(place)
      for (column, other) in chosen.enumerated() {
        #expect(abs(Double(values[column]) - byHand(row, other)) < bound, "\(row), \(other)")
      }
    }
    // More values than a block of those that are summed has, and more sums than a block of those they are for.
    let coefficients = (0..<Self.count).map { $0 % 3 == 0 ? Double($0 % 7) - 3 : 0 }
    let sums = kernel.weightedSum(coefficients)
    for row in [0, 1023, 1024, 1799] {
      let expected = (0..<Self.count).reduce(0) { $0 + coefficients[$1] * byHand(row, $1) }
      #expect(abs(sums[row] - expected) < 1200 * bound, "\(row)")
    }
  }
}

import Basics
import COpenBLAS
import Learning

/// Training rows sorted by class, scaled, ready to be solved pair by pair.
package struct OneVersusOne: Sendable {
  package let classes: [String]
  package let scaler: FeatureScaler
  /// The rows as they were given or rounded, `(rows, features)`, sorted by class.
  package let rows: Matrix<Float>
  /// How far a feature's values are from one another if the rows are rounded.
  fileprivate let steps: [Float]?
  /// For each class its rows.
  package let rangeOfClass: [Range<Int>]
  private let scaled: Matrix<Double>
  private let variance: Double
  private let counts: [Int]

  /// Two classes that both have rows.
  package struct Pair: Hashable, Sendable {
    package var first: Int
    package var second: Int

    package init(first: Int, second: Int) {
      self.first = first
      self.second = second
    }
  }

  /// - Parameters:
  ///   - training: the rows to learn from.
  ///   - machine: what gives scale and kernel. Where only differences of rows count, as for linear and radial kernels,
  ///     features are also centered: the optimum stays, and numbers far from 0 no longer cost digits.
  /// - Throws: `DataError` for fewer than two classes with rows, missing values, or values too large or too small.
  package init(_ rows: LabeledRows, training: [Int], for machine: SupportVectorMachine) throws {
    BLASThreads.useOne()
    let sorted = rows.classes.indices.flatMap { label in training.filter { rows.labels[$0] == label } }
    counts = rows.classes.indices.map { label in training.count { rows.labels[$0] == label } }
    guard counts.count(where: { $0 > 0 }) >= 2 else {
      throw DataError("svc needs rows of at least two classes")
    }
    classes = rows.classes
    let given = rows.features.selecting(rows: sorted)
    guard !given.values.contains(where: \.isNaN) else {
      throw DataError("svc does not accept missing values; gradient_boosting does")
    }
    let rounded = machine.isQuantized ? QuantizedRows(given) : nil
    self.rows = rounded?.values ?? given
    steps = rounded?.steps
    let plain = FeatureScaler(machine.scale, rows: self.rows)
    let values = plain.scaled(self.rows)
    let size = Double(values.values.count)
    let mean = values.values.reduce(0, +) / size
    variance = values.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size
    let isCentered = machine.kernel == .linear || machine.kernel == .rbf
    scaler = isCentered ? plain.centered(on: self.rows) : plain
    scaled = isCentered ? scaler.scaled(self.rows) : values
    // Squares of larger numbers, and the gamma that suits smaller ones, would not fit into single precision.
    let largest = scaled.values.reduce(0) { max($0, abs($1)) }
    guard largest < 1e15, self.rows.values.allSatisfy({ abs($0) <= 1e30 }),
      machine.kernel == .linear || variance == 0 || variance > 1e-30
    else {
      throw DataError("features are too large or too small for svc; try scale: standard")
    }
    var first = 0
    rangeOfClass = counts.map { count in
      defer { first += count }
      return first..<first + count
    }
  }

  /// The pairs of classes that have rows, in libsvm's order.
  package var pairs: [Pair] {
    let present = classes.indices.filter { !rangeOfClass[$0].isEmpty }
    return present.flatMap { first in present.filter { $0 > first }.map { Pair(first: first, second: $0) } }
  }

  /// The kernel of a machine, with γ resolved.
  package func kernel(of machine: SupportVectorMachine) -> Kernel {
    let gamma: Double =
      switch machine.gamma {
      case .value(let value): value
      case .auto: 1 / Double(rows.columns)
      case .scale: variance > 0 ? 1 / (Double(rows.columns) * variance) : 1
      }
    return Kernel(kind: machine.kernel, gamma: gamma, degree: machine.degree, constant: machine.constant)
  }

  /// What all pairs of a machine came to.
  package struct Solution: Sendable {
    package var kernel: Kernel
    /// For each pair the coefficients of the rows of its first class and then of its second.
    package var coefficients: [[Double]]
    package var offsets: [Double]
    package var objectives: [Double]
    package var hasConverged: [Bool]
  }

  /// Solves machines that differ in nothing but `C` and γ.
  ///
  /// - Parameter memory: the bytes that kernel values may take together, those of other fits at work included.
  /// - Complexity: O(rows² × (features + kernels)) and the solver's steps, O(rows) each, for each pair of classes; memory
  ///   of half a square of all rows and two of a pair's, in 32 bits.
  package func solutions(
    of machines: [SupportVectorMachine], threads: Int, memory: Int = MemoryBudget.bytes
  ) throws -> [Solution] {
    let weights = try machines.map { try $0.classWeights.weights(classes: classes, counts: counts) }
    let (pairs, kind) = (pairs, machines[0].kernel)
    let context = Parallel.workerContext ?? (bodies: 1, threads: threads)
    let space = KernelMemory(
      kind, classCounts: counts, memory: memory, fits: context.bodies, threads: context.threads)
    let bases =
      space.isDense ? PairwiseTerms(ProblemRows(scaled), distances: kind == .rbf, threads: threads) : nil
    let largestPair = counts.sorted(by: >).prefix(2).reduce(0, +)
    let solved = try Parallel.map(
      count: pairs.count, threads: threads,
      context: { bases.map { (bases: $0, square: KernelMatrixBuffer(rows: largestPair)) } }
    ) { dense, index in
      solutions(of: machines, classWeights: weights, pair: pairs[index], dense: dense, budget: space.budget)
    }
    return machines.indices.map { machine in
      let parts = solved.map { $0[machine] }
      return Solution(
        kernel: kernel(of: machines[machine]), coefficients: parts.map(\.coefficients), offsets: parts.map(\.offset),
        objectives: parts.map(\.objective), hasConverged: parts.map(\.hasConverged))
    }
  }

  private func solutions(
    of machines: [SupportVectorMachine], classWeights: [[Double]], pair: Pair,
    dense: (bases: PairwiseTerms, square: KernelMatrixBuffer)?, budget: Int
  ) -> [DualSolution] {
    let (first, second) = (rangeOfClass[pair.first], rangeOfClass[pair.second])
    let rows = ProblemRows(scaled.selecting(rows: Array(first) + Array(second)))
    func problem(_ index: Int, divisor: Double) -> DualProblem {
      let (machine, weights) = (machines[index], classWeights[index])
      return DualProblem(
        firstCount: first.count, secondCount: second.count,
        costs: (
          machine.cost * weights[pair.first] * divisor, machine.cost * weights[pair.second] * divisor
        ))
    }
    var solutions = [DualSolution?](repeating: nil, count: machines.count)
    let ascending = machines.indices.sorted { (machines[$0].cost, $0) < (machines[$1].cost, $1) }
    let kernels = machines.map { rows.fitting(kernel(of: $0)) }
    let distinct = kernels.indices.filter { kernels.firstIndex(of: kernels[$0]) == $0 }.map { kernels[$0] }
    for kernel in distinct {
      var ladder = CostContinuation(
        rows, kernel: kernel, dense: dense.map { ($0.bases, $0.square, [first, second]) }, memory: budget / 2)
      for index in ascending where kernels[index] == kernel {
        let problem = problem(index, divisor: kernel.divisor)
        let point = ladder.optimum(of: machines[index], problem)
        solutions[index] = DualSolution(
          point, problem, tolerance: machines[index].tolerance, divisor: kernel.divisor)
      }
    }
    return solutions.compactMap { $0 }
  }
}

extension OneVersusOne {
  /// What the models of solutions say of rows, `(rows, classes)` each; kernel values are shared by those that have the
  /// same kernel, products by all.
  func probabilities(of solutions: [Solution], rows: Matrix<Float>) throws -> [Matrix<Double>] {
    guard !rows.values.contains(where: \.isNaN) else {
      throw DataError("svc does not accept missing values")
    }
    guard solutions.count > 1, solutions[0].kernel.kind != .linear else {
      return try solutions.map { try $0.model(of: self).probabilities(of: rows) }
    }
    let (pairs, count) = (pairs, self.rows.rows)
    var kernels: [Kernel] = []
    for solution in solutions where !kernels.contains(solution.kernel) { kernels.append(solution.kernel) }
    let parts = kernels.map { kernel in
      var (values, offsets) = ([Double](), [Double]())
      for solution in solutions where solution.kernel == kernel {
        offsets += solution.offsets
        for (pair, coefficients) in zip(pairs, solution.coefficients) {
          var all = Array(repeating: 0.0, count: count)
          let (first, second) = (rangeOfClass[pair.first], rangeOfClass[pair.second])
          for (row, value) in zip(Array(first) + Array(second), coefficients) { all[row] = value }
          values += all
        }
      }
      return DecisionFunction.Part(
        kernel: kernel, coefficients: Matrix(rows: values.count / count, columns: count, values: values),
        offsets: offsets)
    }
    let sums = DecisionFunction(support: scaled, parts: parts)(scaler.scaled(rows))
    let voting = Voting(classCount: classes.count, pairs: pairs)
    var taken = Array(repeating: 0, count: kernels.count)
    return try solutions.map { solution in
      let part = kernels.firstIndex(of: solution.kernel) ?? 0
      var decisions = Matrix(rows: rows.rows, columns: pairs.count, repeating: 0.0)
      for row in 0..<rows.rows {
        for pair in pairs.indices {
          decisions[row, pair] = sums[part][row, taken[part] + pair] - solution.offsets[pair]
        }
      }
      taken[part] += pairs.count
      return try voting.probabilities(decisions)
    }
  }
}

extension OneVersusOne.Solution {
  /// The classifier: the rows that have a coefficient in some pair, and nothing else of the training rows.
  package func model(of training: OneVersusOne) -> SupportVectorModel {
    var isSupport = Array(repeating: false, count: training.rows.rows)
    let pairs = training.pairs
    func rows(of pair: OneVersusOne.Pair) -> [Int] {
      Array(training.rangeOfClass[pair.first]) + Array(training.rangeOfClass[pair.second])
    }
    for (pair, values) in zip(pairs, coefficients) {
      for (row, value) in zip(rows(of: pair), values) where value != 0 { isSupport[row] = true }
    }
    let kept = isSupport.indices.filter { isSupport[$0] }
    var placeOfRow = Array(repeating: -1, count: isSupport.count)
    for (place, row) in kept.enumerated() { placeOfRow[row] = place }
    var machines: [SupportVectorModel.Machine] = []
    for (index, pair) in pairs.enumerated() {
      var all = Array(repeating: 0.0, count: kept.count)
      for (row, value) in zip(rows(of: pair), coefficients[index]) where value != 0 { all[placeOfRow[row]] = value }
      machines.append(
        SupportVectorModel.Machine(
          first: pair.first, second: pair.second, coefficients: all, offset: offsets[index],
          hasConverged: hasConverged[index]))
    }
    return SupportVectorModel(
      classes: training.classes, kernel: kernel, scaler: training.scaler,
      supportVectors: training.rows.selecting(rows: kept), steps: training.steps, machines: machines)
  }
}

import KernelMachines
import Learning
import ModelSelection
import Testing

@Suite struct IndistinguishableRowsTests {
  /// The objective falls in a straight line, so each pair goes to its bounds in one step; a least curvature that does not
  /// grow with the kernel's values would take more steps than there are.
  @Test(arguments: [SupportVectorMachine.KernelKind.poly, .rbf, .linear], [1, 1e10])
  func identicalRowsOfTwoClassesAreSolvedInAFewSteps(kernel: SupportVectorMachine.KernelKind, gamma: Double) throws {
    let rows = try LabeledRows(
      features: Matrix(rows: 40, columns: 3, values: (0..<120).map { Float($0 % 3) * 10 }),
      labels: (0..<40).map { $0 % 2 }, classes: ["a", "b"])
    let machine = try SupportVectorMachine(kernel: kernel, cost: 1, gamma: .value(gamma), maxIterations: 1000)
    let training = try OneVersusOne(rows, training: Array(0..<40), for: machine)
    let solution = try training.solutions(of: [machine], threads: 1)[0]
    // Of kernel values of 10³⁹ no digits are left for the difference between the classes.
    #expect(solution.hasConverged == [kernel != .poly || gamma == 1])
    #expect(solution.coefficients[0].allSatisfy { abs(abs($0) - 1) < 1e-9 })
  }
}

@Suite struct SupportVectorMachineTests {
  private func table(_ rows: Int, features: Int = 6, classes: Int = 3, seed: UInt64 = 1) throws -> LabeledRows {
    var random = KeyedRandom(seed: seed)
    var values: [Float] = []
    let labels = (0..<rows).map { _ in Int(random.below(UInt32(classes))) }
    for label in labels {
      for feature in 0..<features { values.append(Float(random.unit() + (feature % classes == label ? 0.4 : 0))) }
    }
    return try LabeledRows(
      features: Matrix(rows: rows, columns: features, values: values), labels: labels,
      classes: (0..<classes).map { "c\($0)" })
  }

  @Test func theSameModelComesOutAtAnyNumberOfThreads() throws {
    let rows = try table(200)
    for kernel in SupportVectorMachine.KernelKind.allCases {
      let machine = try SupportVectorMachine(kernel: kernel, cost: 5, scale: .standard)
      let one = try machine.fit(rows, seed: 0, threads: 1)
      let three = try machine.fit(rows, seed: 0, threads: 3)
      #expect(one == three)
    }
  }

  @Test func whatALinearMachineDoesNotLookAtMakesNoOtherMachine() throws {
    let machines = try [0.1, 10].map {
      try SupportVectorMachine(kernel: .linear, cost: 2, gamma: .value($0), degree: 5, constant: 1)
    }
    #expect(machines[0] == machines[1])
    let radial = try [0.1, 10].map { try SupportVectorMachine(kernel: .rbf, gamma: .value($0)) }
    #expect(radial[0] != radial[1] && radial[0].path == radial[1].path)
  }

  @Test func scalingIsLearnedFromTheTrainingRowsAlone() throws {
    let rows = try table(120)
    let fold = Fold(rows: rows, training: Array(0..<90), validation: Array(90..<120))
    var changed = rows.features
    for row in 90..<120 { changed[row, 0] *= 1000 }
    let other = Fold(
      rows: try LabeledRows(features: changed, labels: rows.labels, classes: rows.classes), training: fold.training,
      validation: Array(0..<30))
    let same = Fold(rows: rows, training: fold.training, validation: Array(0..<30))
    let machine = try SupportVectorMachine(kernel: .rbf, cost: 3, gamma: .scale, scale: .standard)
    let table = try SupportVectorMachine.table(of: rows.features, threads: 1)
    let ours = try SupportVectorMachine.fitPath([machine], on: same, table: table, seed: 0).probabilities
    let theirs = try SupportVectorMachine.fitPath([machine], on: other, table: table, seed: 0).probabilities
    #expect(ours == theirs)
  }

  @Test func aSearchsAnswersAreThoseOfAFitOnTheTrainingRows() throws {
    let rows = try table(150)
    let fold = Fold(rows: rows, training: Array(0..<110), validation: Array(110..<150))
    let machines = try [1.0, 30].map { try SupportVectorMachine(kernel: .rbf, cost: $0, tolerance: 1e-6) }
    let table = try SupportVectorMachine.table(of: rows.features, threads: 1)
    let together = try SupportVectorMachine.fitPath(machines, on: fold, table: table, seed: 0).probabilities
    for (machine, probabilities) in zip(machines, together) {
      let alone = try machine.fit(rows.selecting(fold.training), seed: 0).probabilities(
        of: rows.features.selecting(rows: fold.validation))
      let furthest = zip(probabilities.values, alone.values).map { abs($0 - $1) }.max() ?? 1
      #expect(furthest < 1e-4)
    }
  }

  @Test func probabilitiesSumToOneAndTheVoteHasTheLargest() throws {
    let rows = try table(160, classes: 4)
    let model = try SupportVectorMachine(kernel: .rbf, cost: 10).fit(rows, seed: 0)
    let probabilities = try model.probabilities(of: rows.features)
    let decisions = try model.decisions(of: rows.features)
    let pairs = (0..<4).flatMap { first in (first + 1..<4).map { (first, $0) } }
    for row in 0..<rows.count {
      var votes = [0, 0, 0, 0]
      for (index, pair) in pairs.enumerated() { votes[decisions[row, index] > 0 ? pair.0 : pair.1] += 1 }
      let winner = votes.firstIndex(of: votes.max() ?? 0)
      #expect(probabilities.rowArgmax[row] == winner)
      #expect(abs(probabilities[row: row].reduce(0, +) - 1) < 1e-12)
    }
  }

  /// As many features as faces of 68 points have, at every place of a block of rows.
  @Test func whatIsSaidOfARowDoesNotDependOnItsCompany() throws {
    var random = KeyedRandom(seed: 14)
    let rows = try LabeledRows(
      features: Matrix(rows: 150, columns: 136, values: (0..<150 * 136).map { _ in Float(random.unit()) }),
      labels: (0..<150).map { $0 % 3 }, classes: ["a", "b", "c"])
    for kernel in SupportVectorMachine.KernelKind.allCases {
      let model = try SupportVectorMachine(kernel: kernel, cost: 10).fit(rows, seed: 0)
      let together = try model.decisions(of: rows.features)
      for row in 0..<150 {
        let alone = try model.decisions(of: rows.features.selecting(rows: [row]))
        #expect(Array(alone.values) == Array(together[row: row]), "\(kernel), row \(row)")
      }
    }
  }

  @Test func aStepLimitIsToldAndTheAnswerIsFinite() throws {
    let rows = try table(120)
    let model = try SupportVectorMachine(kernel: .rbf, cost: 1000, maxIterations: 5).fit(rows, seed: 0)
    #expect(!model.hasConverged)
    let isFinite = try model.probabilities(of: rows.features).values.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  @Test func whatAStepLimitLeavesDoesNotDependOnOtherCosts() throws {
    let rows = try table(150)
    let machines = try [0.1, 10, 1000].map {
      try SupportVectorMachine(kernel: .rbf, cost: $0, gamma: .value(0.5), maxIterations: 20)
    }
    let training = try OneVersusOne(rows, training: Array(0..<rows.count), for: machines[0])
    let together = try training.solutions(of: machines, threads: 1)
    let alone = try training.solutions(of: [machines[2]], threads: 1)
    #expect(together[2].coefficients == alone[0].coefficients)
  }

  @Test func aClassWeightOfTwoIsEachRowTwice() throws {
    let rows = try table(60, classes: 2)
    let first = rows.labels.indices.filter { rows.labels[$0] == 0 }
    let doubled = rows.selecting(Array(rows.labels.indices) + first)
    for kernel in [SupportVectorMachine.KernelKind.linear, .rbf] {
      let weighted = try SupportVectorMachine(
        kernel: kernel, cost: 3, gamma: .value(0.5), classWeights: .named(["c0": 2]), tolerance: 1e-7)
      let plain = try SupportVectorMachine(kernel: kernel, cost: 3, gamma: .value(0.5), tolerance: 1e-7)
      let ours = try weighted.fit(rows, seed: 0).decisions(of: rows.features)
      let theirs = try plain.fit(doubled, seed: 0).decisions(of: rows.features)
      let furthest = zip(ours.values, theirs.values).map { abs($0 - $1) }.max() ?? 1
      // Both are within the tolerance of one optimum; the weights are wide where rows are alike.
      #expect(furthest < 1e-3, "\(kernel): \(furthest)")
    }
  }

  @Test func whereAPictureHasItsOriginDoesNotMatter() throws {
    let rows = try table(150)
    var far = rows.features
    // Multiples of 2⁻¹⁰, which a float near 4,000 still holds.
    for place in far.values.indices { far.values[place] = (far.values[place] * 20 * 1024).rounded() / 1024 }
    let near = try LabeledRows(features: far, labels: rows.labels, classes: rows.classes)
    for place in far.values.indices { far.values[place] += 4000 }
    let moved = try LabeledRows(features: far, labels: rows.labels, classes: rows.classes)
    for (kernel, cost) in [(SupportVectorMachine.KernelKind.linear, 1.0), (.linear, 1000), (.rbf, 100)] {
      let machine = try SupportVectorMachine(kernel: kernel, cost: cost, gamma: .value(0.001), tolerance: 1e-5)
      let models = try [near, moved].map { try machine.fit($0, seed: 0) }
      let haveConverged = models.allSatisfy { $0.hasConverged }
      #expect(haveConverged, "\(kernel) \(cost)")
      let ours = try models[0].decisions(of: near.features)
      let theirs = try models[1].decisions(of: moved.features)
      let furthest = zip(ours.values, theirs.values).map { abs($0 - $1) / max(1, abs($0)) }.max() ?? 1
      #expect(furthest < 1e-3, "\(kernel) \(cost): \(furthest)")
    }
  }

  @Test func powersBeyondSinglePrecisionAreLearnedFrom() throws {
    let rows = try table(80)
    var large = rows.features
    for place in large.values.indices { large.values[place] *= 40 }
    let scaled = try LabeledRows(features: large, labels: rows.labels, classes: rows.classes)
    // Values of the kernel up to about 10^38.
    let model = try SupportVectorMachine(kernel: .poly, cost: 1, gamma: .value(1), degree: 9).fit(scaled, seed: 0)
    #expect(model.hasConverged)
    let predictions = try model.predictions(of: large)
    let wrong = zip(predictions, rows.labels).count { $0 != $1 }
    #expect(wrong <= 2, "\(wrong) of 80")
  }

  @Test func littleMemoryGivesTheSameAnswers() throws {
    let rows = try table(160)
    let machine = try SupportVectorMachine(kernel: .rbf, cost: 10, gamma: .value(0.3), tolerance: 1e-6)
    let training = try OneVersusOne(rows, training: Array(0..<rows.count), for: machine)
    let plenty = try training.solutions(of: [machine], threads: 2, memory: 1 << 30)[0]
    let little = try training.solutions(of: [machine], threads: 2, memory: 1)[0]
    for (ours, theirs) in zip(plenty.objectives, little.objectives) {
      #expect(abs(ours - theirs) <= 1e-6 * abs(theirs))
    }
    let models = [plenty, little].map { $0.model(of: training) }
    let same = try models[0].predictions(of: rows.features) == models[1].predictions(of: rows.features)
    #expect(same)
  }

  /// 60 rows, 50 of them in the two largest classes.
  @Test func whatAFitHoldsIsHalfASquareOfAllRowsAndSquaresOfTheLargestPair() throws {
    func memory(_ kernel: SupportVectorMachine.KernelKind, memory: Int = 1 << 30) throws -> FitMemory {
      try SupportVectorMachine(kernel: kernel).fitMemory(
        classCounts: [30, 10, 20], features: 5, fits: 1, threads: 1, memory: memory)
    }
    let (rows, pair) = (8 * 60 * 5, 8 * 50 * 5)
    // A row of 50 numbers is padded; two squares less a third of one.
    let squares = 4 * 50 * 65 / 3 * 5
    // For distances rows are there twice in single precision, too.
    #expect(try memory(.rbf) == FitMemory(shared: 2 * rows + 4 * 60 * 60 / 2, eachThread: pair + squares))
    #expect(try memory(.linear) == FitMemory(shared: rows, eachThread: pair + 8 * (50 + 5) * 5))
    let little = try memory(.rbf, memory: 1)
    #expect(little == FitMemory(shared: rows, eachThread: 3 * pair / 2), "kernel values within the budget")
  }

  /// 60 rows, 50 of them in the two largest classes, and three pairs.
  @Test func kernelsFitByTheFitsAndThreadsAtWorkNotByTheMachinesProcessors() throws {
    let (bases, squares) = (2 * 60 * 60, 4 * 50 * 65 / 3 * 5)
    let (rows, pair) = (8 * 60 * 5, 8 * 50 * 5)
    func memory(_ memory: Int, fits: Int, threads: Int) throws -> FitMemory {
      try SupportVectorMachine().fitMemory(
        classCounts: [30, 10, 20], features: 5, fits: fits, threads: threads, memory: memory)
    }
    func fits(_ bytes: Int, fits: Int, threads: Int) throws -> Bool {
      try memory(bytes, fits: fits, threads: threads).shared >= rows + bases
    }
    // One thread and two see the same, in a search and on all rows.
    for (count, threads) in [(1, 1), (1, 2), (2, 2)] {
      #expect(try fits(2 * (bases + squares), fits: count, threads: threads), "\(count), \(threads)")
      #expect(try !fits(2 * (bases + squares) - 1, fits: count, threads: threads), "\(count), \(threads)")
    }
    // Eight fits at once hold eight of each.
    #expect(try fits(8 * (bases + squares), fits: 8, threads: 8))
    #expect(try !fits(8 * (bases + squares) - 1, fits: 8, threads: 8))
    // One fit has three squares at most, however many threads there are, and they are all there.
    #expect(try fits(2 * bases + 3 * squares, fits: 1, threads: 64))
    let alone = try memory(2 * bases + 3 * squares, fits: 1, threads: 64)
    #expect(alone == FitMemory(shared: 2 * rows + bases + 3 * (pair + squares)))
    // What is computed stays within the budget.
    for (count, threads) in [(1, 1), (1, 64), (2, 2), (5, 8), (8, 64)] {
      let part = try memory(5000, fits: count, threads: threads)
      let kernels = count * (part.shared - rows) + threads * part.eachThread
      let pairs = min(threads, 3 * count) * 3 * pair / 2
      #expect(kernels - pairs <= 5000, "\(count), \(threads)")
    }
  }

  @Test func theEstimateOfASearchHasTheKernelsOfTwoFoldsOrOfAllRows() throws {
    let rows = try table(90)
    let folds = try StratifiedFolds(labels: rows.labels, classes: rows.classes, count: 3)
    let machine = Candidate(family: SupportVectorMachineDescriptor(), values: ParameterValues(["C": .integer(1)]))
    let bytes = try GridSearch(candidates: [machine], seed: 1, threads: 2).bytes(on: SearchData(rows), folds: folds)
    func memory(_ rows: LabeledRows, fits: Int) throws -> FitMemory {
      try SupportVectorMachine().fitMemory(
        classCounts: rows.classCounts, features: rows.features.columns, fits: fits, threads: 2)
    }
    let all = try memory(rows, fits: 1)
    let onFolds = try (0..<3).map { fold in
      let part = try memory(rows.selecting(folds.rows(of: fold).training), fits: 2)
      return 2 * part.shared + 2 * part.eachThread
    }
    let others = 4 * 90 * 6 * (1 + 1 + 2) + 90 * 3 * 8
    #expect(bytes == others + max(onFolds.max() ?? 0, all.shared + 2 * all.eachThread))
  }

  @Test func roundedRowsAreWholeStepsNearTheGivenOnes() {
    let given = Matrix<Float>(
      rows: 4, columns: 5,
      values: [0, 7, 1e6, -3, .leastNonzeroMagnitude, 1, 7, 1e6 + 1, 0, 0, 0.5, 7, 1e6, 2, 0, 0.25, 7, 1e6, 3, 0])
    let rounded = QuantizedRows(given)
    for (place, value) in rounded.values.values.enumerated() {
      let step = rounded.steps[place % 5]
      #expect(abs(value - given.values[place]) <= 0.51 * step, "\(place)")
      #expect(QuantizedRows.value(QuantizedRows.count(of: step, in: value), of: step) == value, "\(place)")
    }
    #expect(rounded.values[0, 1] == 7)
  }

  @Test func aMachineOfRoundedRowsSaysNearlyTheSame() throws {
    let rows = try table(160)
    func probabilities(isQuantized: Bool) throws -> Matrix<Double> {
      try SupportVectorMachine(cost: 10, scale: .standard, isQuantized: isQuantized).fit(rows, seed: 1)
        .probabilities(of: rows.features)
    }
    let (exact, rounded) = (try probabilities(isQuantized: false), try probabilities(isQuantized: true))
    let furthest = zip(exact.values, rounded.values).map { abs($0 - $1) }.max() ?? 1
    #expect(furthest > 0 && furthest < 0.05, "\(furthest)")
  }

  @Test func rowsThatCannotBeLearnedFromAreRefused() throws {
    let rows = try table(20)
    #expect(throws: DataError.self) {
      try SupportVectorMachine().fit(
        LabeledRows(features: rows.features, labels: Array(repeating: 1, count: 20), classes: rows.classes), seed: 0)
    }
    var features = rows.features
    features[3, 2] = .nan
    #expect(throws: DataError.self) {
      try SupportVectorMachine().fit(
        LabeledRows(features: features, labels: rows.labels, classes: rows.classes), seed: 0)
    }
  }

  @Test func parametersOutOfRangeAreRefused() {
    for (name, value) in [
      ("C", ParameterValue.real(0)), ("C", .integer(-1)), ("gamma", .text("best")), ("gamma", .real(0)),
      ("kernel", .text("gauss")), ("degree", .integer(-1)), ("tol", .real(0)), ("max_iter", .integer(0)),
      ("scale", .text("robust")), ("coef0", .text("1")),
    ] {
      #expect(throws: ParameterError.self, "\(name) \(value)") {
        try SupportVectorMachineDescriptor().learner(ParameterValues([name: value]))
      }
    }
  }

  /// Duplicates, constant columns, huge and tiny values and parameters, two rows: a finite answer in bounded time.
  @Test(arguments: 0..<20)
  func illPosedProblemsEndInAFiniteAnswer(block: Int) throws {
    for number in 0..<100 {
      var random = KeyedRandom(seed: UInt64(block * 100 + number))
      let classes = 2 + Int(random.below(3))
      let count = max(classes, 2 + Int(random.below(30)))
      let features = 1 + Int(random.below(5))
      let size = [1, 1e-6, 1e6, 1e3][Int(random.below(4))]
      var values: [Float] = []
      for _ in 0..<count {
        for feature in 0..<features {
          values.append(
            random.below(4) == 0 || feature == 0
              ? Float(size) * Float(random.below(3)) : Float(size * (random.unit() - 0.5)))
        }
      }
      if random.below(3) == 0 { for row in 0..<count { values[row * features] = 7 } }
      if random.below(4) == 0 { values = Array(repeating: values[0], count: values.count) }
      let rows = try LabeledRows(
        features: Matrix(rows: count, columns: features, values: values),
        labels: (0..<count).map { $0 < classes ? $0 : Int(random.below(UInt32(classes))) },
        classes: (0..<classes).map { "\($0)" })
      let kinds = SupportVectorMachine.KernelKind.allCases
      let machine = try SupportVectorMachine(
        kernel: kinds[Int(random.below(4))], cost: [1, 1e-10, 1e10, 100][Int(random.below(4))],
        gamma: .value([1, 1e-10, 1e10, 0.1][Int(random.below(4))]), constant: Double(random.below(3)) - 1,
        maxIterations: 20_000, scale: FeatureScaler.Method.allCases[Int(random.below(3))])
      let name = "\(block * 100 + number): \(machine)"
      let training = try OneVersusOne(rows, training: Array(0..<count), for: machine)
      let solution = try training.solutions(of: [machine], threads: 1)[0]
      for (pair, coefficients) in zip(training.pairs, solution.coefficients) {
        let firstCount = training.rangeOfClass[pair.first].count
        for (row, coefficient) in coefficients.enumerated() {
          let signed = row < firstCount ? coefficient : -coefficient
          #expect(signed >= 0 && signed <= machine.cost * (1 + 1e-12), "\(name)")
        }
        let size = coefficients.reduce(0) { $0 + abs($1) }
        // Each step rounds two coefficients, which may be as large as the cost.
        #expect(abs(coefficients.reduce(0, +)) <= 1e-9 * size + 1e-12 * machine.cost, "\(name)")
      }
      // Nothing learned is worth 0. Rounding may cost a little of it where numbers are ill; a sigmoid kernel is none.
      if machine.kernel != .sigmoid, solution.hasConverged.allSatisfy({ $0 }) {
        let worth = solution.objectives.allSatisfy { $0 <= 1e-6 * machine.cost * Double(count) }
        #expect(worth, "\(name): \(solution.objectives)")
      }
      let probabilities = try solution.model(of: training).probabilities(of: rows.features)
      let isFinite = probabilities.values.allSatisfy { $0.isFinite }
      #expect(isFinite, "\(name)")
    }
  }
}

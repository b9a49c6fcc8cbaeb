import Foundation
import Learning
import TestSupport
import Testing

import TreeEnsembles

/// The booster of a fixture.
private func booster(_ fixture: XGBoostFixtures.Case) throws -> GradientBoosting {
  var values = ParameterValues(fixture.parameters)
  if !fixture.class_weight.isEmpty {
    values["class_weight"] = .weights(
      Dictionary(uniqueKeysWithValues: fixture.class_weight.enumerated().map { ("\($0)", $1) }))
  }
  let learner = try GradientBoostingDescriptor().learner(values)
  return try #require(learner as? GradientBoosting)
}

@Suite struct XGBoostComparisonTests {
  /// Sums are integers here and doubles there; values agree to the 32 bits of gradients that go into them.
  private func isClose(_ one: Float, _ other: Float, tolerance: Float = 2e-5) -> Bool {
    abs(one - other) <= tolerance * max(1, abs(other))
  }

  @Test func treesAreXGBoostsNodeForNode() throws {
    for fixture in try XGBoostFixtures.shared.get().cases {
      let model = try booster(fixture).fit(fixture.rows(), seed: 0)
      let trees = Array(model.trees.joined())
      #expect(trees.count == fixture.trees.count, "\(fixture.name)")
      for (number, (tree, nodes)) in zip(trees, fixture.trees).enumerated() {
        #expect(tree.feature == nodes.map(\.feature), "\(fixture.name), tree \(number)")
        guard tree.feature == nodes.map(\.feature) else { continue }
        for (index, node) in nodes.enumerated() {
          let place = "\(fixture.name), tree \(number), node \(index)"
          // A threshold above all values may be any; ours is the largest float.
          let isTop = tree.threshold[index] == .greatestFiniteMagnitude
          #expect(tree.threshold[index] == node.threshold || isTop, "\(place)")
          #expect(tree.missingGoesLeft[index] == node.missing_goes_left, "\(place)")
          #expect(isClose(tree.value[index], node.value), "\(place)")
          #expect(isClose(tree.gain[index], node.gain, tolerance: 1e-3), "\(place)")
          #expect(isClose(tree.cover[index], node.cover), "\(place)")
        }
      }
    }
  }

  @Test func marginsAndImportancesAreXGBoosts() throws {
    for fixture in try XGBoostFixtures.shared.get().cases {
      let rows = try fixture.rows()
      let model = try booster(fixture).fit(rows, seed: 0)
      let margins = try model.margins(of: rows.features.selecting(rows: Array(0..<fixture.margins.count)))
      for (row, expected) in fixture.margins.enumerated() {
        for (output, margin) in expected.enumerated() {
          #expect(isClose(margins[row, output], margin, tolerance: 1e-4), "\(fixture.name), row \(row)")
        }
      }
      for kind in BoostedTreesModel.ImportanceKind.allCases {
        let expected = try #require(fixture.importances[kind.rawValue])
        for (ours, theirs) in zip(model.importances(kind), expected) {
          #expect(abs(ours - theirs) <= 1e-3 * max(1, theirs), "\(fixture.name), \(kind)")
        }
      }
    }
  }

  @Test func shapleyValuesAreXGBoosts() throws {
    for fixture in try XGBoostFixtures.shared.get().cases {
      let rows = try fixture.rows()
      let model = try booster(fixture).fit(rows, seed: 0)
      for (row, expected) in fixture.shap.enumerated() {
        let contributions = try model.contributions(of: Array(rows.features[row: row]))
        for (output, values) in expected.enumerated() {
          let ours = contributions.values[output] + [contributions.base[output]]
          for (one, other) in zip(ours, values) {
            #expect(abs(one - other) < 1e-4, "\(fixture.name), row \(row), output \(output)")
          }
        }
      }
    }
  }
}

/// Rows of four classes that some features tell apart, the values of all in steps.
private func table(rows count: Int = 400, features: Int = 9, classes: Int = 4, seed: UInt64 = 5) throws -> LabeledRows {
  var random = KeyedRandom(seed: seed)
  var values: [Float] = []
  var labels: [Int] = []
  for _ in 0..<count {
    let row = (0..<features).map { _ in Float(random.below(200)) / 8 }
    values += row
    let noise = Double(random.unit()) * 8
    labels.append(min(classes - 1, Int((Double(row[0] + row[1] / 2) + noise) / 45.5 * Double(classes))))
  }
  return try LabeledRows(
    features: Matrix(rows: count, columns: features, values: values), labels: labels,
    classes: (0..<classes).map { "\($0)" })
}

@Suite struct GradientBoostingTests {
  @Test(arguments: [2, 3, 4, 7])
  func theModelIsTheSameAtAnyNumberOfThreads(classes: Int) throws {
    let rows = try table(classes: classes)
    let booster = try GradientBoosting(treeCount: 6, maxDepth: 5, subsample: 0.8, columnSample: 0.6)
    let models = try [1, 2, 5].map { try booster.fit(rows, seed: 3, threads: $0) }
    #expect(models[0] == models[1] && models[0] == models[2])
    let other = try booster.fit(rows, seed: 4)
    #expect(models[0] != other)
  }

  @Test func stagesOfAPathAreFitsOfTheirOwn() throws {
    let rows = try table()
    let fold = Fold(
      rows: rows, training: (0..<400).filter { $0 % 4 != 0 }, validation: (0..<400).filter { $0 % 4 == 0 })
    let columns = try GradientBoosting.table(of: rows.features, threads: 1)
    let validation = rows.features.selecting(rows: fold.validation)
    let stopping: [GradientBoosting.EarlyStopping?] = [
      nil, .init(rounds: 2), .init(rounds: 5, validationFraction: 0.3),
    ]
    for earlyStopping in stopping {
      let boosters = try [12, 3, 7, 40].map {
        try GradientBoosting(
          treeCount: $0, maxDepth: 4, subsample: 0.7, columnSample: 0.7, maxBin: 40, earlyStopping: earlyStopping)
      }
      #expect(Set(boosters.map(\.path)).count == 1)
      let together = try GradientBoosting.fitPath(boosters, on: fold, table: columns, seed: 9).probabilities
      for (booster, probabilities) in zip(boosters, together) {
        let alone = try booster.fit(rows.selecting(fold.training), seed: 9)
        #expect(try alone.probabilities(of: validation) == probabilities, "\(booster.treeCount) rounds")
      }
    }
  }

  @Test func earlyStoppingKeepsTheRoundsThatHelp() throws {
    // Labels that no feature explains: more than a few rounds only learn by heart.
    var random = KeyedRandom(seed: 2)
    let rows = try LabeledRows(
      features: Matrix(rows: 300, columns: 4, values: (0..<1200).map { _ in Float(random.unit()) }),
      labels: (0..<300).map { _ in Int(random.below(3)) }, classes: ["a", "b", "c"])
    let stopped = try GradientBoosting(treeCount: 500, maxDepth: 3, earlyStopping: .init(rounds: 5)).fit(rows, seed: 1)
    #expect(stopped.trees.count < 20)
    let learned = try GradientBoosting(treeCount: 500, learningRate: 0.1, earlyStopping: .init(rounds: 10))
      .fit(table(), seed: 1)
    #expect(learned.trees.count > 10 && learned.trees.count < 500)
  }

  @Test func fullTreesAnswerAsAWalkDownDoes() throws {
    let rows = try table(rows: 501)
    for depth in [1, 5, 8, 9] {
      let model = try GradientBoosting(treeCount: 5, maxDepth: depth, minChildWeight: 0).fit(rows, seed: 0)
      // A missing value anywhere makes all rows walk.
      let withGap = Matrix(rows: 502, columns: 9, values: rows.features.values + [.nan, 1, 2, 3, 4, 5, 6, 7, 8])
      let (walked, full) = (try model.margins(of: withGap).values, try model.margins(of: rows.features).values)
      #expect(Array(walked.dropLast(4)) == full)
    }
  }

  @Test func contributionsAndBaseAddUpToThePrediction() throws {
    let rows = try table()
    let boosted = try GradientBoosting(treeCount: 8, maxDepth: 4).fit(rows, seed: 0)
    let forest = try RandomForest(treeCount: 12, maxDepth: 6, classWeight: .fixed(.balanced)).fit(rows, seed: 0)
    let margins = try boosted.margins(of: rows.features)
    let probabilities = try forest.probabilities(of: rows.features)
    for row in stride(from: 0, to: 400, by: 37) {
      let values = Array(rows.features[row: row])
      for (one, other) in zip(try boosted.contributions(of: values).totals, margins[row: row]) {
        #expect(abs(one - Double(other)) < 1e-5)
      }
      for (one, other) in zip(try forest.contributions(of: values).totals, probabilities[row: row]) {
        #expect(abs(one - other) < 1e-12)
      }
    }
  }

  @Test func rowsOfOneClassAndUnknownWeightsAreRefused() throws {
    let rows = try table()
    let one = try LabeledRows(features: rows.features, labels: rows.labels.map { _ in 1 }, classes: rows.classes)
    #expect(throws: DataError.self) { try GradientBoosting().fit(one, seed: 0) }
    #expect(throws: ParameterError.self) {
      try GradientBoosting(classWeights: .named(["none": 2])).fit(rows, seed: 0)
    }
    let gap = try LabeledRows(
      features: Matrix(rows: 2, columns: 1, values: [1, .nan]), labels: [0, 1], classes: ["a", "b"])
    #expect(throws: DataError.self) { try RandomForest().fit(gap, seed: 0) }
    #expect(throws: Never.self) { try GradientBoosting().fit(gap, seed: 0) }
  }

  @Test func valuesAreCheckedAgainstTheRules() throws {
    let bad: [(String, ParameterValue)] = [
      ("n_estimators", .integer(0)), ("learning_rate", .real(0)), ("learning_rate", .real(1.5)),
      ("max_depth", .integer(0)), ("max_depth", .null), ("min_child_weight", .real(-1)), ("reg_lambda", .text("1")),
      ("subsample", .integer(0)), ("subsample", .real(.nan)), ("colsample_bytree", .real(1.01)),
      ("max_bin", .integer(257)), ("max_bin", .integer(1)), ("early_stopping_rounds", .integer(0)),
      ("validation_fraction", .real(1)), ("class_weight", .text("balanced_subsample")), ("eta", .real(0.1)),
    ]
    for (name, value) in bad {
      #expect(throws: ParameterError.self, "\(name) \(value)") {
        try GradientBoostingDescriptor().learner(ParameterValues([name: value]))
      }
    }
    let whole = try GradientBoostingDescriptor().learner(
      ParameterValues(["min_child_weight": .integer(2), "learning_rate": .integer(1)]))
    let same = try GradientBoosting(learningRate: 1, minChildWeight: 2)
    #expect(whole as? GradientBoosting == same)
  }

  /// As in XGBoost, also where a sample of the rows has derivatives that do not sum to nothing.
  @Test func aTreeWhoseRootWeighsLessThanAllowedAddsNothing() throws {
    let rows = try table(rows: 120)
    let model = try GradientBoosting(treeCount: 5, minChildWeight: 1e6, subsample: 0.5).fit(rows, seed: 3)
    let values = model.trees.joined().flatMap { $0.value }
    #expect(values.allSatisfy { $0 == 0 })
  }

  @Test func hugeAndTinyParametersGiveFiniteAnswers() throws {
    let rows = try table(rows: 120)
    for (name, value) in [
      ("reg_lambda", 0.0), ("reg_lambda", 1e9), ("reg_alpha", 1e9), ("gamma", 1e9), ("min_child_weight", 0),
      ("min_child_weight", 1e9), ("learning_rate", 1e-9), ("subsample", 1e-9), ("colsample_bytree", 1e-9),
    ] {
      let learner = try GradientBoostingDescriptor().learner(
        ParameterValues([name: .real(value), "n_estimators": .integer(20), "max_depth": .integer(30)]))
      let model = try learner.fit(rows, seed: 1, threads: 1)
      let probabilities = try model.probabilities(of: rows.features)
      let isFinite = probabilities.values.allSatisfy { $0.isFinite }
      #expect(isFinite, "\(name) \(value)")
    }
  }
}

@Suite struct BoostingKernelTests {
  private static let rules = [
    BoostingRules(lambda: 1000, alpha: 0, minChildWeight: 1), BoostingRules(lambda: 0, alpha: 0, minChildWeight: 5000),
    BoostingRules(lambda: 1e6, alpha: 300, minChildWeight: 800),
  ]

  /// The best boundary by trying all, in exact arithmetic where no rounding is needed to tell.
  private func naive(_ cells: [GradientCell], rules: BoostingRules) -> (score: Double, lastLeft: Int)? {
    var best: (score: Double, lastLeft: Int)?
    for bin in cells.indices {
      let sides = [cells[...bin], cells[(bin + 1)...]].map { side in
        (first: side.reduce(0) { $0 + $1.first }, second: side.reduce(0) { $0 + $1.second })
      }
      guard sides.allSatisfy({ $0.second >= rules.minChildWeight }) else { continue }
      let score = sides.reduce(0) { $0 + rules.score(first: Double($1.first), second: Double($1.second)) }
      if score > best?.score ?? 0 { best = (score, bin) }
    }
    return best
  }

  @Test(arguments: 0..<60)
  func theFilteredScanFindsWhatTryingAllFinds(seed: Int) {
    var random = KeyedRandom(seed: UInt64(seed))
    let binCount = 2 + Int(random.below(255))
    let empty = random.unit()
    let cells = (0..<binCount).map { _ -> GradientCell in
      random.unit() < empty
        ? 0
        : GradientCell(first: Int32(random.below(200_000)) - 100_000, second: Int32(random.below(60_000)))
    }
    let total = cells.reduce(0, &+)
    for rules in Self.rules {
      var best = GradientSplit(score: 0)
      var sums = Array(repeating: GradientCell(0), count: binCount + 8)
      scanBins(
        cells, binCount: binCount, total: total, rules: rules, feature: 3, sums: &sums, best: &best)
      let expected = naive(cells, rules: rules)
      #expect(best.feature == (expected == nil ? -1 : 3) && best.lastLeft == expected?.lastLeft ?? 0)
      #expect(best.score == expected?.score ?? 0)
      var missing = GradientSplit(score: 0)
      scanBinsWithMissing(
        cells + [0], binCount: binCount, total: total, rules: rules, feature: 3, best: &missing)
      #expect(missing == best)
    }
  }

  @Test(arguments: 0..<40)
  func fewRowsAreScannedAsManyAre(seed: Int) {
    var random = KeyedRandom(seed: UInt64(seed))
    let rowCount = 1 + Int(random.below(50))
    let words = (0..<rowCount).map { _ in random.next() }
    let gradients = (0..<rowCount).map { _ in
      GradientCell(first: Int32(random.below(2_000_000)) - 1_000_000, second: Int32(random.below(60_000)))
    }
    let places = (0..<rowCount).map { UInt32($0) }
    let gradientsOfPlaces = UnsafeMutableBufferPointer<GradientCell>.allocate(capacity: rowCount)
    _ = gradientsOfPlaces.initialize(fromContentsOf: gradients)
    defer { gradientsOfPlaces.deallocate() }
    let total = gradients.reduce(0, &+)
    for rules in Self.rules {
      var cells = Array(repeating: GradientCell(0), count: 8 * 256)
      var occupied = Array(repeating: UInt64(0), count: 32)
      var few = GradientSplit(score: 0)
      places.withUnsafeBufferPointer { places in
        scanFewRows(
          places, words: words, gradients: UnsafeBufferPointer(gradientsOfPlaces), cells: &cells, occupied: &occupied,
          stride: 256, features: 16..<23,
          isScanned: { $0 != 18 }, total: total, rules: rules, best: &few)
      }
      var many = GradientSplit(score: 0)
      for feature in 16..<23 where feature != 18 {
        var column = Array(repeating: GradientCell(0), count: 256)
        for row in 0..<rowCount { column[Int(words[row] >> UInt64(8 * (feature - 16)) & 255)] &+= gradients[row] }
        var sums = Array(repeating: GradientCell(0), count: 264)
        scanBins(column, binCount: 256, total: total, rules: rules, feature: feature, sums: &sums, best: &many)
      }
      #expect(few == many)
      #expect(cells.allSatisfy { $0 == 0 } && occupied.allSatisfy { $0 == 0 })
    }
  }

  @Test func binsOfManyValuesHoldAboutEquallyManyRows() {
    var random = KeyedRandom(seed: 11)
    let values = (0..<3000).map { Float($0) }
    let counts = (0..<3000).map { _ in 1 + Int(random.below(9)) }
    let cuts = BinCuts.cuts(values: values, counts: counts, maxBins: 256)
    #expect(cuts.count == 255 && zip(cuts, cuts.dropFirst()).allSatisfy { $0 < $1 })
    let total = counts.reduce(0, +)
    var first = 0
    for cut in cuts {
      let rows = counts[first..<Int(cut)].reduce(0, +)
      #expect(abs(Double(rows) - Double(total) / 256) <= 10)
      first = Int(cut)
    }
    #expect(BinCuts.cuts(values: [1, 2, 5], counts: [9, 1, 1], maxBins: 3) == [2, 5])
    #expect(BinCuts.cuts(values: [1, 2, 5], counts: [9, 1, 1], maxBins: 2) == [2])
  }

  @Test func theExponentialIsRightToElevenDigits() {
    for step in -7000...7000 {
      let x = Double(step) / 10.3
      #expect(abs(exponential(x) / exp(x) - 1) < 2e-11)
    }
    #expect(exponential(0) == 1)
  }
}

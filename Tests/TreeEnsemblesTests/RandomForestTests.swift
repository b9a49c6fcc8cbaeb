import Learning
import Testing
import TestSupport

import TreeEnsembles

/// Three Gaussian blobs in four features, of which two tell the classes apart.
func blobs(rows: Int, classes: Int = 3, features: Int = 4, spread: Double = 1, seed: UInt64 = 1) throws -> LabeledRows {
  var random = KeyedRandom(seed: seed, 99)
  func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.unit() } }
  var values: [Float] = []
  let labels = (0..<rows).map { $0 % classes }
  for label in labels {
    for feature in 0..<features {
      let center = feature == 0 ? Double(label) * 3 : feature == 1 ? Double((label * 2) % classes) * 3 : 0
      values.append(Float(center + spread * normal()))
    }
  }
  return try LabeledRows(
    features: Matrix(rows: rows, columns: features, values: values), labels: labels,
    classes: (0..<classes).map { "c\($0)" })
}

func accuracy(_ model: some Classifier, _ rows: LabeledRows) throws -> Double {
  let predictions = try model.predictions(of: rows.features)
  return Double(zip(predictions, rows.labels).count { $0 == $1 }) / Double(rows.count)
}

@Suite struct RandomForestTests {
  // MARK: scikit-learn

  @Test(arguments: 0..<4)
  func aTreeWithoutChanceIsScikitLearnsTreeNodeForNode(index: Int) throws {
    let expected = try ScikitLearnFixtures.shared.get().exact_trees[index]
    var values = ParameterValues(expected.parameters)
    values["n_estimators"] = .integer(1)
    values["bootstrap"] = .bool(false)
    values["max_features"] = .null
    let rows = try LabeledRows(
      features: Matrix(rows: expected.features.count, columns: 4, values: expected.features.flatMap { $0 }),
      labels: expected.labels, classes: ["a", "b", "c"])
    let learner = try #require(try RandomForestDescriptor().learner(values) as? RandomForest)
    let model = try learner.fit(rows, seed: 0)
    let tree = model.trees[0]
    #expect(tree.feature == expected.feature)
    let thresholds = zip(tree.feature, tree.threshold).filter { $0.0 >= 0 }.map { Double($0.1) }
    #expect(zip(thresholds, expected.threshold).allSatisfy { abs($0 - $1) < 1e-6 })  // Float against Double
    let probabilities = try model.probabilities(of: rows.features.selecting(rows: Array(0..<20)))
    for (row, expectedRow) in expected.probabilities.enumerated() {
      // Sums of a few hundred rounded weights.
      #expect(zip(probabilities[row: row], expectedRow).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    #expect(zip(model.importances, expected.importances).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  // MARK: Determinism

  @Test(arguments: [2, 3, 8])
  func theForestIsTheSameAtAnyNumberOfThreads(threads: Int) throws {
    let rows = try blobs(rows: 300)
    let forest = try RandomForest(treeCount: 20)
    #expect(try forest.fit(rows, seed: 5, threads: threads) == forest.fit(rows, seed: 5, threads: 1))
  }

  @Test func anotherSeedGrowsAnotherForest() throws {
    let rows = try blobs(rows: 300)
    let forest = try RandomForest(treeCount: 5)
    #expect(try forest.fit(rows, seed: 1) != forest.fit(rows, seed: 2))
  }

  @Test func fewerTreesAreAPrefixOfMore() throws {
    let rows = try blobs(rows: 200)
    let (few, many) = (try RandomForest(treeCount: 5), try RandomForest(treeCount: 12))
    #expect(try few.fit(rows, seed: 3).trees == Array(many.fit(rows, seed: 3).trees.prefix(5)))
  }

  @Test(arguments: [RandomForest.Criterion.gini, .entropy])
  func aShallowTreeIsTheTopOfADeepOne(criterion: RandomForest.Criterion) throws {
    let rows = try blobs(rows: 400, spread: 2)
    let shallow = try RandomForest(treeCount: 4, maxDepth: 3, criterion: criterion).fit(rows, seed: 9)
    let deep = try RandomForest(treeCount: 4, maxDepth: 9, criterion: criterion).fit(rows, seed: 9)
    for (top, whole) in zip(shallow.trees, deep.trees) { #expect(whole.isContinuation(of: top)) }
  }

  // MARK: Learning

  @Test(arguments: [RandomForest.Criterion.gini, .entropy])
  func blobsAreLearned(criterion: RandomForest.Criterion) throws {
    let model = try RandomForest(treeCount: 50, criterion: criterion).fit(blobs(rows: 600), seed: 1)
    #expect(try accuracy(model, blobs(rows: 300, seed: 2)) > 0.83)
  }

  @Test func importanceGoesToTheFeaturesThatTellClassesApart() throws {
    let model = try RandomForest(treeCount: 50).fit(blobs(rows: 600), seed: 1)
    #expect(abs(model.importances.reduce(0, +) - 1) < 1e-12)
    #expect(model.importances[0] + model.importances[1] > 0.8)
  }

  @Test func probabilitiesSumToOneAndTheLargestIsThePrediction() throws {
    let rows = try blobs(rows: 200, spread: 3)
    let model = try RandomForest(treeCount: 30, maxDepth: 4).fit(rows, seed: 1)
    let probabilities = try model.probabilities(of: rows.features)
    for row in 0..<rows.count { #expect(abs(probabilities[row: row].reduce(0, +) - 1) < 1e-12) }
    #expect(try model.predictions(of: rows.features) == probabilities.rowArgmax)
  }

  @Test func anUnlimitedTreeOnAllRowsLearnsThemByHeart() throws {
    let rows = try blobs(rows: 200, spread: 4)
    #expect(try accuracy(RandomForest(treeCount: 1, bootstrap: false).fit(rows, seed: 1), rows) == 1)
  }

  @Test func aPlantedRuleIsFoundWithItsThreshold() throws {
    let values = (0..<40).flatMap { [Float($0), Float(($0 * 17) % 40)] }
    let rows = try LabeledRows(
      features: Matrix(rows: 40, columns: 2, values: values), labels: (0..<40).map { $0 < 13 ? 0 : 1 },
      classes: ["low", "high"])
    let tree = try RandomForest(treeCount: 1, maxFeatures: .all, bootstrap: false).fit(rows, seed: 1).trees[0]
    #expect(tree.feature == [0, -1, -1] && tree.threshold[0] == 12.5)
    #expect(tree.counts == [13, 27, 13, 0, 0, 27])
  }

  @Test func theOrderOfPredictedRowsDoesNotMatter() throws {
    let rows = try blobs(rows: 90)
    let model = try RandomForest(treeCount: 10).fit(rows, seed: 1)
    let all = try model.probabilities(of: rows.features)
    let some = try model.probabilities(of: rows.features.selecting(rows: [70, 3, 3]))
    #expect(Array(some[row: 0]) == Array(all[row: 70]) && Array(some[row: 2]) == Array(all[row: 3]))
  }

  // MARK: Stopping rules

  @Test func depthAndLeafSizesAreKept() throws {
    let rows = try blobs(rows: 500, spread: 3)
    let model = try RandomForest(
      treeCount: 10, maxDepth: 5, minSamplesSplit: .count(30), minSamplesLeaf: .count(12), bootstrap: false
    ).fit(rows, seed: 1)
    for tree in model.trees {
      #expect(tree.depth <= 5)
      for node in 0..<tree.nodeCount {
        let size = tree.counts[node * 3..<node * 3 + 3].reduce(0, +)
        #expect(size >= 12)
        if tree.feature[node] >= 0 { #expect(size >= 30) }
      }
    }
  }

  @Test func sharesOfRowsMeanTheirNumberRoundedUp() throws {
    let rows = try blobs(rows: 130, spread: 3)
    let byShare = try RandomForest(treeCount: 3, minSamplesSplit: .fraction(0.15), minSamplesLeaf: .fraction(0.05))
    let byCount = try RandomForest(treeCount: 3, minSamplesSplit: .count(20), minSamplesLeaf: .count(7))
    #expect(try byShare.fit(rows, seed: 1) == byCount.fit(rows, seed: 1))
  }

  @Test(arguments: [
    (RandomForest.MaxFeatures.squareRoot, 11), (.log2, 7), (.all, 136), (.count(5), 5), (.count(999), 136),
    (.fraction(0.2), 27), (.fraction(0.001), 1),
  ])
  func maxFeaturesIsCountedAsScikitLearnCounts(rule: RandomForest.MaxFeatures, expected: Int) {
    #expect(rule.count(of: 136) == expected)
  }

  @Test func constantFeaturesDoNotEndTheSearchForASplit() throws {
    // One varying feature among twenty, one feature a node: only a search that goes on finds it.
    let values = (0..<50).flatMap { row in (0..<20).map { $0 == 13 ? Float(row) : 1 } }
    let rows = try LabeledRows(
      features: Matrix(rows: 50, columns: 20, values: values), labels: (0..<50).map { $0 / 25 }, classes: ["a", "b"])
    let model = try RandomForest(treeCount: 8, maxFeatures: .count(1), bootstrap: false).fit(rows, seed: 1)
    #expect(model.trees.allSatisfy { $0.feature[0] == 13 })
  }

  // MARK: Weights

  @Test func weightsAreWorthRepetitions() throws {
    let rows = try blobs(rows: 120, spread: 3)
    let doubled = rows.selecting(rows.labels.indices.flatMap { rows.labels[$0] == 1 ? [$0, $0] : [$0] })
    let weighted = try RandomForest(
      treeCount: 3, maxDepth: 4, maxFeatures: .all, bootstrap: false, classWeight: .fixed(.named(["c1": 2]))
    ).fit(rows, seed: 1)
    let repeated = try RandomForest(treeCount: 3, maxDepth: 4, maxFeatures: .all, bootstrap: false)
      .fit(doubled, seed: 1)
    // Trees with all features see no chance; ties between features may still fall differently.
    let (one, other) = (try weighted.probabilities(of: rows.features), try repeated.probabilities(of: rows.features))
    #expect(one.rowArgmax == other.rowArgmax)
  }

  @Test(arguments: [RandomForest.ClassWeight.fixed(.balanced), .balancedSubsample])
  func balancingLiftsTheRareClass(weight: RandomForest.ClassWeight) throws {
    let all = try blobs(rows: 600, classes: 2, spread: 3)
    let rare = all.selecting(all.labels.indices.filter { all.labels[$0] == 0 || $0 % 20 == 1 })
    let test = try blobs(rows: 400, classes: 2, spread: 3, seed: 8)
    func recallOfRare(_ weight: RandomForest.ClassWeight) throws -> Double {
      let model = try RandomForest(treeCount: 60, maxDepth: 4, classWeight: weight).fit(rare, seed: 1)
      let predictions = try model.predictions(of: test.features)
      return Double(zip(predictions, test.labels).count { $0 == 1 && $1 == 1 }) / 200
    }
    #expect(try recallOfRare(weight) > recallOfRare(.fixed(.uniform)) + 0.2)
  }

  // MARK: Refusals

  @Test func rowsOfOneClassAreRefused() throws {
    let rows = try blobs(rows: 30).selecting([0, 3, 6, 9])
    let error = #expect(throws: DataError.self) { try RandomForest().fit(rows, seed: 1) }
    #expect(error?.description == "all rows are of one class; a classifier needs at least two")
  }

  @Test func rowsOfAnotherWidthAreRefused() throws {
    let model = try RandomForest(treeCount: 2).fit(blobs(rows: 30), seed: 1)
    let error = #expect(throws: DataError.self) {
      try model.probabilities(of: Matrix(rows: 1, columns: 5, repeating: 0))
    }
    #expect(error?.description == "model expects 4 features, input has 5")
  }

  @Test func everyRuleRefusesWhatItDoesNotAllow() throws {
    let candidates: [ParameterValue] = [
      .null, .bool(true), .integer(0), .integer(-1), .real(0), .real(1.5), .real(.nan), .text("nonsense"),
      .weights([:]),
      .weights(["a": -1]),
    ]
    let family = RandomForestDescriptor()
    for rule in family.parameters {
      #expect(rule.allows(rule.defaultValue), "\(rule.name)")
      for value in candidates where !rule.allows(value) {
        let error = #expect(throws: ParameterError.self) { try family.learner(ParameterValues([rule.name: value])) }
        #expect(error?.description == "\(rule.name) must be \(rule.requirement), was \(value)")
      }
    }
    let error = #expect(throws: ParameterError.self) { try family.learner(ParameterValues(["depth": .integer(1)])) }
    #expect(error?.description.hasPrefix("depth is not a parameter of random_forest; it has n_estimators, ") == true)
  }

  @Test func parametersSurviveTheWayThroughTheirNames() throws {
    let forest = try RandomForest(
      treeCount: 7, maxDepth: 3, criterion: .entropy, maxFeatures: .fraction(0.3), minSamplesSplit: .fraction(0.1),
      minSamplesLeaf: .count(4), bootstrap: false, classWeight: .balancedSubsample)
    #expect(try RandomForestDescriptor().learner(forest.parameterValues) as? RandomForest == forest)
    #expect(try RandomForestDescriptor().learner(ParameterValues()) as? RandomForest == RandomForest())
  }
}

extension DecisionTree {
  /// Whether this tree is `top` with some of its leaves grown further.
  fileprivate func isContinuation(of top: DecisionTree) -> Bool {
    func matches(_ node: Int, _ topNode: Int) -> Bool {
      guard
        top.counts[topNode * top.classCount..<(topNode + 1) * top.classCount]
          == counts[node * classCount..<(node + 1) * classCount]
      else { return false }
      if top.feature[topNode] < 0 { return true }
      return top.feature[topNode] == feature[node] && top.threshold[topNode] == threshold[node]
        && matches(node + 1, topNode + 1) && matches(Int(rightChild[node]), Int(top.rightChild[topNode]))
    }
    return matches(0, 0)
  }
}

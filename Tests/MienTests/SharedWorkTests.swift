import Learning
import Mien
import ModelSelection
import Testing
import TreeEnsembles

/// A search whose candidates share work must give what fits that know nothing of each other give.
@Suite struct SharedWorkTests {
  private let rows: LabeledRows
  private let folds: StratifiedFolds

  init() throws {
    var random = KeyedRandom(seed: 12)
    let labels = (0..<240).map { _ in Int(random.below(3)) }
    let values = labels.flatMap { label in (0..<6).map { _ in Float(label) + Float(random.unit() * 4) } }
    rows = try LabeledRows(
      features: Matrix(rows: 240, columns: 6, values: values), labels: labels, classes: ["a", "b", "c"])
    folds = try StratifiedFolds(labels: labels, classes: rows.classes, count: 4)
  }

  private func candidates(_ lists: [String: [ParameterValue]]) -> [Candidate] {
    ParameterGrid(lists).combinations.map { Candidate(family: RandomForestDescriptor(), values: $0) }
  }

  static let grids: [[String: [ParameterValue]]] = [
    ["n_estimators": [.integer(3), .integer(9)], "max_depth": [.integer(2), .null, .integer(4)]],
    ["n_estimators": [.integer(5)], "criterion": [.text("gini"), .text("entropy")], "max_depth": [.integer(3)]],
    [
      "n_estimators": [.integer(4), .integer(6)], "class_weight": [.null, .text("balanced"), .weights(["b": 3])],
      "bootstrap": [.bool(true), .bool(false)],
    ],
    [
      "n_estimators": [.integer(4)], "class_weight": [.text("balanced_subsample")],
      "max_features": [.null, .real(0.5)],
      "min_samples_leaf": [.integer(1), .real(0.1)], "max_depth": [.integer(1), .integer(5)],
    ],
  ]

  @Test(arguments: 0..<4, [1, 3])
  func everyCandidateGetsWhatItsOwnFitGives(grid: Int, threads: Int) throws {
    let candidates = candidates(Self.grids[grid])
    let search = try GridSearch(candidates: candidates, seed: 8, threads: threads)
    let results = try search.run(on: rows, folds: folds)
    for (candidate, result) in zip(candidates, results.candidates) {
      let learner = try #require(try candidate.family.learner(candidate.values) as? RandomForest)
      for fold in 0..<folds.count {
        let part = folds.rows(of: fold)
        let model = try learner.fit(rows.selecting(part.training), seed: 8)
        let expected = try model.probabilities(of: rows.features.selecting(rows: part.validation))
        #expect(result.folds[fold].probabilities == expected, "\(candidate.values), fold \(fold)")
      }
    }
  }

  @Test func numbersOfTreesAndDepthsShareOneForest() throws {
    let search = try GridSearch(
      candidates: candidates([
        "n_estimators": [.integer(200), .integer(300)], "max_depth": [.integer(4), .integer(5), .integer(6)],
        "criterion": [.text("gini"), .text("entropy")],
      ]), seed: 1, threads: 1)
    #expect(search.plan.groups == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]])
  }

  @Test func aValidationRowLeavesNoTraceInItsFold() throws {
    var changed = rows.features
    for row in folds.rows(of: 0).validation { for column in 0..<6 { changed[row, column] = 1e6 } }
    let other = try LabeledRows(features: changed, labels: rows.labels, classes: rows.classes)
    func firstFold(_ rows: LabeledRows) throws -> LabeledRows { rows.selecting(folds.rows(of: 0).training) }
    // The table is ranked with other validation rows; the fold's own rows must be split as before.
    let candidates = candidates(["n_estimators": [.integer(20)]])
    let fold = folds.rows(of: 0)
    let test = rows.features.selecting(rows: fold.training)
    for data in [rows, other] {
      let table = try RandomForest.table(of: data.features, threads: 1)
      let forest = try #require(try candidates[0].family.learner(candidates[0].values) as? RandomForest)
      let probabilities = try RandomForest.fitPath(
        [forest], on: Fold(rows: data, training: fold.training, validation: fold.training), table: table, seed: 3
      ).probabilities
      #expect(try probabilities[0] == forest.fit(firstFold(rows), seed: 3).probabilities(of: test))
    }
  }
}

import Features
import Landmarks
import Learning
import ModelSelection
import TestSupport
import Testing

import Mien

/// Faces of three classes with 60, 30 and 20 rows; a row's first coordinate is its number.
private func unbalanced() throws -> LandmarkDataset {
  var random = KeyedRandom(seed: 1)
  var number: Float = 0
  return try LandmarkDataset(
    tables: [("a", 60), ("b", 30), ("c", 20)].map { name, count in
      LandmarkTable(
        className: name, scheme: .ibug68, metadataNames: ["image"],
        metadata: [(0..<count).map { "\(name)\($0).png" }],
        coordinates: (0..<count).flatMap { _ -> [Float] in
          number += 1
          return [number * 100] + (1..<136).map { _ in Float(random.unit() * 48) }
        })
    })
}

private func outcome(_ balance: String, extra: [String] = []) throws -> ExperimentOutcome {
  try Experiment(
    yaml: "data: d\ntest_size: 0.2\nlearners: {random_forest: {n_estimators: [5], max_depth: [3]}}",
    path: "x.yaml", overrides: ["balance=\(balance)"] + extra
  ).run(on: unbalanced())
}

@Suite struct BalanceTests {
  @Test func oversamplingEvensOutWhatIsLearnedAndJudgesEveryRowOnceAsItIs() throws {
    let outcome = try outcome("oversample")
    let training = outcome.training
    #expect(Set(training.learnedRows.classCounts) == [48])
    #expect(training.scoredCount == 88 && outcome.results.folds.foldOfRow.count == 88)
    for fold in 0..<5 {
      let part = training.fold(fold, of: outcome.results.folds)
      let scored = Set(part.validation)
      #expect(part.validation.allSatisfy { $0 < 88 })
      // Neither a evaluated row nor a copy of one is learned from.
      #expect(part.training.allSatisfy { !scored.contains(training.originals[$0]) })
      let counts = part.rows.selecting(part.training).classCounts
      #expect(counts.allSatisfy { abs($0 - 38) <= 6 })
    }
    let held = Set(outcome.holdOut.test)
    #expect(training.originals.allSatisfy { !held.contains(outcome.holdOut.training[$0]) })
  }

  @Test func copiesAreSpreadOverTheRowsAndCarryTheirClass() throws {
    let outcome = try outcome("oversample")
    let training = outcome.training
    let copies = Dictionary(grouping: training.originals[training.scoredCount...]) { $0 }.mapValues(\.count)
    for label in 1...2 {
      let counts = (0..<training.scoredCount).filter { training.rows.labels[$0] == label }.map { copies[$0] ?? 0 }
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    }
    for (row, original) in training.originals.enumerated() {
      #expect(training.rows.labels[row] == training.rows.labels[original])
    }
  }

  @Test func undersamplingLearnsFromAsManyRowsAsTheSmallestClassHas() throws {
    let outcome = try outcome("undersample")
    #expect(outcome.training.learnedRows.classCounts == [16, 16, 16])
    #expect(outcome.training.scoredCount == 88 && outcome.best.outOfFold.rows.count == 88)
    #expect(outcome.best.model.training.rows == 48)
  }

  @Test func classWeightReachesEveryCandidate() throws {
    let outcome = try outcome("class_weight")
    #expect(outcome.results.candidates.allSatisfy { $0.candidate.values["class_weight"] == .text("balanced") })
    let error = #expect(throws: ExperimentError.self) {
      try Experiment(
        yaml: "data: d\nbalance: class_weight\nlearners:\n  random_forest:\n    class_weight: [balanced]",
        path: "x.yaml")
    }
    #expect(
      error?.description
        == "x.yaml:5:5: class_weight is set both in the grid and by balance: remove one")
  }

  @Test func copiesOnBothSidesOfEarlyStoppingAreWarnedOf() throws {
    let learners = "learners={gradient_boosting: {n_estimators: [3], early_stopping_rounds: [2]}}"
    let balanced = try outcome("oversample", extra: [learners])
    #expect(balanced.warnings.contains { $0.hasPrefix("rows set aside for early stopping") })
    #expect(try outcome("none", extra: [learners]).warnings.isEmpty)
  }

  @Test func theSeedFixesTheCopies() throws {
    let (one, same, other) = (
      try outcome("oversample"), try outcome("oversample"), try outcome("oversample", extra: ["seed=7"])
    )
    #expect(one.training.rows.features == same.training.rows.features)
    #expect(one.training.rows.features != other.training.rows.features)
  }

  @Test func splitsNameTheRowThatACopyComesFromAndCanBeReadBack() throws {
    let folder = try TemporaryFolder()
    let dataset = try unbalanced()
    let first = try outcome("oversample")
    let run = try RunFolder(creating: folder.path + "/run", experimentPath: "x.yaml", name: "x")
    defer { run.close(keeping: true) }
    _ = try run.journal(for: first.experiment, dataSHA256: [:])
    _ = try run.write(first, dataset: dataset, dataSHA256: [:], threads: 1, started: .now)
    let lines = try folder.read("run/splits.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let copies = lines.dropFirst(111)
    #expect(lines.count == 1 + 110 + copies.count && copies.count == 24 + 32)
    for copy in copies {
      let original = lines[1 + (Int(copy[5]) ?? 0)]
      #expect(copy[1...4] == original[1...4] && original[3] == "train")
    }
    let again = try outcome("none", extra: ["splits=\(folder.path)/run/splits.csv"])
    #expect(again.holdOut.test == first.holdOut.test.sorted() && again.training.scoredCount == 88)
  }
}

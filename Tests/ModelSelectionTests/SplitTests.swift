import Basics
import Foundation
import Learning
import ModelSelection
import Testing
import TestSupport

private func names(_ count: Int) -> [String] { (0..<count).map { "c\($0)" } }

@Suite struct HoldOutTests {
  @Test func splitsAreScikitLearnsToTheRow() throws {
    for expected in try ScikitLearnFixtures.shared.get().small_splits {
      let split = try HoldOut(
        labels: expected.labels, classes: names(expected.classes), testSize: expected.test_size, seed: expected.seed)
      #expect(split.training == expected.training && split.test == expected.test, "seed \(expected.seed)")
    }
  }

  @Test func nothingHeldOutLeavesTheRowsInOrder() throws {
    let split = try HoldOut(labels: [0, 1, 0], classes: names(2), testSize: 0, seed: 1)
    #expect(split.training == [0, 1, 2] && split.test.isEmpty)
  }

  @Test func whatCannotBeSplitIsRefused() {
    #expect(
      (#expect(throws: DataError.self) {
        try HoldOut(labels: [0, 0, 1], classes: ["joy", "disgust"], testSize: 0.4, seed: 1)
      })?.description == "class \"disgust\" has 1 row; a hold-out needs at least 2: add rows or set test_size to 0")
    #expect(throws: DataError.self) {
      try HoldOut(labels: [0, 0, 1, 1], classes: names(2), testSize: 0.1, seed: 1)
    }
    #expect(throws: ParameterError.self) {
      try HoldOut(labels: [0, 0, 1, 1], classes: names(2), testSize: 1, seed: 1)
    }
    #expect(throws: ParameterError.self) {
      try HoldOut(labels: [0, 0, 1, 1], classes: names(2), testSize: 0.5, seed: 1 << 32)
    }
  }
}

@Suite struct StratifiedFoldsTests {
  @Test func foldsAreScikitLearnsToTheRow() throws {
    for expected in try ScikitLearnFixtures.shared.get().small_splits {
      let folds = try StratifiedFolds(labels: expected.labels, classes: names(expected.classes), count: 3)
      #expect(folds.foldOfRow == expected.folds)
    }
  }

  @Test func everyRowIsValidatedOnceAndLearnedInAllOtherFolds() throws {
    let labels = (0..<47).map { $0 % 3 }
    let folds = try StratifiedFolds(labels: labels, classes: names(3), count: 4)
    let parts = (0..<4).map(folds.rows)
    #expect(parts.flatMap(\.validation).sorted() == Array(0..<47))
    for part in parts { #expect(Set(part.training).isDisjoint(with: part.validation)) }
    #expect(parts.allSatisfy { $0.training.count + $0.validation.count == 47 })
  }

  @Test func aClassTooSmallForTheFoldsIsNamedWithTheCure() {
    let labels = Array(repeating: 0, count: 20) + [1, 1, 1]
    let error = #expect(throws: DataError.self) {
      try StratifiedFolds(labels: labels, classes: ["happy", "disgust"], count: 5)
    }
    #expect(
      error?.description
        == "class \"disgust\" has 3 training rows; 5 folds need at least 5: add rows or use --cv 3")
  }
}

@Suite struct GroupedSplitTests {
  @Test func groupedFoldsAreScikitLearnsToTheRow() throws {
    for expected in try ScikitLearnFixtures.shared.get().group_folds {
      let folds = try StratifiedFolds(
        labels: expected.labels, classes: names(expected.classes), count: expected.count, groups: expected.groups)
      #expect(folds.foldOfRow == expected.folds)
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func aGroupNeverStandsOnBothSides(seed: UInt64) throws {
    var random = KeyedRandom(seed: seed)
    let groups = (0..<300).map { _ in "g\(random.below(40))" }
    let labels = (0..<300).map { _ in Int(random.below(3)) }
    let holdOut = try HoldOut(labels: labels, classes: names(3), testSize: 0.33, seed: seed, groups: groups)
    #expect(Set(holdOut.training.map { groups[$0] }).isDisjoint(with: holdOut.test.map { groups[$0] }))
    #expect((holdOut.training + holdOut.test).sorted() == Array(0..<300))
    #expect((70...130).contains(holdOut.test.count))
    let folds = try StratifiedFolds(
      labels: holdOut.training.map { labels[$0] }, classes: names(3), count: 4,
      groups: holdOut.training.map { groups[$0] })
    let foldsOfGroup = Dictionary(grouping: folds.foldOfRow.indices) { groups[holdOut.training[$0]] }
    for rows in foldsOfGroup.values { #expect(Set(rows.map { folds.foldOfRow[$0] }).count == 1) }
  }

  @Test func tooFewGroupsAreRefused() {
    let error = #expect(throws: DataError.self) {
      try StratifiedFolds(labels: [0, 1, 0, 1], classes: names(2), count: 3, groups: ["a", "a", "b", "b"])
    }
    #expect(error?.description == "2 training groups; 3 folds need at least 3: use a smaller cv")
  }
}

@Suite struct ParameterGridTests {
  @Test func combinationsComeInScikitLearnsOrder() throws {
    let grid = ParameterGrid([
      "n_estimators": [.integer(200), .integer(300)], "max_depth": [.integer(4), .integer(5), .integer(6)],
      "criterion": [.text("gini"), .text("entropy")],
    ])
    let expected = try ScikitLearnFixtures.shared.get().grid.map { ParameterValues($0) }
    #expect(grid.combinations == expected)
  }

  @Test func anEmptyGridIsTheDefaultsOnce() {
    #expect(ParameterGrid([:]).combinations == [ParameterValues()])
  }
}

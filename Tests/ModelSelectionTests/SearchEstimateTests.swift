import Learning
import ModelSelection
import Testing

/// A learner that says how much memory it takes for each row, and learns nothing.
private struct Holding: MemoryTakingLearner {
  struct Model: Classifier {
    let classes: [String]
    let featureCount: Int

    func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
      Matrix(rows: rows.rows, columns: classes.count, repeating: 1 / Double(classes.count))
    }
  }

  let shared: Int
  let eachThread: Int

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Model {
    Model(classes: rows.classes, featureCount: rows.features.columns)
  }

  func fitMemory(classCounts: [Int], features: Int, fits: Int, threads: Int) -> FitMemory {
    FitMemory(
      shared: shared * classCounts.reduce(0, +) * features, eachThread: eachThread * (classCounts.max() ?? 0) * features
    )
  }
}

private struct HoldingFamily: LearnerDescriptor {
  let name = "holding"
  let parameters = ["shared", "each"].map { ParameterConstraint($0, [.integer(0...9)], default: .integer(0), "") }

  func learner(_ values: ParameterValues) throws -> any Learner {
    try check(values)
    return Holding(shared: values["shared"]?.integerValue ?? 0, eachThread: values["each"]?.integerValue ?? 0)
  }
}

@Suite struct TimedCandidatesTests {
  @Test func fewCandidatesAreAllTimed() {
    let (groups, share) = GridSearch.sampled([[0, 1, 2], [3]])
    #expect(groups == [[0, 1, 2], [3]] && share == 1)
  }

  @Test(arguments: [1, 7, 999, 80_000])
  func ofVeryManyEveryNthIsTimed(groupCount: Int) {
    let all = (0..<groupCount).map { group in (0..<80_000 / groupCount).map { group * 1_000_000 + $0 } }
    let count = all.reduce(0) { $0 + $1.count }
    let (groups, share) = GridSearch.sampled(all)
    let chosen = groups.flatMap { $0 }
    #expect((399...401).contains(chosen.count) && abs(share - Double(chosen.count) / Double(count)) < 1e-12)
    #expect(chosen.first == 0 && chosen == chosen.sorted())
  }
}

@Suite struct SearchEstimateTests {
  private let rows: SearchData
  private let folds: StratifiedFolds

  /// 60 rows of 7 features, 20 of each class; a fold's training part has 48, 16 of each.
  init() throws {
    let labels = (0..<60).map { $0 % 3 }
    rows = SearchData(
      try LabeledRows(
        features: Matrix(rows: 60, columns: 7, values: (0..<420).map { Float($0 % 11) }), labels: labels,
        classes: ["a", "b", "c"]))
    folds = try StratifiedFolds(labels: labels, classes: ["a", "b", "c"], count: 5)
  }

  /// What learners add to the estimate.
  private func added(_ learners: [(shared: Int, each: Int)], on rows: SearchData, threads: Int) throws -> Int {
    func bytes(_ learners: [(shared: Int, each: Int)]) throws -> Int {
      let candidates = learners.map {
        Candidate(
          family: HoldingFamily(), values: ParameterValues(["shared": .integer($0.shared), "each": .integer($0.each)]))
      }
      return try GridSearch(candidates: candidates, seed: 1, threads: threads).bytes(on: rows, folds: folds)
    }
    return try bytes(learners) - bytes(learners.map { _ in (0, 0) })
  }

  @Test func asManyFitsOnFoldsAreCountedAsThreadsRunAtOnce() throws {
    #expect(try added([(3, 0)], on: rows, threads: 2) == 2 * 3 * 48 * 7)
    #expect(try added([(3, 0)], on: rows, threads: 4) == 4 * 3 * 48 * 7)
    #expect(try added([(3, 0)], on: rows, threads: 9) == 5 * 3 * 48 * 7, "there are no more than five")
  }

  @Test func aFitOnAllRowsIsCountedWhereItTakesMore() throws {
    #expect(try added([(3, 0)], on: rows, threads: 1) == 3 * 60 * 7)
    #expect(try added([(0, 3)], on: rows, threads: 2) == 2 * 3 * 20 * 7)
    #expect(try added([(1, 3)], on: rows, threads: 2) == max(2 * 48 + 2 * 3 * 16, 60 + 2 * 3 * 20) * 7)
  }

  @Test func theHungriestLearnerCounts() throws {
    #expect(try added([(1, 0), (3, 0), (2, 0)], on: rows, threads: 1) == 3 * 60 * 7)
  }

  @Test func mirrorImagesAreTwiceAsManyRows() throws {
    let mirrored = try rows.mirrored(by: rows.rows.features)
    #expect(try added([(3, 0)], on: mirrored, threads: 1) == 3 * 120 * 7)
  }

  @Test func componentsTakeMemoryThatGrowsWithTheirNumberAndThatOfFolds() throws {
    func bytes(_ count: Int?, folds foldCount: Int = 5) throws -> Int {
      var reduced = rows
      let options = FeatureSetOptions(componentCount: count)
      reduced.views = [FeatureTransform.Settings(stages: [.init(columns: 0..<7, options: options)], seed: 1)]
      let labels = rows.rows.labels
      return try GridSearch(
        candidates: [Candidate(family: HoldingFamily(), values: ParameterValues())], seed: 1, threads: 1
      ).bytes(on: reduced, folds: StratifiedFolds(labels: labels, classes: rows.rows.classes, count: foldCount))
    }
    #expect(try bytes(nil) < bytes(1))
    #expect(try bytes(1) < bytes(3) && bytes(3, folds: 3) < bytes(3))
  }

  @Test func componentsAreCountedInsteadOfFeatures() throws {
    var reduced = rows
    reduced.views = [FeatureTransform.Settings(stages: [.init(columns: 0..<7)], componentCount: 2, seed: 1)]
    #expect(try added([(3, 0)], on: reduced, threads: 1) == 3 * 60 * 2)
  }
}

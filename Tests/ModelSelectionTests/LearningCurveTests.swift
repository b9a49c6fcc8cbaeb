import Learning
import ModelSelection
import Synchronization
import Testing

/// A learner that answers the most frequent class of the training rows with the same value, and class 0 for others.
private struct Memory: Learner {
  struct Model: Classifier {
    let labels: [Float: Int]
    let classes: [String]
    let featureCount: Int

    func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
      var result = Matrix<Double>(rows: rows.rows, columns: classes.count, repeating: 0)
      for row in 0..<rows.rows { result[row, labels[rows[row, 0]] ?? 0] = 1 }
      return result
    }
  }

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Model {
    var counts: [Float: [Int]] = [:]
    for row in 0..<rows.count {
      counts[rows.features[row, 0], default: Array(repeating: 0, count: rows.classes.count)][rows.labels[row]] += 1
    }
    let labels = counts.mapValues { counts in counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0 }
    return Model(labels: labels, classes: rows.classes, featureCount: rows.features.columns)
  }
}

private struct MemoryFamily: LearnerDescriptor {
  let name = "memory"
  let parameters: [ParameterConstraint] = []

  func learner(_ values: ParameterValues) throws -> any Learner {
    try check(values)
    return Memory()
  }
}

@Suite struct LearningCurveTests {
  private let rows: LabeledRows
  private let folds: StratifiedFolds
  private let candidate = Candidate(family: MemoryFamily(), values: ParameterValues())

  init() throws {
    // 120, 60 and 20 rows; a value says its class but for every seventh row.
    let labels = (0..<200).map { $0 % 10 == 9 ? 2 : $0 % 10 % 3 == 2 ? 1 : 0 }
    let values = labels.enumerated().map { row, label in
      Float(row % 7 == 0 ? (label + 1) % 3 : label) * 100 + Float(row * 13 % 23)
    }
    rows = try LabeledRows(
      features: Matrix(rows: 200, columns: 1, values: values), labels: labels, classes: ["a", "b", "c"])
    folds = try StratifiedFolds(labels: labels, classes: ["a", "b", "c"], count: 4)
  }

  private func curve(
    _ rows: SearchData, scoring: Scoring = .accuracy, threads: Int = 1, seed: UInt64 = 3
  ) throws -> LearningCurve {
    try LearningCurve(of: candidate, on: rows, folds: folds, scoring: scoring, seed: seed, threads: threads)
  }

  @Test func smallerSamplesLieWithinLargerOnesAndHaveTheSharesOfTheClasses() {
    let training = SearchData(rows)
    for fold in 0..<folds.count {
      let part = training.fold(fold, of: folds)
      let samples = NestedSamples(part, of: training, seed: 5, fold: fold)
      var before: Set<Int> = []
      let totals = part.training.reduce(into: [0, 0, 0]) { $0[rows.labels[$1]] += 1 }
      for share in [0.02, 0.1, 0.2, 0.4, 0.7, 1] {
        let sample = samples.sample(share)
        #expect(sample.scored == sample.fold.training && sample.scored == sample.scored.sorted())
        #expect(before.isSubset(of: sample.scored) && Set(sample.scored).isSubset(of: part.training))
        before = Set(sample.scored)
        #expect(sample.scored.count == max(3, Int((share * Double(part.training.count)).rounded())))
        for label in 0..<3 {
          let count = sample.scored.count { rows.labels[$0] == label }
          // A class is at most a row away from its share, and never without one.
          #expect(count >= 1 && abs(Double(count) - share * Double(totals[label])) <= 1.5, "\(share), \(label)")
        }
        #expect(sample.fold.validation == part.validation)
      }
      #expect(samples.sample(1).fold.training == part.training)
    }
  }

  @Test func samplesDependOnTheSeedAndOnTheFold() {
    let training = SearchData(rows)
    let part = training.fold(0, of: folds)
    func sample(seed: UInt64, fold: Int) -> [Int] {
      NestedSamples(part, of: training, seed: seed, fold: fold).sample(0.2).scored
    }
    #expect(sample(seed: 1, fold: 0) == sample(seed: 1, fold: 0))
    #expect(sample(seed: 1, fold: 0) != sample(seed: 2, fold: 0))
    #expect(sample(seed: 1, fold: 0) != sample(seed: 1, fold: 1))
  }

  @Test(arguments: Scoring.allCases) func theLastPointIsTheScoreOfTheSearch(scoring: Scoring) throws {
    let search = try GridSearch(candidates: [candidate], scoring: scoring, seed: 3, threads: 1)
    let result = try #require(try search.run(on: rows, folds: folds).best())
    let curve = try curve(SearchData(rows), scoring: scoring)
    #expect(
      curve.points.map(\.share) == LearningCurve.defaultShares && curve.points.map(\.rows) == [15, 30, 60, 105, 150])
    let last = try #require(curve.points.last)
    #expect(last.testScores == result.foldScores)
    #expect(last.meanTestScore == result.meanScore && last.stdTestScore == result.stdScore)
  }

  @Test func mirrorImagesAndCopiesAreLearnedFromWhereTheirRowsAre() throws {
    let mirrored = try SearchData(rows).mirrored(
      by: Matrix(rows: 200, columns: 1, values: rows.features.values.map { $0 + 1 }))
    let samples = NestedSamples(mirrored.fold(1, of: folds), of: mirrored, seed: 5, fold: 1)
    let sample = samples.sample(0.3)
    #expect(sample.scored.allSatisfy { $0 < 200 } && sample.scored.count == 45)
    #expect(sample.fold.training == sample.scored + sample.scored.map { 200 + $0 })
    let search = try GridSearch(candidates: [candidate], seed: 3, threads: 1)
    let result = try #require(try search.run(on: mirrored, folds: folds).best())
    let curve = try curve(mirrored)
    #expect(curve.points.last?.testScores == result.foldScores && curve.points.last?.rows == 150)

    // The rows of the third class twice.
    let third = rows.labels.indices.filter { rows.labels[$0] == 2 }
    let copied = SearchData(rows.selecting(Array(0..<200) + third), copiedFrom: third, learned: Array(0..<220))
    let some = NestedSamples(copied.fold(0, of: folds), of: copied, seed: 5, fold: 0).sample(0.4)
    #expect(some.fold.training.filter { $0 >= 200 }.map { copied.originals[$0] } == some.scored.filter(third.contains))
    #expect(some.scored.allSatisfy { $0 < 200 })
  }

  @Test func componentsAreLearnedFromTheSampleAlone() throws {
    var reduced = SearchData(rows)
    reduced.views = [FeatureTransform.Settings(stages: [.init(columns: 0..<1)], componentCount: 1, seed: 4)]
    let search = try GridSearch(candidates: [candidate], seed: 3, threads: 1)
    let result = try #require(try search.run(on: reduced, folds: folds).best())
    #expect(try curve(reduced).points.last?.testScores == result.foldScores)
  }

  @Test func theNumbersAreTheSameAtAnyNumberOfThreadsAndEveryFitIsReported() throws {
    let counts = Mutex<[Int]>([])
    let two = try LearningCurve(
      of: candidate, on: SearchData(rows), folds: folds, scoring: .macroF1, seed: 3, threads: 2
    ) { done, total in counts.withLock { $0.append(100 * done + total) } }
    #expect(two.csv == (try curve(SearchData(rows), scoring: .macroF1)).csv)
    #expect(counts.withLock { $0 } == (1...20).map { 100 * $0 + 20 })
    #expect(two.csv != (try curve(SearchData(rows), scoring: .macroF1, seed: 4)).csv)
  }

  @Test func theTableHasScikitLearnsNames() throws {
    let lines = try curve(SearchData(rows)).csv.split(separator: "\n")
    #expect(lines[0] == "rows,mean_train_score,std_train_score,mean_test_score,std_test_score")
    #expect(lines.count == 6 && lines[5].hasPrefix("150,"))
  }
}

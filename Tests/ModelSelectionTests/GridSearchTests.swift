import Learning
import ModelSelection
import Synchronization
import Testing

/// A learner that needs no learning: the class of a row is its first feature, `shift` classes on.
private struct Shifted: Learner {
  struct Model: Classifier {
    let shift: Int
    let classes: [String]
    let featureCount = 1

    func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
      var result = Matrix<Double>(rows: rows.rows, columns: classes.count, repeating: 0)
      for row in 0..<rows.rows { result[row, (Int(rows[row, 0]) + shift) % classes.count] = 1 }
      return result
    }
  }

  let shift: Int

  func fit(_ rows: LabelledRows, seed: UInt64, threads: Int) throws -> Model {
    Model(shift: shift, classes: rows.classes)
  }
}

private struct ShiftedFamily: LearnerFamily {
  let name = "shifted"
  let parameters = [ParameterRule("shift", [.integer(0...9)], default: .integer(0), "")]

  func learner(_ values: ParameterValues) throws -> any Learner {
    try check(values)
    return Shifted(shift: values["shift"]?.integerValue ?? 0)
  }
}

@Suite struct GridSearchTests {
  private let rows: LabelledRows
  private let folds: StratifiedFolds

  init() throws {
    let labels = (0..<60).map { $0 % 3 }
    // Every tenth row lies about its class.
    let values = labels.enumerated().map { Float($0 % 10 == 0 ? ($1 + 1) % 3 : $1) }
    rows = try LabelledRows(
      features: Matrix(rows: 60, columns: 1, values: values), labels: labels, classes: ["a", "b", "c"])
    folds = try StratifiedFolds(labels: labels, classes: ["a", "b", "c"], count: 5)
  }

  private func search(_ shifts: [Int], threads: Int = 2) throws -> GridSearch {
    try GridSearch(
      candidates: shifts.map { Candidate(family: ShiftedFamily(), values: ParameterValues(["shift": .integer($0)])) },
      seed: 1, threads: threads)
  }

  @Test func candidatesAreRankedByMeanScoreAndEqualOnesShareTheRank() throws {
    let results = try search([1, 0, 2, 0]).run(on: rows, folds: folds)
    #expect(results.candidates.map(\.rank) == [4, 1, 3, 1])
    #expect(results.best()?.candidate.values["shift"] == .integer(0))
    #expect(results.best(ofFamily: "none") == nil)
    #expect(abs((results.best()?.meanScore ?? 0) - 0.9) < 1e-12)
  }

  @Test func theDeviationIsThePopulations() throws {
    let result = try #require(try search([0]).run(on: rows, folds: folds).best())
    let scores = result.foldScores
    let mean = scores.reduce(0, +) / 5
    let deviation = (scores.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 5).squareRoot()
    #expect(abs(result.stdScore - deviation) < 1e-15)
  }

  @Test func outOfFoldProbabilitiesStandInTheOrderOfTheRows() throws {
    let results = try search([0]).run(on: rows, folds: folds)
    let all = results.outOfFoldProbabilities(try #require(results.best()))
    #expect(all.rowArgmax == rows.features.values.map { Int($0) })
  }

  @Test func everyFitIsReportedOnceWithTheBestSoFar() throws {
    let seen = Mutex<[(Int, Double?)]>([])
    _ = try search([1, 0]).run(on: rows, folds: folds) { progress in
      seen.withLock { $0.append((progress.finishedFits, progress.best?.score)) }
    }
    let reports = seen.withLock { $0 }
    #expect(reports.map(\.0) == Array(1...10))
    #expect(reports.last?.1.map { abs($0 - 0.9) < 1e-12 } == true)
    #expect(reports[0].1 == nil)
  }

  @Test func equalProblemsAreSolvedOnceAndListedAsOftenAsAsked() throws {
    let search = try search([0, 1, 0, 0])
    #expect(search.plan.sharedWith == [nil, nil, 0, 0] && search.plan.groups == [[0], [1]])
    let seen = Mutex<[Int]>([])
    let results = try search.run(on: rows, folds: folds) { progress in
      seen.withLock { $0.append(progress.finishedFits) }
    }
    #expect(results.candidates.map(\.sharedWith) == [nil, nil, 0, 0])
    #expect(results.candidates[3].meanScore == results.candidates[0].meanScore)
    #expect(seen.withLock { $0 }.last == 20 && seen.withLock { $0 }.count == 10)
  }

  @Test func featuresAreAChoiceLikeAnyOther() throws {
    // The first kind of features is a class off on every row, the second right on all.
    let off = try LabelledRows(
      features: Matrix(rows: 60, columns: 1, values: rows.labels.map { Float(($0 + 1) % 3) }), labels: rows.labels,
      classes: rows.classes)
    let right = try LabelledRows(
      features: Matrix(rows: 60, columns: 1, values: rows.labels.map { Float($0) }), labels: rows.labels,
      classes: rows.classes)
    let kinds = [(place: 0, name: "[off]"), (place: 1, name: "[right]")].map(Candidate.Features.init)
    let candidates: [Candidate] = kinds.flatMap { kind in
      [0, 1, 0].map { shift in
        Candidate(family: ShiftedFamily(), values: ParameterValues(["shift": .integer(shift)]), features: kind)
      }
    }
    let search = try GridSearch(candidates: candidates, seed: 1, threads: 2)
    // The same learner on other features is another problem.
    #expect(search.plan.sharedWith == [nil, nil, 0, nil, nil, 3])
    #expect(search.plan.groups(lookingAt: 0) == [[0], [1]] && search.plan.groups(lookingAt: 1) == [[3], [4]])
    let counts = Mutex<[Int]>([])
    let results = try search.run(on: [TrainingRows(off), TrainingRows(right)], folds: folds) { progress in
      counts.withLock { $0.append(progress.finishedFits) }
    }
    #expect(results.candidates.map(\.meanScore) == [0, 0, 0, 1, 0, 1])
    #expect(results.best()?.candidate.choices["features"] == .text("[right]"))
    #expect(results.best()?.candidate.values["features"] == nil)
    #expect(counts.withLock { $0 }.last == 30)
    let alone = try GridSearch(candidates: Array(candidates[3...]), seed: 1, threads: 1)
      .run(on: [TrainingRows(off), TrainingRows(right)], folds: folds)
    #expect(alone.candidates.map(\.foldScores) == results.candidates[3...].map(\.foldScores))
  }

  @Test func badValuesAreRefusedBeforeAnyFit() {
    #expect(throws: ParameterError.self) { try search([0, 11]) }
  }
}

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

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Model {
    Model(shift: shift, classes: rows.classes)
  }
}

private struct ShiftedFamily: LearnerDescriptor {
  let name = "shifted"
  let parameters = [ParameterConstraint("shift", [.integer(0...9)], default: .integer(0), "")]

  func learner(_ values: ParameterValues) throws -> any Learner {
    try check(values)
    return Shifted(shift: values["shift"]?.integerValue ?? 0)
  }
}

/// Notes what it is fitted on.
private final class RecordingFamily: LearnerDescriptor {
  struct Recording: Learner {
    let family: RecordingFamily

    func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Shifted.Model {
      family.seen.withLock { $0.append(rows.features.values) }
      return Shifted.Model(shift: 0, classes: rows.classes)
    }

    static func == (_: Recording, _: Recording) -> Bool { true }
    func hash(into _: inout Hasher) {}
  }

  let name = "recording"
  let parameters: [ParameterConstraint] = []
  let seen = Mutex<[[Float]]>([])

  func learner(_ values: ParameterValues) throws -> any Learner { Recording(family: self) }
}

@Suite struct GridSearchTests {
  private let rows: LabeledRows
  private let folds: StratifiedFolds

  init() throws {
    let labels = (0..<60).map { $0 % 3 }
    // Every tenth row lies about its class.
    let values = labels.enumerated().map { Float($0 % 10 == 0 ? ($1 + 1) % 3 : $1) }
    rows = try LabeledRows(
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
    // The first feature is a class off on every row, the second right on all.
    var both = SearchData(
      try LabeledRows(
        features: Matrix(rows: 60, columns: 2, values: rows.labels.flatMap { [Float(($0 + 1) % 3), Float($0)] }),
        labels: rows.labels, classes: rows.classes))
    both.views = [0..<1, 1..<2].map { FeatureTransform.Settings(stages: [.init(columns: $0)]) }
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
    let results = try search.run(on: both, folds: folds) { progress in
      counts.withLock { $0.append(progress.finishedFits) }
    }
    #expect(results.candidates.map(\.meanScore) == [0, 0, 0, 1, 0, 1])
    #expect(results.best()?.candidate.choices["features"] == .text("[right]"))
    #expect(results.best()?.candidate.values["features"] == nil)
    #expect(counts.withLock { $0 }.last == 30)
    let alone = try GridSearch(candidates: Array(candidates[3...]), seed: 1, threads: 1)
      .run(on: both, folds: folds)
    #expect(alone.candidates.map(\.foldScores) == results.candidates[3...].map(\.foldScores))
  }

  @Test func aViewsScaleIsThatOfTheTrainingRowsOfEachFold() throws {
    let recorder = RecordingFamily()
    var scaled = SearchData(rows)
    scaled.views = [
      FeatureTransform.Settings(stages: [.init(columns: 0..<1, options: FeatureSetOptions(scale: .minmax, weight: 2))])
    ]
    // A row that is evaluated in the first fold is far beyond all others.
    let first = folds.rows(of: 0).validation[0]
    var features = rows.features
    features[first, 0] = 1000
    var changed = SearchData(try LabeledRows(features: features, labels: rows.labels, classes: rows.classes))
    changed.views = scaled.views
    let search = try GridSearch(
      candidates: [Candidate(family: recorder, values: ParameterValues())], seed: 1, threads: 1)
    for training in [scaled, changed] { _ = try search.run(on: training, folds: folds) }
    let seen = recorder.seen.withLock { $0 }
    #expect(seen.count == 10 && seen[0] == seen[5])
    for (place, rows) in seen.enumerated() { #expect(rows.min() == 0 && rows.max() == 2, "\(place)") }
    #expect(seen[1] != seen[6])
  }

  @Test func whatIsLearnedFromFeaturesFirstIsPartOfTheFitTime() throws {
    var random = KeyedRandom(seed: 3)
    let labels = (0..<300).map { $0 % 3 }
    // The learner does nothing; the components of 400 columns take many times as long.
    let wide = SearchData(
      try LabeledRows(
        features: Matrix(
          rows: 300, columns: 400,
          values: (0..<300).flatMap { row in (0..<400).map { $0 == 0 ? Float(row % 3) : Float(random.unit()) } }),
        labels: labels, classes: ["a", "b", "c"]))
    var reduced = wide
    reduced.views = [
      FeatureTransform.Settings(
        stages: [.init(columns: 0..<1), .init(columns: 1..<400, options: FeatureSetOptions(componentCount: 100))])
    ]
    let folds = try StratifiedFolds(labels: labels, classes: ["a", "b", "c"], count: 3)
    func fitTimes(_ rows: SearchData) throws -> [Double] {
      try search([0, 1], threads: 1).run(on: rows, folds: folds).candidates.map { result in
        result.folds.reduce(0) { $0 + $1.fitTime }
      }
    }
    let (plain, prepared) = (try fitTimes(wide), try fitTimes(reduced))
    for (without, with) in zip(plain, prepared) { #expect(with > 3 * without && with > 0.001) }
    #expect(prepared[0] < 2 * prepared[1] && prepared[1] < 2 * prepared[0], "both have the same share")
  }

  @Test func badValuesAreRefusedBeforeAnyFit() {
    #expect(throws: ParameterError.self) { try search([0, 11]) }
  }
}

import Basics
import Features
import Foundation
import Landmarks
import Learning
import ModelFiles
import ModelSelection
import TestSupport
import Testing

import Mien

/// Points on a circle, of which one lies high or low, mostly: neither learner is always right.
private func dataset() throws -> LandmarkDataset {
  try LandmarkDataset(
    tables: ["high", "low"].enumerated().map { label, name in
      var random = KeyedRandom(seed: UInt64(label))
      return LandmarkTable(
        className: name, scheme: .ibug68, metadataNames: ["image"],
        metadata: [(0..<80).map { "\(name)\($0).png" }],
        coordinates: (0..<80).flatMap { _ -> [Float] in
          var points = (0..<68).flatMap { point -> [Float] in
            let angle = Double(point) / 68 * 2 * .pi
            return [24 + 16 * cos(angle), 24 + 16 * sin(angle)].map { Float($0 + random.unit()) }
          }
          points[2 * 57 + 1] += Float(label) * 8 + Float(random.unit() * 14)
          return points
        })
    })
}

private func experiment(_ text: String = "features: [[raw], [aligned]]") throws -> Experiment {
  try Experiment(
    yaml: """
      data: d
      test_size: 0.25
      cv: 3
      \(text)
      learners:
        random_forest: {n_estimators: [5, 20], max_depth: [2]}
        gradient_boosting: {n_estimators: [5], max_depth: [2]}
      ensembles: [voting, stacking]
      """, path: "points.yaml")
}

private func write(_ outcome: ExperimentOutcome, to folder: String, threads: Int) throws {
  let run = try RunFolder(creating: folder, experimentPath: "points.yaml", name: "points")
  defer { run.close(keeping: true) }
  _ = try run.journal(for: outcome.experiment, dataSHA256: [:])
  _ = try run.write(outcome, dataset: dataset(), dataSHA256: [:], threads: threads, started: Date())
}

@Suite struct EnsembleRunTests {
  @Test(arguments: ["features: [[raw], [aligned]]", "features: [raw]", "features: [raw]\npca: 3"])
  func ensemblesStandBesideTheLearnersAndTheirModelFilesAnswerTheSame(text: String) throws {
    let (dataset, outcome) = (try dataset(), try experiment(text).run(on: dataset(), threads: 2))
    #expect(
      outcome.selected.map(\.result.name) == ["random_forest", "gradient_boosting", "voting", "stacking"], "\(text)")
    let scores = outcome.selected.map(\.result.meanScore)
    #expect(outcome.best.result.meanScore == scores.max() && outcome.comparisons.count == 3)
    for selected in outcome.selected {
      let model = try TrainedModel(fileData: selected.model.fileData(), path: "a.mien")
      #expect(model == selected.model && model.training.rows == outcome.holdOut.training.count)
      let all = try model.probabilities(of: Faces(dataset))
      let test = try #require(selected.test)
      for (place, row) in test.rows.enumerated() {
        #expect(Array(test.probabilities[row: place]) == Array(all[row: row]), "\(selected.result.name), row \(row)")
      }
      #expect(try model.evaluation(on: dataset).probabilities == all)
    }
  }

  @Test(arguments: Calibration.Method.allCases)
  func aMemberThatIsItsLearnersBestIsTheSameModelWithItsCalibration(method: Calibration.Method) throws {
    let outcome = try experiment("features: [[raw], [aligned]]\ncalibration: \(method.rawValue)")
      .run(on: dataset(), threads: 1)
    guard case .ensemble(let stacking) = outcome.selected[3].model.learner else { throw DataError("not an ensemble") }
    #expect(stacking.members.count == 4 && stacking.members.allSatisfy { $0.calibration.method == method })
    for selected in outcome.selected[..<2] { #expect(stacking.members.contains(selected.model)) }
    #expect(outcome.selected[3].model.features.stages == [.raw, .aligned])
  }

  @Test(arguments: Calibration.Method.allCases)
  func underLogLossContendersAreComparedByWhatTheirModelsWillSay(method: Calibration.Method) throws {
    let outcome = try experiment("features: [[raw], [aligned]]\nrefit: neg_log_loss\ncalibration: \(method.rawValue)")
      .run(on: dataset(), threads: 2)
    // Folds have 40 rows each, so that the mean over folds is that over rows.
    for selected in outcome.selected {
      let after = Scoring.negativeLogLoss.score(
        labels: selected.outOfFold.labels, probabilities: selected.outOfFold.probabilities)
      #expect(abs(selected.result.refitScore - after) < 1e-9, "\(selected.result.name)")
    }
    #expect(outcome.best.result.refitScore == outcome.selected.map(\.result.refitScore).max())
    #expect(outcome.runnerUpText?.contains("neg_log_loss, calibrated") == (method != .none))
  }

  @Test func membersCalibratedByTheirOwnRowsAreWarnedOf() throws {
    func warns(_ calibration: String, folds: Int) throws -> Bool {
      var experiment = try experiment("calibration: \(calibration)")
      experiment.foldCount = folds
      return try experiment.run(on: dataset(), threads: 2).warnings.contains {
        $0.hasPrefix("with two folds, isotonic")
      }
    }
    #expect(try warns("isotonic", folds: 2))
    #expect(try !warns("isotonic", folds: 3) && !warns("temperature", folds: 2))
  }

  @Test func ensemblesChangeNothingOfTheirMembers() throws {
    var alone = try experiment()
    alone.ensembles = []
    let (with, without) = (try experiment().run(on: dataset(), threads: 1), try alone.run(on: dataset(), threads: 1))
    #expect(without.selected.count == 2 && without.ensembles.isEmpty)
    for (one, other) in zip(without.selected, with.selected) {
      #expect(try one.model.fileData() == other.model.fileData())
      #expect(one.test?.probabilities == other.test?.probabilities)
    }
  }

  @Test func tablesMetricsAndReportAgreeOnTheMembers() throws {
    let folder = try TemporaryFolder()
    let outcome = try experiment().run(on: dataset(), threads: 2)
    try write(outcome, to: folder.path, threads: 2)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let metrics = try decoder.decode(Metrics.self, from: Data(folder.read("metrics.json").utf8))
    let members = metrics.learners.compactMap(\.members)
    #expect(members.count == 2 && members[1].count == 4)
    for list in members { #expect(abs(list.reduce(0) { $0 + $1.weight } - 1) < 1e-12) }
    let table = CSVText.records(try folder.read("ensemble_members.csv"))
    #expect(table[0] == ["ensemble", "member", "features", "parameters", "weight"])
    #expect(table.dropFirst().map { $0[4] } == members.joined().map { "\($0.weight)" })
    let forests = table.filter { $0[0] == "stacking" && $0[1] == "random_forest" }
    #expect(forests.map { $0[2] }.sorted() == ["[aligned]", "[raw]"])
    #expect(table.dropFirst().allSatisfy { $0[3].hasPrefix("max_depth 2, n_estimators ") })
    let report = try folder.read("report.html")
    #expect(report.contains("Members of voting") && report.contains("Members of stacking"))
    #expect(report.contains("6 candidates and 2 ensembles of them"))
    #expect(try folder.read("experiment.yaml").contains("ensembles: [voting, stacking]"))
    for name in ["voting", "stacking"] {
      #expect(throws: Never.self) { try TrainedModel(contentsOf: "\(folder.path)/models/\(name).mien") }
    }
    #expect(RunSummary(folder: folder.path)?.best.hasPrefix(outcome.best.result.name + ": ") == true)
  }

  @Test func aRunIsTheSameAtAnyNumberOfThreads() throws {
    let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
    try write(experiment().run(on: dataset(), threads: 1), to: one.path, threads: 1)
    try write(experiment().run(on: dataset(), threads: 4), to: two.path, threads: 4)
    for name in ["ensemble_members.csv", "metrics.json", "predictions.csv", "errors.csv", "importances_by_class.csv"] {
      #expect(try one.read(name) == two.read(name), "\(name)")
    }
    for name in ["voting", "stacking"] {
      let models = try [one, two].map { try AtomicFile.read("\($0.path)/models/\(name).mien") }
      #expect(models[0] == models[1], "\(name)")
    }
  }

  @Test(arguments: [0, 1, 8, 18])
  func aSearchThatGoesOnGivesTheSameBytes(savedLines: Int) throws {
    let folder = try TemporaryFolder()
    let subject = Journal.Subject(mienVersion: "1", experimentSHA256: "", dataSHA256: [:])
    let whole = try Journal(path: folder.path + "/whole", subject: subject)
    let undisturbed = try experiment().run(on: dataset(), threads: 1, journal: whole)
    #expect(whole.savedCount == 2 * 3 * 3)
    let lines = try folder.read("whole").split(separator: "\n")
    _ = try folder.write(lines[...savedLines].joined(separator: "\n") + "\n{\"sha256\":\"torn", to: "cut")
    let cut = try Journal(path: folder.path + "/cut", subject: subject)
    let resumed = try experiment().run(on: dataset(), threads: 2, journal: cut)
    for (one, other) in zip(undisturbed.selected, resumed.selected) {
      #expect(try one.model.fileData() == other.model.fileData())
      #expect(one.outOfFold.probabilities == other.outOfFold.probabilities)
    }
  }

  @Test(arguments: [
    "features: [[raw], [raw, aligned]]", "features: [raw]\npca: 3", "features: [aligned]\nmirror: true",
  ])
  func aModelSeenAsAClassifierOfItsFeaturesAnswersTheSame(text: String) throws {
    let dataset = try dataset()
    let faces = Faces(dataset).selecting([3, 90, 41])
    for selected in try experiment(text).run(on: dataset, threads: 1).selected {
      let classifier = try FeatureClassifier(selected.model, descriptorCount: 0)
      let rows = try classifier.rows(of: faces)
      #expect(
        try classifier.probabilities(of: rows) == selected.model.probabilities(of: faces), "\(selected.result.name)")
      // What is read off a keypoint stands in the face and, where that is looked at, in its mirror image.
      let own = classifier.features.indices(touching: [0])
      let width = classifier.features.count
      let mirrored = classifier.features.indices(touching: [16]).map { $0 + width }
      #expect(classifier.columns(touching: [0]) == (classifier.isMirrored ? own + mirrored : own))
    }
  }

  @Test func anEnsembleIsExplainedByWhatItsOwnAnswerLoses() throws {
    let dataset = try dataset()
    for place in [2, 3] {
      let model = try experiment().run(on: dataset, threads: 1).selected[place].model
      #expect(ImportanceTable(model) == nil)
      let found = try [1, 2].map { threads in
        try Explanation(model, on: dataset, rows: 80, repeats: 3, seed: 1, threads: threads)
      }
      #expect(found[0].csv == found[1].csv)
      // Only the lowest point of the chin's circle tells the classes apart.
      let points = found[0].keypoints
      let most = points.indices.max { points[$0].areaPerClass[0] < points[$1].areaPerClass[0] }
      #expect(most == 57 && points[57].mean > 0.1)
      #expect(points[57].areaPerClass[0] > 0.1 && points[57].areaPerClass.count == 2)
      #expect(throws: DataError.self) { try RowExplanation(model, on: dataset, row: 0) }
    }
  }

  @Test func whatTheBestModelLeansOnIsDrawnByClass() throws {
    let folder = try TemporaryFolder()
    try write(experiment().run(on: dataset(), threads: 2), to: folder.path, threads: 2)
    for name in ["importances.csv", "importances_by_class.csv", "plots/importance_by_class.gp"] {
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(name)"), "\(name)")
    }
    let table = CSVText.records(try folder.read("importances_by_class.csv"))
    #expect(
      table[0] == [
        "level", "name", "accuracy_lost", "std", "recall_lost_high", "recall_lost_low", "roc_area_lost_high",
        "roc_area_lost_low",
      ])
    #expect(table.count == 1 + 68 + 9)
  }
}

import Basics
import Foundation
import Landmarks
import ModelFiles
import ModelSelection
import Learning
import Synchronization
import TestSupport
import Testing

import Mien

/// Every twentieth committed row; FER2013 holds some pictures more than once, here each stands once.
private func smallDataset() throws -> LandmarkDataset {
  let whole = try LandmarkDataset(folder: Repository.landmarks)
  var seen: Set<[Float]> = []
  return try LandmarkDataset(
    tables: whole.tables.map { table in
      let kept = stride(from: 0, to: table.rowCount, by: 20).filter { seen.insert(Array(table.face($0))).inserted }
      return LandmarkTable(
        className: table.className, scheme: table.scheme, metadataNames: table.metadataNames,
        metadata: table.metadata.map { column in kept.map { column[$0] } },
        coordinates: kept.flatMap { table.face($0) })
    })
}

private func run(overrides: [String] = [], threads: Int = 2) throws -> ExperimentOutcome {
  try Experiment(
    yaml: "data: d\nlearners: {random_forest: {n_estimators: [10, 20], max_depth: [3, 6]}}", path: "small.yaml",
    overrides: overrides
  ).run(on: smallDataset(), threads: threads)
}

private func write(_ outcome: ExperimentOutcome, to folder: String) throws -> [String] {
  let run = try RunFolder(creating: folder, experimentPath: "small.yaml", name: "small")
  defer { run.close(keeping: true) }
  _ = try run.journal(for: outcome.experiment, dataSHA256: [:])
  return try run.write(outcome, dataset: smallDataset(), dataSHA256: [:], threads: 2, started: Date())
}

@Suite struct RunTests {
  @Test func aRunHoldsEveryFileAndTheyAgree() throws {
    let folder = try TemporaryFolder()
    let outcome = try run()
    let notes = try write(outcome, to: folder.path + "/run")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run").sorted()
    #expect(
      names == [
        "classification_report.csv", "classification_report.txt", "confusion_matrix.csv", "cv_results.csv",
        "errors.csv", "experiment.yaml", "importances.csv", "importances_by_class.csv", "journal.jsonl",
        "manifest.json",
        "metrics.json", "models", "plots", "precision_recall.csv", "predictions.csv", "reliability.csv", "report.html",
        "roc.csv", "splits.csv",
      ])
    #expect(notes.isEmpty)

    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let metrics = try decoder.decode(Metrics.self, from: Data(folder.read("run/metrics.json").utf8))
    let accuracy = try #require(metrics.learners[0].test).accuracy
    #expect(accuracy == outcome.best.evaluation.accuracy.accuracy)

    // Predictions, errors and the matrix tell the same story.
    let predictions = try folder.read("run/predictions.csv").split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let tested = predictions.filter { $0[3] == "test" }
    let wrong = tested.count { $0[2] != $0[4] }
    #expect(abs(1 - Double(wrong) / Double(tested.count) - accuracy) < 1e-12)
    #expect(try folder.read("run/errors.csv").split(separator: "\n").count == wrong + 1)
    let splits = try folder.read("run/splits.csv").split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(splits.count == predictions.count && splits.count { $0[3] == "test" && $0[4].isEmpty } == tested.count)

    let columns = try folder.read("run/cv_results.csv").split(separator: "\n")[0].split(separator: ",").map(String.init)
    let times = ["mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"]
    let parameters = ["param_max_depth", "param_n_estimators", "params"]
    let splits5 = (0..<5).map { "split\($0)_test_score" }
    let summary = ["mean_test_score", "std_test_score", "rank_test_score", "shared_with"]
    #expect(Array(columns[..<17]) == ["learner"] + times + parameters + splits5 + summary)
    #expect(columns[17...].contains("mean_test_f1_macro") && columns.count == 30)
    #expect(columns.last == "peak_memory_bytes")
    // The tables alone take more than a mebibyte.
    let manifest = try folder.read("run/manifest.json")
    let memory = try #require(outcome.results.candidates[0].peakMemory)
    #expect(memory > 1 << 20 && manifest.contains("\"peak_memory_bytes\""))
  }

  @Test func theSavedModelGivesTheRunsTestPredictions() throws {
    let folder = try TemporaryFolder()
    let outcome = try run()
    _ = try write(outcome, to: folder.path)
    let model = try TrainedModel(contentsOf: folder.path + "/models/random_forest.mien")
    let dataset = try smallDataset()
    let all = dataset.tables.flatMap(\.coordinates)
    let test = try #require(outcome.best.test)
    let faces = test.rows.flatMap { all[$0 * 136..<($0 + 1) * 136] }
    #expect(try model.probabilities(ofCoordinates: faces, scheme: .ibug68) == test.probabilities)
    #expect(model.training.rows == outcome.holdOut.training.count && model.training.experiment == "small")
  }

  @Test func aRunIsTheSameAtAnyNumberOfThreadsTimesApart() throws {
    let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
    _ = try write(run(threads: 1), to: one.path)
    _ = try write(run(threads: 4), to: two.path)
    for name in [
      "classification_report.txt", "confusion_matrix.csv", "errors.csv", "importances.csv",
      "importances_by_class.csv", "metrics.json", "predictions.csv", "splits.csv", "roc.csv", "precision_recall.csv",
      "plots/mean_keypoints_1_points.tsv",
      "plots/grid_random_forest.csv", "plots/validation_random_forest.csv",
    ] {
      #expect(try one.read(name) == two.read(name), "\(name)")
    }
    let models = try [one, two].map { try AtomicFile.read($0.path + "/models/random_forest.mien") }
    #expect(models[0] == models[1])
  }

  @Test func theLearningCurveOfTheBestCandidateEndsAtItsScore() throws {
    for overrides in [[], ["mirror=true", "features=[aligned]"], ["pca=10", "balance=oversample", "groups=image"]] {
      let outcome = try run(overrides: overrides)
      let dataset = try smallDataset()
      let one = try outcome.experiment.learningCurve(of: outcome, on: dataset, threads: 1)
      let best = try #require(outcome.results.best())
      #expect(one.candidate.description == best.candidate.description)
      #expect(one.points.last?.testScores == best.foldScores, "\(overrides)")
      #expect(one.csv == (try outcome.experiment.learningCurve(of: outcome, on: dataset, threads: 2)).csv)
    }
  }

  @Test func withoutAHoldOutTheFoldsAreTheJudgement() throws {
    let outcome = try run(overrides: ["test_size=0"])
    #expect(outcome.best.test == nil && outcome.best.evaluation.rows == Array(0..<outcome.holdOut.training.count))
    let folder = try TemporaryFolder()
    _ = try write(outcome, to: folder.path)
    #expect(try !folder.read("metrics.json").contains("\"test\""))
  }

  @Test func refitChoosesByItsOwnScoreAndRanksStayThoseOfTheScoring() throws {
    let outcome = try run(overrides: ["refit=neg_log_loss", "scoring=balanced_accuracy"])
    #expect(outcome.best.result.refitScore == outcome.results.candidates.map(\.refitScore).max())
    let plain = try run(overrides: ["refit=neg_log_loss", "calibration=none"])
    let losses = plain.results.candidates.map { $0.mean(.negativeLogLoss) }
    #expect(plain.best.result.mean(.negativeLogLoss) == losses.max())
    let scores = outcome.results.candidates.map { $0.mean(.balancedAccuracy) }
    #expect(outcome.results.candidates.map(\.rank) == scores.map { score in 1 + scores.count { $0 > score } })
  }

  @Test func calibrationLowersTheErrorChangesNoPredictionAndIsInTheModel() throws {
    let (calibrated, plain) = (try run(), try run(overrides: ["calibration=none"]))
    #expect(calibrated.best.outOfFold.predictions == plain.best.outOfFold.predictions)
    #expect(calibrated.best.test?.predictions == plain.best.test?.predictions)
    #expect(plain.best.model.calibration == .none && calibrated.best.model.calibration.method == .temperature)
    #expect(calibrated.best.uncalibrated.probabilities == plain.best.outOfFold.probabilities)
    let losses = [calibrated, plain].map { EvaluationRecord($0.best.outOfFold).logLoss }
    #expect(losses[0] < losses[1])
    let isotonic = try run(overrides: ["calibration=isotonic"])
    #expect(isotonic.best.test?.predictions == plain.best.test?.predictions)
  }

  @Test func aRunIsNeverWrittenOver() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("kept", to: "run/file")
    let error = #expect(throws: FileError.self) {
      try RunFolder(creating: folder.path + "/run", experimentPath: "x.yaml", name: "x")
    }
    #expect(error?.kind == .cannotCreate)
    let inUse = try RunFolder(resuming: runWithExperiment(in: folder))
    #expect(throws: FolderBusy.self) { try RunFolder(resuming: inUse.path) }
    inUse.close(keeping: true)
    let first = try RunFolder(creating: nil, experimentPath: folder.path + "/x.yaml", name: "x")
    let second = try RunFolder(creating: nil, experimentPath: folder.path + "/x.yaml", name: "x")
    #expect(first.path.hasSuffix("/runs/x-1") && second.path.hasSuffix("/runs/x-2"))
  }

  private func runWithExperiment(in folder: TemporaryFolder) throws -> String {
    _ = try folder.write("data: d\nlearners: {random_forest: {}}", to: "other/experiment.yaml")
    return folder.path + "/other"
  }

  @Test(arguments: [0, 1, 5, 19])
  func aSearchThatGoesOnEndsAsOneThatWasNeverStopped(savedLines: Int) throws {
    let folder = try TemporaryFolder()
    let subject = Journal.Subject(mienVersion: "1", experimentSHA256: "", dataSHA256: [:])
    let experiment = try Experiment(
      yaml: "data: d\nlearners: {random_forest: {n_estimators: [10, 20], max_depth: [3, 6]}}", path: "small.yaml")
    let whole = try Journal(path: folder.path + "/whole", subject: subject)
    let undisturbed = try experiment.run(on: smallDataset(), threads: 1, journal: whole)
    let lines = try folder.read("whole").split(separator: "\n", omittingEmptySubsequences: false)
    _ = try folder.write(lines[...savedLines].joined(separator: "\n") + "\n{\"sha256\":\"torn", to: "cut")
    let cut = try Journal(path: folder.path + "/cut", subject: subject)
    #expect(cut.savedCount == savedLines)
    let resumed = try experiment.run(on: smallDataset(), threads: 2, journal: cut)
    #expect(cut.savedCount >= 20)
    for (one, other) in zip(undisturbed.results.candidates, resumed.results.candidates) {
      #expect(one.folds.map(\.probabilities) == other.folds.map(\.probabilities) && one.rank == other.rank)
    }
    #expect(resumed.best.model.learner == undisturbed.best.model.learner)
  }

  @Test func splitsOfARunCanBeUsedAgain() throws {
    let folder = try TemporaryFolder()
    let first = try run()
    _ = try write(first, to: folder.path + "/run")
    let again = try run(overrides: ["splits=\(folder.path)/run/splits.csv", "cv=2", "seed=9"])
    #expect(Set(again.holdOut.test) == Set(first.holdOut.test) && again.results.folds.count == 5)
    let folds = Dictionary(uniqueKeysWithValues: zip(first.holdOut.training, first.results.folds.foldOfRow))
    for (row, fold) in zip(again.holdOut.training, again.results.folds.foldOfRow) { #expect(folds[row] == fold) }

    let text = try folder.read("run/splits.csv")
    // As spreadsheets write it.
    let lines = text.split(separator: "\n").map { $0 + "\r\n" }
    let returned = try run(overrides: ["splits=\(folder.write(lines.joined(), to: "returned.csv"))", "cv=2", "seed=9"])
    #expect(returned.holdOut.test == again.holdOut.test)
    #expect(returned.results.folds.foldOfRow == again.results.folds.foldOfRow)

    let other = try folder.write(text.replacing(",happy,", with: ",sad,", maxReplacements: 1), to: "other.csv")
    let error = #expect(throws: DataError.self) { try run(overrides: ["splits=\(other)"]) }
    #expect(error?.description == "\(other):2: row 0 is sad here and happy in the tables")
    let short = try folder.write(text.split(separator: "\n").prefix(50).joined(separator: "\n"), to: "short.csv")
    #expect(throws: DataError.self) { try run(overrides: ["splits=\(short)"]) }
  }

  @Test func copiesOnBothSidesOfASplitAreWarnedOf() throws {
    let clean = try run()
    #expect(clean.warnings.isEmpty)
    let whole = try smallDataset()
    // Every face twice, the copy marked as such.
    let doubled = try LandmarkDataset(
      tables: whole.tables.map { table in
        LandmarkTable(
          className: table.className, scheme: table.scheme, metadataNames: ["image", "augmented_from"],
          metadata: [
            (table.metadata("image") ?? []) + (table.metadata("image") ?? []).map { $0 + "-copy" },
            Array(repeating: "", count: table.rowCount) + (table.metadata("image") ?? []),
          ], coordinates: table.coordinates + table.coordinates)
      })
    let outcome = try Experiment(
      yaml: "data: d\nlearners: {random_forest: {n_estimators: [1]}}", path: "x.yaml"
    ).run(on: doubled)
    #expect(outcome.warnings.count == 3)
    #expect(outcome.warnings[0].hasSuffix("held-out rows have the same landmarks as a training row"))
    #expect(outcome.warnings[2].hasPrefix("\(whole.rowCount) rows are augmented copies"))
  }

  @Test func aGroupColumnThatIsNotThereIsNamed() throws {
    let error = #expect(throws: DataError.self) { try run(overrides: ["groups=person"]) }
    #expect(error?.description == "groups: table happy.csv has no column \"person\"")
    let grouped = try run(overrides: ["groups=image"])
    #expect(grouped.holdOut.test.count > 300)
  }

  @Test func aClassTooSmallForTheFoldsStopsTheRunBeforeAnyFit() throws {
    let fits = Mutex(0)
    let experiment = try Experiment(
      yaml: "data: d\ncv: 500\nlearners: {random_forest: {n_estimators: [1]}}", path: "small.yaml")
    let error = #expect(throws: DataError.self) {
      try experiment.run(on: smallDataset()) { _ in fits.withLock { $0 += 1 } }
    }
    #expect(error?.description.hasPrefix("class \"happy\" has 242 training rows; 500 folds need") == true)
    #expect(fits.withLock { $0 } == 0)
  }
}

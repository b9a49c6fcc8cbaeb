import Basics
import Foundation
import Landmarks
import ModelFiles
import ModelSelection
import Reporting

/// The folder that keeps all that came of one run.
public struct RunFolder: Sendable {
  /// The folder.
  public let path: String
  private let lock: RunLock

  /// Makes the folder of a run; an existing run is never written over.
  ///
  /// - Parameter path: the folder, which must not exist or be empty; `nil` for `runs/<name>-<n>` beside the experiment
  ///   file, with the first free number.
  /// - Throws: `FileError` when it exists or cannot be made.
  public init(creating path: String?, experimentPath: String, name: String) throws {
    if let path {
      try DurableFile.createFolder(path)
      lock = try RunLock(folder: path)
      guard try DurableFile.visibleNames(inFolder: path) == [RunLock.fileName] else {
        lock.release()
        throw FileError(.cannotCreate, path: path, reason: "already holds files; a run is never written over")
      }
      self.path = path
      return
    }
    let runs = Paths.joined((experimentPath as NSString).deletingLastPathComponent, "runs")
    try DurableFile.createFolder(runs)
    var number = 1
    while true {
      let candidate = "\(runs)/\(name)-\(number)"
      if mkdir(candidate, 0o755) == 0 {
        self.path = candidate
        lock = try RunLock(folder: candidate)
        return
      }
      guard errno == EEXIST else {
        throw FileError(.cannotCreate, path: candidate, reason: String(cString: strerror(errno)))
      }
      number += 1
    }
  }

  /// Takes up a run that was stopped.
  ///
  /// - Throws: `FileError` when there is no such run, `RunBusy` when another process is at work on it.
  public init(resuming path: String) throws {
    guard FileManager.default.fileExists(atPath: path + "/" + Self.experimentFile) else {
      throw FileError(.missing, path: path, reason: "not a run: it has no \(Self.experimentFile)")
    }
    self.path = path
    lock = try RunLock(folder: path)
  }

  /// The resolved experiment's file name.
  public static let experimentFile = "experiment.yaml"

  /// Writes the resolved experiment if it is not there, and opens the journal.
  ///
  /// - Throws: `JournalMismatch` when the run was begun with another experiment, other tables or splits, or another version.
  public func journal(for experiment: Experiment, dataSHA256: [String: String]) throws -> Journal {
    let file = path + "/" + Self.experimentFile
    if !FileManager.default.fileExists(atPath: file) {
      try write(try experiment.yaml(relativeTo: path), Self.experimentFile)
    }
    return try Journal(
      path: path + "/journal.jsonl",
      subject: Journal.Subject(
        mienVersion: mienVersion, experimentSHA256: Checksum.sha256Hex(try DurableFile.read(file)),
        dataSHA256: dataSHA256,
        splitsSHA256: try experiment.splitsFile.map { Checksum.sha256Hex(try DurableFile.read($0)) }))
  }

  /// Ends the work on the folder. A run of which nothing has come leaves nothing behind.
  public func close(keeping somethingCame: Bool) {
    lock.release()
    if !somethingCame {
      unlink(path + "/" + Self.experimentFile)
      unlink(path + "/journal.jsonl")
      rmdir(path)
    }
  }

  /// Writes every file of a run.
  ///
  /// - Returns: notes for the reader, such as pictures that could not be drawn.
  /// - Throws: `FileError` when a file cannot be written.
  public func write(
    _ outcome: ExperimentOutcome, dataset: LandmarkDataset, dataSHA256: [String: String], threads: Int, started: Date
  ) throws -> [String] {
    let best = outcome.best
    try write(splits(outcome, dataset), "splits.csv")
    try write(outcome.results.csv, "cv_results.csv")
    try write(JSONEncoder.forFiles.encode(Metrics(outcome)) + Data("\n".utf8), "metrics.json")
    try write(best.judgement.report.text(digits: 4), "classification_report.txt")
    try write(best.judgement.report.csv, "classification_report.csv")
    try write(best.judgement.confusion.csv, "confusion_matrix.csv")
    try write(best.judgement.reliability.csv, "reliability.csv")
    try write(predictions(outcome, dataset), "predictions.csv")
    try write(errors(best.judgement, dataset), "errors.csv")
    let importances = ImportanceTable(best.model)
    if let importances { try write(importances.csv, "importances.csv") }
    for selected in outcome.selected {
      guard case .boostedTrees(let trees) = selected.model.learner else { continue }
      let components = selected.model.components?.count ?? 0
      let names =
        components > 0
        ? (0..<components).map { "pc_\($0)" } : selected.model.features.featureNames(for: dataset.scheme)
      try write(trees.importancesCSV(featureNames: names), "importances_gradient_boosting.csv")
    }
    try DurableFile.createFolder(path + "/models")
    for selected in outcome.selected {
      try selected.model.write(to: "\(path)/models/\(selected.result.candidate.family.name).mien")
    }
    let notes = outcome.warnings + (try drawPlots(best: best, dataset: dataset, importances: importances))
    let manifest = Manifest(
      mienVersion: mienVersion, experiment: outcome.experiment.name, seed: outcome.experiment.seed, threads: threads,
      started: started.ISO8601Format(), seconds: (Date().timeIntervalSince(started) * 1000).rounded() / 1000,
      points: dataset.scheme.pointCount,
      data: Dictionary(
        uniqueKeysWithValues: dataset.tables.map {
          ($0.className, Manifest.Table(rows: $0.rowCount, sha256: dataSHA256[$0.className] ?? ""))
        }),
      defaults: Dictionary(
        uniqueKeysWithValues: outcome.experiment.learners.map { ($0.family.name, $0.defaults) }),
      host: Manifest.Host(
        name: ProcessInfo.processInfo.hostName, system: ProcessInfo.processInfo.operatingSystemVersionString,
        processors: ProcessInfo.processInfo.activeProcessorCount))
    try write(JSONEncoder.forFiles.encode(manifest) + Data("\n".utf8), "manifest.json")
    try write(reportPage(outcome, dataset: dataset, notes: notes), "report.html")
    return notes
  }

  private func write(_ text: String, _ name: String) throws { try DurableFile.write(text, to: "\(path)/\(name)") }
  private func write(_ data: Data, _ name: String) throws { try DurableFile.write(data, to: "\(path)/\(name)") }

  // MARK: Tables of rows

  private func splits(_ outcome: ExperimentOutcome, _ dataset: LandmarkDataset) -> String {
    let images = dataset.metadata("image")
    let labels = dataset.labels
    var foldOfRow: [Int: Int] = [:]
    for (index, row) in outcome.holdOut.training.enumerated() {
      foldOfRow[row] = outcome.results.folds.foldOfRow[index]
    }
    var csv = CSVText(header: ["row", "image", "label", "split", "fold", "augmented_from", "learned"])
    let training = outcome.training
    let learned = Set(training.learned.lazy.filter { $0 < training.judgedCount }.map { outcome.holdOut.training[$0] })
    for row in labels.indices {
      let fold = foldOfRow[row]
      csv.append([
        "\(row)", images[row], dataset.classes[labels[row]], fold == nil ? "test" : "train", fold.map { "\($0)" } ?? "",
        "", learned.contains(row) ? "1" : "0",
      ])
    }
    for (number, original) in training.originals[training.judgedCount...].enumerated() {
      let row = outcome.holdOut.training[original]
      csv.append([
        "\(labels.count + number)", images[row], dataset.classes[labels[row]], "train", "\(foldOfRow[row] ?? 0)",
        "\(row)", "1",
      ])
    }
    return csv.text
  }

  private func predictions(_ outcome: ExperimentOutcome, _ dataset: LandmarkDataset) -> String {
    let images = dataset.metadata("image")
    let classes = dataset.classes
    var csv = CSVText(
      header: ["row", "image", "label", "split", "predicted"] + classes.map { "probability_\($0)" })
    let parts = [("out_of_fold", outcome.best.outOfFold)] + (outcome.best.test.map { [("test", $0)] } ?? [])
    for (split, evaluation) in parts {
      for index in evaluation.rows.indices.sorted(by: { evaluation.rows[$0] < evaluation.rows[$1] }) {
        let row = evaluation.rows[index]
        csv.append(
          ["\(row)", images[row], classes[evaluation.labels[index]], split, classes[evaluation.predictions[index]]]
            + evaluation.probabilities[row: index].map { "\($0)" })
      }
    }
    return csv.text
  }

  /// The rows that were taken for another class, the surest mistakes first.
  private func errors(_ evaluation: Evaluation, _ dataset: LandmarkDataset) -> String {
    let images = dataset.metadata("image")
    let wrong = evaluation.rows.indices.filter { evaluation.labels[$0] != evaluation.predictions[$0] }
    func certainty(_ index: Int) -> Double { evaluation.probabilities[index, evaluation.predictions[index]] }
    var csv = CSVText(
      header: ["row", "image", "label", "predicted", "probability_predicted", "probability_label"])
    for index in wrong.sorted(by: { (certainty($0), evaluation.rows[$1]) > (certainty($1), evaluation.rows[$0]) }) {
      let row = evaluation.rows[index]
      csv.append([
        "\(row)", images[row], dataset.classes[evaluation.labels[index]],
        dataset.classes[evaluation.predictions[index]], "\(certainty(index))",
        "\(evaluation.probabilities[index, evaluation.labels[index]])",
      ])
    }
    return csv.text
  }

  // MARK: Pictures and the report

  private var plotFolder: String { path + "/plots" }

  private func drawPlots(
    best: SelectedModel, dataset: LandmarkDataset, importances: ImportanceTable?
  ) throws -> [String] {
    let rowsJudged = best.test == nil ? "out of fold" : "held-out rows"
    var plots = [
      meanKeypointsPlot(dataset),
      confusionMatrixPlot(
        best.judgement.confusion,
        title: "Confusion matrix: \(best.result.candidate.family.name), \(best.judgement.rows.count) \(rowsJudged)"),
    ]
    if let importances {
      plots += [
        featureImportancePlot(
          names: importances.features.map(\.name), importances: importances.features.map(\.importance),
          measure: importances.measure),
        keypointImportancePlot(
          meanShape: dataset.meanShape, pointImportances: importances.points, scheme: dataset.scheme,
          measure: importances.measure),
      ]
    }
    return try Gnuplot.draw(plots, inFolder: plotFolder)
  }

  private func reportPage(_ outcome: ExperimentOutcome, dataset: LandmarkDataset, notes: [String]) -> String {
    let figures = [
      ("mean_keypoints", "Mean position of each landmark by class, in image pixels."),
      ("confusion_matrix", "Predicted against true class on rows that the model had not seen."),
      ("importance_by_feature", "What the features' splits bring, by feature."),
      ("importance_by_keypoint", "What the features' splits bring, by landmark, on the mean face."),
    ].compactMap { name, caption -> ReportPage.Figure? in
      guard let svg = try? String(contentsOfFile: "\(plotFolder)/\(name).svg", encoding: .utf8) else { return nil }
      return ReportPage.Figure(name: name, svg: svg, caption: caption)
    }
    return ReportPage(
      title: outcome.experiment.name, facts: reportFacts(outcome, dataset: dataset), notes: notes,
      results: outcome.results, classificationReport: outcome.best.judgement.report.text(digits: 4), figures: figures
    ).html
  }

  private func reportFacts(_ outcome: ExperimentOutcome, dataset: LandmarkDataset) -> [(String, String)] {
    let best = outcome.best
    var facts = [
      ("Best candidate", "\(best.result.candidate)"),
      ("Cross-validation, \(outcome.experiment.scoring.rawValue)", best.result.scoreText),
    ]
    if let test = best.test { facts.append(("Accuracy on held-out rows", test.accuracy.text)) }
    if let text = outcome.runnerUpText { facts.append(("Runner-up", text)) }
    facts += outcome.comparisons.map { ("Against \($0.other.result.candidate.family.name)", $0.test.text) }
    if best.model.calibration != .none { facts.append(("Calibration", best.calibrationText)) }
    facts += [
      ("Features", outcome.experiment.featuresText),
      (
        "Faces",
        "\(dataset.rowCount): " + dataset.tables.map { "\($0.rowCount) \($0.className)" }.joined(separator: ", ")
      ),
      ("Candidates × folds", "\(outcome.results.candidates.count) × \(outcome.results.folds.count)"),
      ("Seed", "\(outcome.experiment.seed)"),
    ]
    return facts
  }
}

extension Experiment {
  /// What learners see, in words.
  fileprivate var featuresText: String {
    var parts = [
      features.map { $0.stages.map(\.rawValue).joined(separator: " and ") }.joined(separator: "; or ")
    ]
    if let componentCount { parts.append("\(componentCount) principal components") }
    if scale != .none { parts.append("scaled (\(scale.rawValue))") }
    if isMirrored { parts.append("with mirror images") }
    if let groups { parts.append("groups by \(groups)") }
    return parts.joined(separator: ", ")
  }
}

extension ExperimentOutcome {
  /// How far the best candidate is ahead of the next one, and whether that means anything; `nil` for one candidate.
  package var runnerUpText: String? {
    let unit = results.refit == experiment.scoring ? "" : " (\(results.refit.rawValue))"
    return results.runnerUp(to: best.result).map { other, comparison in
      "\(other.candidate), behind by \(Decimal.text(comparison.difference, 4))\(unit), "
        + (comparison.isNoise ? "which may well be chance" : "more than chance explains")
        + " (corrected t-test over folds, p \(Decimal.probability(comparison.pValue)))"
    }
  }
}

extension ExperimentOutcome {
  /// The best learner against each other one, on the rows that both are judged by.
  package var comparisons: [(other: SelectedModel, test: McNemarTest)] {
    selected.filter { $0.result.candidate.family.name != best.result.candidate.family.name }.map { other in
      let (ours, theirs) = (best.judgement, other.judgement)
      return (other, McNemarTest(labels: ours.labels, first: ours.predictions, second: theirs.predictions))
    }
  }
}

extension McNemarTest {
  /// `right alone on 120 rows, the other on 90: more than chance explains (McNemar, p 0.04)`.
  package var text: String {
    "right alone on \(onlyFirstRight) rows, the other on \(onlySecondRight): "
      + (isNoise ? "which may well be chance" : "more than chance explains")
      + " (McNemar's test, p \(Decimal.probability(pValue)))"
  }
}

extension SelectedModel {
  /// `sigmoid: expected calibration error 0.081 before, 0.012 after`.
  package var calibrationText: String {
    let errors = [uncalibrated, outOfFold].map { Decimal.text($0.reliability.expectedCalibrationError, 4) }
    return "\(model.calibration.method.rawValue): expected calibration error \(errors[0]) before, \(errors[1]) after, "
      + "out of fold"
  }
}

extension CandidateResult {
  /// `0.5712 ± 0.0053 (5 folds)`.
  package var scoreText: String {
    "\(Decimal.text(meanScore, 4)) ± \(Decimal.text(stdScore, 4)) (standard deviation over \(folds.count) folds)"
  }
}

extension AccuracyEstimate {
  /// `0.5690 (95 % interval 0.5571 to 0.5808, 6660 rows)`.
  package var text: String {
    "\(Decimal.text(accuracy, 4)) (95 % interval \(Decimal.text(interval.lowerBound, 4)) to "
      + "\(Decimal.text(interval.upperBound, 4)), \(rows) rows)"
  }
}

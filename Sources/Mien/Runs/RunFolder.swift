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
  private let lock: FolderLock
  private static let lockFile = "run.lock"

  /// Makes the folder of a run; an existing run is never written over.
  ///
  /// - Parameter path: the folder, which must not exist or be empty; `nil` for `runs/<name>-<n>` beside the experiment
  ///   file, with the first free number.
  /// - Throws: `FileError` when it exists or cannot be made.
  public init(creating path: String?, experimentPath: String, name: String) throws {
    if let path {
      try AtomicFile.createFolder(path)
      lock = try FolderLock(folder: path, fileName: Self.lockFile)
      guard try AtomicFile.visibleNames(inFolder: path) == [Self.lockFile] else {
        lock.release()
        throw FileError(.cannotCreate, path: path, reason: "already holds files; a run is never written over")
      }
      self.path = path
      return
    }
    let runs = Paths.joined((experimentPath as NSString).deletingLastPathComponent, "runs")
    try AtomicFile.createFolder(runs)
    var number = 1
    while true {
      let candidate = "\(runs)/\(name)-\(number)"
      if mkdir(candidate, 0o755) == 0 {
        self.path = candidate
        lock = try FolderLock(folder: candidate, fileName: Self.lockFile)
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
  /// - Throws: `FileError` when there is no such run, `FolderBusy` when another process is at work on it.
  public init(resuming path: String) throws {
    guard FileManager.default.fileExists(atPath: path + "/" + Self.experimentFile) else {
      throw FileError(.missing, path: path, reason: "not a run: it has no \(Self.experimentFile)")
    }
    self.path = path
    lock = try FolderLock(folder: path, fileName: Self.lockFile)
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
        mienVersion: mienVersion, experimentSHA256: Checksum.sha256Hex(try AtomicFile.read(file)),
        dataSHA256: dataSHA256,
        splitsSHA256: try experiment.splitsFile.map { Checksum.sha256Hex(try AtomicFile.read($0)) }))
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
  /// - Parameters:
  ///   - learningCurve: of the best candidate, if that was asked for.
  ///   - report: told how many keypoints and regions have been permuted, one call at a time.
  /// - Returns: notes for the reader, such as pictures that could not be drawn.
  /// - Throws: `FileError` when a file cannot be written.
  public func write(
    _ outcome: ExperimentOutcome, dataset: LandmarkDataset, dataSHA256: [String: String], threads: Int, started: Date,
    learningCurve: LearningCurve? = nil, report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [String] {
    let best = outcome.best
    try write(splits(outcome, dataset), "splits.csv")
    try write(outcome.results.csv, "cv_results.csv")
    if let learningCurve { try write(learningCurve.csv, RunFigures.learningCurveFile) }
    try write(JSONEncoder.forFiles.encode(Metrics(outcome)) + Data("\n".utf8), "metrics.json")
    try write(best.evaluation.report.text(digits: 4), "classification_report.txt")
    try write(best.evaluation.report.csv, "classification_report.csv")
    try write(best.evaluation.confusion.csv, "confusion_matrix.csv")
    try write(best.evaluation.reliability.csv, "reliability.csv")
    try write(predictions(outcome, dataset), "predictions.csv")
    try write(errors(best.evaluation, dataset), "errors.csv")
    let explanation = try outcome.explanation(on: dataset, threads: threads, report: report)
    let importances = ImportanceTable(best.model) ?? explanation.map(ImportanceTable.init)
    if let importances { try write(importances.csv, "importances.csv") }
    if let explanation { try write(explanation.csv, RunFigures.classImportancesFile) }
    let members = outcome.memberTables
    if !members.isEmpty { try write(MemberTable.csv(members), "ensemble_members.csv") }
    for selected in outcome.selected {
      guard case .boostedTrees(let trees) = selected.model.learner else { continue }
      try write(
        trees.importancesCSV(featureNames: selected.model.seenFeatureNames), "importances_gradient_boosting.csv")
    }
    try AtomicFile.createFolder(path + "/models")
    for selected in outcome.selected {
      try selected.model.write(to: "\(path)/models/\(selected.result.name).mien")
    }
    let figures = try RunFigures(
      outcome, dataset: dataset, importances: importances, explanation: explanation, learningCurve: learningCurve)
    for (name, table) in figures.tables { try write(table, name) }
    let notes =
      outcome.warnings
      + (try Gnuplot.draw(figures.plots, inFolder: path + "/" + RunFigures.folder) { draw in
        try lock.checkIsInPlace()
        try draw()
      })
    let manifest = Manifest(
      mienVersion: mienVersion, experiment: outcome.experiment.name, seed: outcome.experiment.seed, threads: threads,
      memoryBytes: MemoryBudget.bytes,
      started: started.ISO8601Format(), seconds: (Date().timeIntervalSince(started) * 1000).rounded() / 1000,
      peakMemoryBytes: outcome.peakMemory, points: dataset.scheme.pointCount,
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
    let report = RunReport(
      outcome: outcome, dataset: dataset, dataSHA256: dataSHA256, manifest: manifest, figures: figures, notes: notes,
      folder: path)
    try write(report.page.html, "report.html")
    try lock.checkIsInPlace()
    return notes
  }

  private func write(_ text: String, _ name: String) throws { try write(Data(text.utf8), name) }

  private func write(_ data: Data, _ name: String) throws {
    try lock.checkIsInPlace()
    try AtomicFile.write(data, to: "\(path)/\(name)")
  }

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
    let learned = Set(training.learned.lazy.filter { $0 < training.scoredCount }.map { outcome.holdOut.training[$0] })
    for row in labels.indices {
      let fold = foldOfRow[row]
      csv.append([
        "\(row)", images[row], dataset.classes[labels[row]], fold == nil ? "test" : "train", fold.map { "\($0)" } ?? "",
        "", learned.contains(row) ? "1" : "0",
      ])
    }
    for (number, original) in training.originals[training.scoredCount...].enumerated() {
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
    var csv = CSVText(
      header: ["row", "image", "label", "predicted", "probability_predicted", "probability_label"])
    for index in evaluation.mostConfidentErrors {
      let row = evaluation.rows[index]
      csv.append([
        "\(row)", images[row], dataset.classes[evaluation.labels[index]],
        dataset.classes[evaluation.predictions[index]], "\(evaluation.certainty(index))",
        "\(evaluation.probabilities[index, evaluation.labels[index]])",
      ])
    }
    return csv.text
  }
}

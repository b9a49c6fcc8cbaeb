import Basics
import Foundation
import ModelSelection

/// What a finished run folder says of itself.
public struct RunSummary: Sendable, Encodable {
  /// The folder.
  public let path: String
  /// The experiment's name.
  public let experiment: String
  /// When the run was started, in ISO 8601.
  public let started: String
  /// Seconds from start to end.
  public let seconds: Double
  /// The SHA-256 of each table by class.
  package let tableChecksums: [String: String]
  /// The best learner and its parameters.
  public let best: String
  /// What chose the best candidate.
  public let scoring: String
  /// The best candidate's mean score.
  public let crossValidationScore: Double
  /// Accuracy on the rows held out, or out of fold when none were.
  public let accuracy: Double
  /// Its 95 % interval.
  public let accuracyInterval: [Double]
  /// The rows it was evaluated on.
  public let rows: Int

  /// Reads a run folder; `nil` when there is no finished run in it.
  public init?(folder: String) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let metricsFile = try? AtomicFile.read(folder + "/metrics.json"),
      let metrics = try? decoder.decode(Metrics.self, from: metricsFile),
      let manifestFile = try? AtomicFile.read(folder + "/manifest.json"),
      let manifest = try? decoder.decode(Manifest.self, from: manifestFile),
      let learner = metrics.learners.first(where: { $0.learner == metrics.best })
    else { return nil }
    let scored = learner.test ?? learner.outOfFold
    path = folder
    experiment = manifest.experiment
    started = manifest.started
    seconds = manifest.seconds
    tableChecksums = manifest.data.mapValues(\.sha256)
    best =
      learner.learner + ": "
      + learner.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    scoring = metrics.scoring
    crossValidationScore = learner.crossValidation.meanTestScore
    accuracy = scored.accuracy
    accuracyInterval = scored.accuracyInterval
    rows = scored.rows
  }

  /// The finished runs in a folder of runs, by name.
  ///
  /// - Throws: `FileError` when the folder cannot be listed.
  public static func runs(in folder: String) throws -> [RunSummary] {
    try AtomicFile.visibleNames(inFolder: folder).compactMap { RunSummary(folder: folder + "/" + $0) }
  }
}

/// Two runs' predictions of the same rows, side by side.
public struct RunComparison: Sendable, Encodable {
  /// The two runs.
  public let runs: [RunSummary]
  /// Which rows are compared: `test`, or `out_of_fold` where nothing was held out.
  public let split: String
  /// Rows that both runs predicted.
  public let rows: Int
  /// Accuracies on those rows.
  public let accuracies: [Double]
  /// McNemar's test on those rows.
  public let test: McNemarTest
  /// Its probability.
  public let pValue: Double
  /// Whether chance explains the difference at the 5 % level.
  public let isSignificant: Bool

  /// Compares two finished runs on the rows that both have evaluated, best the same held-out third.
  ///
  /// - Throws: `FileError` when a folder is no finished run; `RunMismatch` when the runs have no rows in common.
  public init(_ first: String, _ second: String) throws {
    let summaries = try [first, second].map { folder in
      guard let summary = RunSummary(folder: folder) else {
        throw FileError(.missing, path: folder, reason: "not a finished run: no metrics.json and manifest.json")
      }
      return summary
    }
    let predictions = try [first, second].map(RunPredictions.init)
    let split = predictions.allSatisfy { $0.rows["test"] != nil } ? "test" : "out_of_fold"
    let ours = predictions[0].rows[split] ?? [:]
    let theirs = predictions[1].rows[split] ?? [:]
    let shared = ours.keys.filter { theirs[$0]?.label == ours[$0]?.label }.sorted()
    guard summaries[0].tableChecksums == summaries[1].tableChecksums || predictions.allSatisfy(\.hasImages) else {
      throw RunMismatch(
        description: "\(first) and \(second) have different tables without image names: their rows cannot be matched")
    }
    guard !shared.isEmpty else {
      throw RunMismatch(description: "\(first) and \(second) have no \(split) rows in common: were they split alike?")
    }
    let right = [ours, theirs].map { rows in shared.map { rows[$0].map { $0.label == $0.predicted } == true ? 1 : 0 } }
    let everywhere = Array(repeating: 1, count: shared.count)
    runs = summaries
    self.split = split
    rows = shared.count
    accuracies = right.map { Double($0.reduce(0, +)) / Double(shared.count) }
    test = McNemarTest(labels: everywhere, first: right[0], second: right[1])
    pValue = test.pValue
    isSignificant = test.isSignificant
  }
}

/// Runs that cannot be compared.
public struct RunMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and the cure.
  public let description: String
}

/// The content of `predictions.csv`.
private struct RunPredictions {
  struct Row {
    var label: String
    var predicted: String
  }

  /// By split, then by row and image.
  var rows: [String: [String: Row]] = [:]
  /// Whether every row says which image it is of.
  var hasImages = true

  init(folder: String) throws {
    let path = folder + "/predictions.csv"
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    let records = CSVText.records(text)
    guard let header = records.first, let image = header.firstIndex(of: "image"),
      let label = header.firstIndex(of: "label"), let split = header.firstIndex(of: "split"),
      let predicted = header.firstIndex(of: "predicted"), records.allSatisfy({ $0.count == header.count })
    else { throw RunMismatch(description: "\(path): not the predictions of a run") }
    for fields in records.dropFirst() {
      hasImages = hasImages && !fields[image].isEmpty
      rows[fields[split], default: [:]][fields[0] + "," + fields[image]] = Row(
        label: fields[label], predicted: fields[predicted])
    }
  }
}

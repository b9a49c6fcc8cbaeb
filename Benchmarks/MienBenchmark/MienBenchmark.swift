import Basics
import Features
import Foundation
import Landmarks
import Learning
import Mien
import ModelSelection
import Reporting

/// Times one piece of work inside the process and prints the seconds; `bench.py` runs it in turn with the peer.
///
///     MienBenchmark read FOLDER             all tables of a folder, from files to the matrix that learners take
///     MienBenchmark search EXPERIMENT SEED [none|paths]
///                                           the grid, from rows in memory to the result table; with `none` every fit is
///                                           made alone, with `paths` nothing is shared between folds
///     MienBenchmark aligned FOLDER OUT ROWS  tables of some aligned faces
///     MienBenchmark fit EXPERIMENT [FOLDER] the experiment's first candidate on all rows, and its answers for 5,000 rows
///     MienBenchmark optima EXPERIMENT [FOLDER]
///                                           what support vector machines come to on each fold
@main
enum MienBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let report: any Encodable
    switch (arguments.first, arguments.dropFirst().first) {
    case ("read", let folder?): report = try read(folder)
    case ("search", let path?):
      let rest = Array(arguments.dropFirst(2))
      report = try search(
        path, seed: rest.first.flatMap { UInt64($0) } ?? 42, sharing: rest.last.flatMap(Sharing.init) ?? .all,
        folder: rest.count > 1 && Sharing(rawValue: rest[1]) == nil ? rest[1] : nil)
    case ("aligned", let folder?):
      let rest = Array(arguments.dropFirst(2))
      report = try writeAligned(folder, to: rest[0], rows: Int(rest[1]) ?? 0)
    case ("fit", let path?): report = try fit(path, folder: arguments.dropFirst(2).first)
    case ("optima", let path?): report = try Optima(path, folder: arguments.dropFirst(2).first)
    default:
      FileHandle.standardError.write(
        Data(
          "usage: MienBenchmark read FOLDER | search EXPERIMENT SEED [none|paths|FOLDER] | aligned FOLDER OUT ROWS | fit EXPERIMENT [FOLDER] | optima EXPERIMENT [FOLDER]\n"
            .utf8))
      exit(64)
    }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  struct Report: Encodable {
    var seconds: Double
    var rows: Int
    /// The mean score of each candidate, in the order of the result table.
    var meanScores: [Double] = []
    /// The mean logarithm of the true class's probability, by candidate.
    var meanLogLikelihoods: [Double] = []
    /// Seconds for 5,000 rows' probabilities, the least of five times.
    var predictSeconds: Double?
    /// The most memory that the process held.
    var peakBytes = peakMemory
  }

  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  private static func fit(_ path: String, folder: String?) throws -> Report {
    let experiment = try Experiment(contentsOf: path)
    let rows = try experiment.features[0].pipeline.rows(of: LandmarkDataset(folder: folder ?? experiment.dataFolder))
    let candidate = experiment.candidates[0]
    let learner = try candidate.family.learner(candidate.values)
    let (model, seconds) = try timed {
      try learner.fit(rows, seed: experiment.seed, threads: Parallel.availableThreads)
    }
    let some = rows.features.selecting(rows: (0..<5000).map { $0 * rows.count / 5000 })
    let times = try (0..<20).map { _ in try timed { try model.probabilities(of: some) }.seconds }
    return Report(seconds: seconds, rows: rows.count, predictSeconds: times.min())
  }

  private static func timed<Result>(_ work: () throws -> Result) rethrows -> (Result, seconds: Double) {
    let start = ContinuousClock.now
    let result = try work()
    return (result, (ContinuousClock.now - start).seconds)
  }

  private static func read(_ folder: String) throws -> Report {
    let (rows, seconds) = try timed {
      try FeaturePipeline(stageNames: ["raw"]).rows(of: LandmarkDataset(folder: folder))
    }
    return Report(seconds: seconds, rows: rows.count)
  }

  /// Writes tables of aligned faces, rows taken evenly, so that peers learn from the same numbers.
  private static func writeAligned(_ folder: String, to target: String, rows count: Int) throws -> Report {
    let dataset = try LandmarkDataset(folder: folder)
    let rows = try FeaturePipeline(stageNames: ["aligned"]).rows(of: dataset)
    let names = try FeaturePipeline(stageNames: ["aligned"]).featureNames(for: dataset.scheme)
    let chosen = rows.selecting((0..<count).map { $0 * rows.count / count })
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    for (label, name) in chosen.classes.enumerated() {
      let lines = chosen.labels.indices.filter { chosen.labels[$0] == label }.map { row in
        chosen.features[row: row].map { "\($0)" }.joined(separator: ",")
      }
      let text = ([names.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
      try text.write(toFile: "\(target)/\(name).csv", atomically: true, encoding: .utf8)
    }
    return Report(seconds: 0, rows: count)
  }

  private static func search(_ path: String, seed: UInt64, sharing: Sharing, folder: String?) throws -> Report {
    let experiment = try Experiment(contentsOf: path)
    let rows = try experiment.features[0].pipeline.rows(of: LandmarkDataset(folder: folder ?? experiment.dataFolder))
    let holdOut = try HoldOut(
      labels: rows.labels, classes: rows.classes, testSize: experiment.testSize, seed: seed)
    let training = rows.selecting(holdOut.training)
    let (results, seconds) = try timed {
      let folds = try StratifiedFolds(
        labels: training.labels, classes: training.classes, count: experiment.foldCount)
      let search = try GridSearch(
        candidates: experiment.candidates.map(sharing.limited), seed: seed, threads: Parallel.availableThreads)
      let results = try search.run(on: training, folds: folds)
      _ = results.csv
      return results
    }
    return Report(
      seconds: seconds, rows: training.count, meanScores: results.candidates.map(\.meanScore),
      meanLogLikelihoods: results.candidates.map { $0.mean(.negativeLogLoss) })
  }
}

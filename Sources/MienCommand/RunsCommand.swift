import ArgumentParser
import Basics
import Foundation
import Mien

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List finished runs with their accuracies.")

  enum Order: String, ExpressibleByArgument, CaseIterable { case name, accuracy, started }

  @Argument(help: "Folder of runs.")
  var folder = "experiments/runs"

  @Option(help: "Sort key; best or newest first.")
  var sort: Order = .name

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var runs = try RunSummary.runs(in: folder)
    switch sort {
    case .name: break
    case .accuracy: runs.sort { $0.accuracy > $1.accuracy }
    case .started: runs.sort { $0.started > $1.started }
    }
    if json {
      try Console.print(String(decoding: JSONEncoder.forFiles.encode(runs), as: UTF8.self))
      return
    }
    let rows = runs.map { run in
      [
        (run.path as NSString).lastPathComponent, DecimalText.text(run.accuracy, 4),
        run.accuracyInterval.map { DecimalText.text($0, 4) }.joined(separator: " – "), "\(run.rows)",
        DecimalText.text(run.crossValidationScore, 4), run.scoring, run.started, run.best,
      ]
    }
    try Console.print(
      Console.table(
        header: ["run", "accuracy", "95 % interval", "rows", "cv score", "scoring", "started", "best candidate"],
        rows: rows, rightAligned: [1, 3, 4]))
  }
}

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Test whether the models of two runs differ significantly.",
    discussion: "McNemar's test on the held-out rows that both runs share; their splits must be equal.")

  @Argument(help: "A finished run.")
  var first: String

  @Argument(help: "Another finished run.")
  var second: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let comparison = try RunComparison(first, second)
    if json {
      try Console.print(String(decoding: JSONEncoder.forFiles.encode(comparison), as: UTF8.self))
      return
    }
    let onlyRight = [comparison.test.onlyFirstRight, comparison.test.onlySecondRight]
    let rows = comparison.runs.indices.map { index in
      [
        comparison.runs[index].path, DecimalText.text(comparison.accuracies[index], 4), "\(onlyRight[index])",
        comparison.runs[index].best,
      ]
    }
    try Console.print(
      Console.table(
        header: ["run", "accuracy", "only it is right", "best candidate"], rows: rows, rightAligned: [1, 2]))
    let verdict = comparison.isSignificant ? "the difference is significant" : "the difference is not significant"
    try Console.print(
      "\n\(comparison.rows) \(comparison.split) rows, McNemar's test: p \(DecimalText.probability(comparison.pValue)), "
        + verdict)
  }
}

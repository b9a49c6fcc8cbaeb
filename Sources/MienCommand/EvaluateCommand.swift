import ArgumentParser
import Basics
import Foundation
import Landmarks
import Mien
import ModelFiles
import ModelSelection
import Reporting

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate a model on landmark tables that it has not seen.",
    usage: "mien evaluate [<model.mien>] <tables> ... [--json]",
    discussion: """
      TABLES is a folder of <class>.csv files, or such files. A first argument ending in .mien is the model. Default: \
      models/expression-4.mien for tables with descriptors, models/expression-4-landmarks.mien for others.
      """)

  @Argument(help: "A model file (optional), then a folder of landmark tables, or tables.")
  var arguments: [String]

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let (named, paths) = try ModelLocator.split(arguments)
    guard !paths.isEmpty else { throw ValidationError("no tables to evaluate the model on") }
    let model = try named ?? suppliedModel(for: paths)
    let evaluation = try model.evaluation(on: LandmarkDataset(paths: paths, descriptors: model.features.descriptors))
    let checksums = try LandmarkDataset.checksums(paths: paths)
    let seen = checksums.keys.filter { checksums[$0] == model.training.dataSHA256[$0] }.sorted()
    if !seen.isEmpty {
      Console.error(
        "note: the model was trained on rows of these tables (\(seen.joined(separator: ", "))): "
          + "this says nothing about new faces")
    }
    if json {
      try Console.print(
        String(decoding: JSONEncoder.forFiles.encode(EvaluationRecord(evaluation)), as: UTF8.self))
      return
    }
    try Console.print("accuracy  \(evaluation.accuracy.text)\n")
    try Console.print(evaluation.report.text(digits: 4))
    let matrix = evaluation.confusion
    let rows = zip(matrix.classes, matrix.counts).map { [$0] + $1.map(String.init) }
    try Console.print(
      Console.table(
        header: ["true \\ predicted"] + matrix.classes, rows: rows,
        rightAligned: Set(1...matrix.classes.count)))
  }

  /// The model for tables when none is named; which one that is stands on standard error.
  private func suppliedModel(for paths: [String]) throws -> TrainedModel {
    let (supplied, missing) = ModelLocator.supplied(forTables: paths)
    if let missing { Console.error("note: \(missing)") }
    if !json { Console.error("model: \(supplied.note)") }
    return try supplied.load()
  }
}

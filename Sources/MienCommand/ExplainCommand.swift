import ArgumentParser
import Basics
import Foundation
import Landmarks
import Learning
import Mien
import ModelFiles
import ModelSelection

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Measure which features, landmarks and regions a model relies on.",
    usage: "mien explain [<model.mien>] <tables> ... [--row <n>] [--out <dir>] [--json]",
    discussion: """
      Permutation importance: loss of accuracy and of each class's recall when the values of a feature, a landmark or a \
      facial region are permuted. Measured on rows of TABLES, preferably rows that the model has not seen. importances.csv \
      also has the loss of the area under each class's ROC curve, which is drawn on its mean face.

      With --row: exact Shapley values of one prediction. Tree models on features without pca or mirror only.
      """)

  @Argument(help: "A model file (optional), then a folder of landmark tables, or tables.")
  var arguments: [String]

  @Option(help: ArgumentHelp("Explain the prediction for one row of the tables, counted from 0.", valueName: "n"))
  var row: Int?

  @Option(help: ArgumentHelp("Repeats of each permutation.", valueName: "n"))
  var repeats = 5

  @Option(help: ArgumentHelp("Number of rows to measure on, sampled evenly.", valueName: "n"))
  var rows = 2000

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the permutations.", valueName: "n"))
  var seed: UInt64 = 42

  @Option(help: ArgumentHelp("Write importances.csv and plots to this folder.", valueName: "dir"))
  var out: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var jobs: JobsArgument

  func validate() throws {
    guard (1...1000).contains(repeats) else { throw ValidationError("--repeats must be from 1 to 1000") }
    guard row == nil || out == nil else { throw ValidationError("--out goes with permutation importance, not --row") }
    guard rows >= 10 else { throw ValidationError("--rows must be at least 10") }
  }

  func run() throws {
    let (named, paths) = try ModelLocator.split(arguments)
    let model = try named ?? ModelLocator.Supplied.explained.load()
    guard !paths.isEmpty else { throw ValidationError("no tables to measure importances on") }
    if named == nil, !json {
      Console.error("model: \(ModelLocator.Supplied.explained.note); name another one first to explain that")
    }
    if !model.features.descriptors.isEmpty, row == nil {
      Console.error("note: \(Explanation.descriptorsStay)")
    }
    let dataset = try LandmarkDataset(paths: paths, descriptors: model.features.descriptors)
    if let row { return try explain(RowExplanation(model, on: dataset, row: row)) }
    let progress = ProgressLine()
    let explanation = try Explanation(
      model, on: dataset, rows: rows, repeats: repeats, seed: seed, threads: jobs.count
    ) { done, total in
      progress.update(done: done, total: total) { "\(done) of \(total) permuted" }
    }
    if let out {
      for note in try explanation.write(toFolder: out, dataset: dataset) { Console.error("note: \(note)") }
    }
    if json {
      try Console.print(String(decoding: JSONEncoder.forFiles.encode(explanation), as: UTF8.self))
      return
    }
    for (title, importances) in [
      ("region", explanation.regions), ("keypoint", explanation.keypoints), ("feature", explanation.features),
    ] {
      guard !importances.isEmpty else { continue }
      let shown = importances.sorted { $0.mean > $1.mean }.prefix(12)
      let table = shown.map { importance in
        [importance.name, DecimalText.text(importance.mean, 4), DecimalText.text(importance.std, 4)]
          + importance.perClass.map { DecimalText.text($0, 3) }
      }
      try Console.print(
        Console.table(
          header: [title, "accuracy loss", "std"] + model.classes, rows: table,
          rightAligned: Set(1..<3 + model.classes.count)) + "\n")
    }
    if let out { try Console.print("table and plots: \(out)") }
  }

  private func explain(_ explanation: RowExplanation) throws {
    if json {
      try Console.print(String(decoding: JSONEncoder.forFiles.encode(explanation), as: UTF8.self))
      return
    }
    let image = explanation.image.isEmpty ? "" : " (\(explanation.image))"
    let probability = explanation.probabilities[explanation.prediction] ?? 0
    try Console.print(
      "row \(explanation.row)\(image): \(explanation.label), predicted \(explanation.prediction) "
        + "with probability \(DecimalText.text(probability, 3)), calibrated; contributions are before calibration\n")
    let chosen = explanation.outputs.firstIndex(of: explanation.prediction) ?? 0
    for (title, shares) in [
      ("region", explanation.regions), ("keypoint", explanation.keypoints), ("feature", explanation.features),
    ] {
      let shown = shares.sorted { abs($0.contributions[chosen]) > abs($1.contributions[chosen]) }.prefix(12)
      var rows = shown.map { [$0.name] + $0.contributions.map { DecimalText.text($0, 3) } }
      if title == "region" {
        rows.append(["base value"] + explanation.base.map { DecimalText.text($0, 3) })
        rows.append(["sum"] + explanation.total.map { DecimalText.text($0, 3) })
      }
      try Console.print(
        Console.table(
          header: [title] + explanation.outputs, rows: rows, rightAligned: Set(1..<1 + explanation.outputs.count))
          + "\n")
    }
    try Console.print("Values are SHAP contributions to the class \(explanation.quantity.rawValue).")
  }
}

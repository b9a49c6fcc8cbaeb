import Basics
import Foundation
import Landmarks
import Learning
import ModelSelection
import Reporting

/// The page that a run is read by.
struct RunReport {
  let outcome: ExperimentOutcome
  let dataset: LandmarkDataset
  let dataSHA256: [String: String]
  let manifest: Manifest
  let figures: RunFigures
  /// What readers must not miss.
  let notes: [String]
  /// The run folder, in which pictures are drawn.
  let folder: String

  private var best: SelectedModel { outcome.best }
  private var experiment: Experiment { outcome.experiment }
  private var evaluation: Evaluation { best.evaluation }

  var page: Page {
    let sections = [
      Section("Data", question),
      Section("Best model", bestModel),
      Section("Grid", figures.grids.compactMap(figure)),
      Section("Learning curve", figures.learningCurve.compactMap(figure)),
      Section("Confusion matrix", figures.confusion.compactMap(figure)),
      Section("Classes", classes),
      Section("Probabilities", probabilities),
      Section("Ranking", figures.rankCurves.compactMap(figure)),
      Section("Importance", figures.importances.compactMap(figure)),
      Section("Most confident errors", mistakes),
      Section("Time and memory", [costTable]),
      Section("Candidates", candidates),
      Section("Reproduction", reproduction),
    ]
    return Page(
      title: experiment.name, lead: lead, sections: sections.filter { !$0.isEmpty })
  }

  private var lead: String {
    let accuracy = evaluation.accuracy
    let interval = accuracy.interval
    return "\(best.result.name) with \(best.result.choices): accuracy "
      + "\(DecimalText.text(100 * accuracy.accuracy, 1)) % on \(accuracy.rows) \(outcome.evaluatedRowsText) (95 % interval "
      + "\(DecimalText.text(100 * interval.lowerBound, 1)) to \(DecimalText.text(100 * interval.upperBound, 1)) %). Best of "
      + "\(outcome.contendersText) in \(outcome.results.folds.count)-fold cross-validation on "
      + "\(dataset.rowCount) faces of \(dataset.classes.count) classes."
  }

  // MARK: What was asked and what came of it

  private var question: [Block] {
    let isRankedByIt = outcome.results.refit == experiment.scoring && !outcome.results.choosesByCalibrated
    var facts = [
      (
        "Faces",
        "\(dataset.rowCount): \(outcome.holdOut.training.count) in cross-validation, \(outcome.holdOut.test.count) held out"
      ),
      ("Candidates × folds", "\(outcome.results.candidates.count) × \(outcome.results.folds.count)"),
      ("Scoring", experiment.scoring.rawValue + (isRankedByIt ? "" : "; refit by \(outcome.refitText)")),
      ("Features", outcome.featuresText),
      ("Landmarks per face", "\(dataset.scheme.pointCount)"),
      ("Class balance", experiment.balance.rawValue),
    ]
    facts += experiment.learners.map { learner in
      let lists = learner.grid.lists.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value.map(\.description).joined(separator: ", "))" }
      return (learner.family.name, lists.isEmpty ? "defaults" : lists.joined(separator: "; "))
    }
    var counts = dataset.tables.map { _ in (training: 0, test: 0) }
    let labels = dataset.labels
    for row in outcome.holdOut.training { counts[labels[row]].training += 1 }
    for row in outcome.holdOut.test { counts[labels[row]].test += 1 }
    let table = PageTable(
      caption: "Faces by class",
      columns: [.init("class")]
        + ["faces", "in cross-validation", "held out"].map { PageTable.Column($0, isNumber: true) },
      rows: zip(dataset.tables, counts).map { [$0.className, "\($0.rowCount)", "\($1.training)", "\($1.test)"] })
    return notes.map(Block.note) + [.facts(facts), .table(table)] + [figures.meanKeypoints].compactMap(figure)
  }

  private var bestModel: [Block] {
    var facts = [
      ("Best candidate", "\(best.result)"),
      ("Cross-validation, \(experiment.scoring.rawValue)", best.result.scoreText),
    ]
    if let test = best.test { facts.append(("Accuracy on held-out rows", test.accuracy.text)) }
    let counts = evaluation.labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    if let most = counts.values.max() {
      facts.append(
        ("Baseline (most frequent class)", DecimalText.text(Double(most) / Double(max(1, evaluation.labels.count)), 4)))
    }
    if let text = outcome.runnerUpText { facts.append(("Runner-up", text)) }
    facts += outcome.comparisons.map { ("Against \($0.other.result.name)", $0.test.text) }
    let rows = outcome.selected.map { selected in
      let record = EvaluationRecord(selected.evaluation)
      let interval = record.accuracyInterval.map { DecimalText.text($0, 4) }.joined(separator: " to ")
      return [selected.result.name, "\(selected.result.choices)"]
        + [selected.result.meanScore, selected.result.stdScore, record.accuracy].map { DecimalText.text($0, 4) } + [
          interval
        ]
        + [record.balancedAccuracy, record.macroF1, record.logLoss].map { DecimalText.text($0, 4) }
    }
    let numbers = [
      "mean \(experiment.scoring.rawValue)", "standard deviation", "accuracy", "95 % interval", "balanced accuracy",
      "macro F1", "log loss",
    ]
    let table = PageTable(
      caption: "The best candidate of each learner\(outcome.ensembles.isEmpty ? "" : ", and ensembles"): "
        + "validation score, then metrics on "
        + "\(evaluation.rows.count) \(outcome.evaluatedRowsText)",
      columns: [.init("learner"), .init("parameters")] + numbers.map { .init($0, isNumber: true) }, rows: rows,
      emphasised: Set(outcome.selected.indices.filter { rows[$0][0] == best.result.name }))
    return [.facts(facts), .table(table)] + outcome.memberTables.map { .table($0.pageTable) }
  }

  private var classes: [Block] {
    let report = evaluation.report
    let rows = zip(zip(report.classes, report.perClass), figures.curves).map { entry, curves in
      let (name, scores) = entry
      let ranks = [curves.roc?.area, curves.precisionRecall?.averagePrecision]
      return [name] + [scores.precision, scores.recall, scores.f1].map { DecimalText.text($0, 4) }
        + ranks.map { $0.map { DecimalText.text($0, 4) } ?? "" } + ["\(scores.support)"]
    }
    let means = [("Macro average", report.macroAverage), ("Weighted average", report.weightedAverage)].map {
      name, scores in
      let texts = [scores.precision, scores.recall, scores.f1].map { DecimalText.text($0, 4) }
      return (name, "precision \(texts[0]), recall \(texts[1]), F1 \(texts[2])")
    }
    let table = PageTable(
      caption: "Scores by class on \(evaluation.rows.count) \(outcome.evaluatedRowsText)",
      columns: [.init("class")]
        + ["precision", "recall", "F1", "ROC area", "average precision", "rows"].map { .init($0, isNumber: true) },
      rows: rows)
    return [.table(table), .facts(means)] + [figures.classScores].compactMap(figure)
  }

  private var probabilities: [Block] {
    let record = EvaluationRecord(evaluation)
    var facts = [
      ("Expected calibration error", DecimalText.text(record.expectedCalibrationError, 4)),
      ("Log loss", DecimalText.text(record.logLoss, 4)),
    ]
    if best.model.calibration != .none { facts.append(("Calibration", best.calibrationText)) }
    return [.facts(facts)] + figures.reliability.compactMap(figure)
  }

  // MARK: Mistakes

  /// How many mistakes are shown.
  private static let maxErrors = 12

  private var mistakes: [Block] {
    let mistakes = evaluation.mostConfidentErrors
    guard !mistakes.isEmpty else { return [.paragraph("None.")] }
    let images = dataset.metadata("image")
    let items = mistakes.prefix(Self.maxErrors).map { index in
      let row = evaluation.rows[index]
      let (label, prediction) = (evaluation.labels[index], evaluation.predictions[index])
      let ranked = dataset.classes.indices.sorted {
        evaluation.probabilities[index, $0] > evaluation.probabilities[index, $1]
      }
      let named = ranked.filter { ranked.count <= 5 || $0 == label || $0 == prediction }
        .map { "\(dataset.classes[$0]) \(DecimalText.text(evaluation.probabilities[index, $0], 3))" }
      let what = "\(dataset.classes[label]), predicted \(dataset.classes[prediction])"
      return galleryItem(
        row: row, image: images[row],
        caption:
          "\(what): \(named.joined(separator: ", ")) (row \(row)\(images[row].isEmpty ? "" : ", \(images[row])"))",
        alternative: "Landmarks of a face that is \(what)")
    }
    return [
      .paragraph(
        "\(mistakes.count) of \(evaluation.rows.count) \(outcome.evaluatedRowsText) are misclassified; these are the "
          + "\(items.count) most confident errors, with the probability of each class. errors.csv has all of them."
      ),
      .gallery(Array(items)),
    ]
  }

  private func galleryItem(row: Int, image: String, caption: String, alternative: String) -> GalleryItem {
    var (table, place) = (0, row)
    while place >= dataset.tables[table].rowCount {
      place -= dataset.tables[table].rowCount
      table += 1
    }
    let shape = dataset.tables[table].face(place).map(Double.init)
    let picture = FacePicture(
      image: image, className: dataset.tables[table].className, tableFolder: experiment.dataFolder)
    guard let picture else {
      return .landmarks(shape, scheme: dataset.scheme, caption: caption, alternative: alternative)
    }
    return GalleryItem(
      imageDataURI: picture.dataURI, svgOverlay: FaceDrawing.svg(shape, scheme: dataset.scheme), width: picture.width,
      height: picture.height, caption: caption, alternative: alternative)
  }

  // MARK: All candidates, and what they took

  private var costTable: Block {
    let peaks = outcome.peakMemory
    let rows = experiment.learners.map(\.family.name).map { learner in
      let all = outcome.results.candidates.filter { $0.candidate.family.name == learner }
      // Candidates that are the same problem are solved once.
      let solved = all.filter { $0.sharedWith == nil }
      func seconds(_ time: (FoldResult) -> Double) -> Double {
        solved.reduce(0) { sum, result in sum + result.folds.reduce(0) { $0 + time($1) } }
      }
      let (fitting, predicting) = (seconds(\.fitTime), seconds(\.scoreTime))
      let each = (fitting + predicting) / Double(max(1, solved.count))
      return [learner, "\(all.count)", "\(solved.count)", "\(solved.count * outcome.results.folds.count)"]
        + [fitting, predicting, each].map { DecimalText.text($0, 2) } + [peaks[learner].map { "\($0 >> 20)" } ?? ""]
    }
    return .table(
      PageTable(
        caption:
          "Seconds by learner with \(manifest.threads) \(manifest.threads == 1 ? "thread" : "threads"); candidates that share a "
          + "computation share its time. The whole run took \(DecimalText.text(manifest.seconds, 1)) seconds. "
          + "Memory is the peak memory of the process while a fit of this learner was running.",
        columns: [.init("learner")]
          + ["candidates", "distinct", "fits", "fitting (s)", "predicting (s)", "per candidate (s)", "memory (MiB)"].map
        {
          .init($0, isNumber: true)
        }, rows: rows))
  }

  /// How many candidates the page lists.
  private static let maxCandidates = 1000

  private var candidates: [Block] {
    let results = outcome.results.candidates
    let order = results.indices.sorted { (results[$0].rank, $0) < (results[$1].rank, $1) }.prefix(Self.maxCandidates)
    let names = Set(results.flatMap { $0.candidate.choices.sorted.map(\.name) }).sorted()
    let isNumber = names.map { name in
      results.allSatisfy { $0.candidate.choices[name].map { $0.realValue != nil } ?? true }
    }
    let rows = order.map { index in
      let result = results[index]
      return ["\(result.rank)", result.candidate.family.name]
        + names.map { result.candidate.choices[$0]?.description ?? "" }
        + [result.meanScore, result.stdScore].map { DecimalText.text($0, 4) }
        + [DecimalText.text(result.folds.reduce(0) { $0 + $1.fitTime }, 3)]
    }
    let left = results.count - order.count
    let table = PageTable(
      caption: "Every candidate's \(experiment.scoring.rawValue) over \(outcome.results.folds.count) folds"
        + (left > 0 ? ", best \(order.count)" : ""),
      columns: [.init("rank", isNumber: true), .init("learner")]
        + zip(names, isNumber).map { .init($0, isNumber: $1) }
        + ["mean", "standard deviation", "fitting (s)"].map { .init($0, isNumber: true) },
      rows: rows, emphasised: Set(rows.indices.filter { results[order[$0]].rank == 1 }))
    return [
      .table(table),
      .paragraph("cv_results.csv has the scores of every fold, in the columns of scikit-learn's cv_results_."),
    ]
  }

  private var reproduction: [Block] {
    let rows = dataSHA256.sorted { $0.key < $1.key }.map { name, checksum in
      [name, manifest.data[name].map { "\($0.rows)" } ?? "", checksum]
    }
    return [
      .paragraph("In the folder of this report:"),
      .preformatted("mien search experiment.yaml --out ../again\nmien compare . ../again"),
      .facts([
        ("Mien", manifest.mienVersion), ("Seed", "\(manifest.seed)"), ("Started", manifest.started),
        ("Threads", "\(manifest.threads); results are the same at any number"), ("System", manifest.host.system),
      ]),
      .table(
        PageTable(
          caption: "Landmark tables",
          columns: [.init("table"), .init("rows", isNumber: true), .init("SHA-256")], rows: rows)),
    ]
  }

  // MARK: Pictures

  /// A picture as it was drawn; `nil` if it was not.
  private func figure(_ entry: RunFigures.Entry) -> Block? {
    let path = "\(folder)/\(RunFigures.folder)/\(entry.plot.name).svg"
    guard let svg = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return .figure(
      Figure(
        name: entry.plot.name, svg: svg, caption: entry.caption, alternative: entry.alternative,
        dataFile: entry.dataFile))
  }
}

extension ExperimentOutcome {
  /// What the best model is evaluated by, in words.
  var evaluatedRowsText: String { best.test == nil ? "out-of-fold rows" : "held-out rows" }
}

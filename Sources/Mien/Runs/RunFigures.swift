import Basics
import Foundation
import Landmarks
import ModelSelection
import Reporting

/// The pictures of a run, and what is said of each.
struct RunFigures {
  /// A picture with its words.
  struct Entry {
    let plot: Plot
    let caption: String
    /// What the picture shows, for people who do not see it.
    let alternative: String
    /// The numbers behind it, seen from the run folder.
    let dataFile: String
  }

  /// The folder of pictures within a run.
  static let folder = "plots"
  /// The numbers of the learning curve, seen from the run folder.
  static let learningCurveFile = "learning_curve.csv"
  /// What permutation costs each class, seen from the run folder.
  static let classImportancesFile = "importances_by_class.csv"

  private(set) var meanKeypoints: Entry
  private(set) var grids: [Entry] = []
  private(set) var learningCurve: [Entry] = []
  private(set) var confusion: [Entry] = []
  private(set) var classScores: Entry
  private(set) var reliability: [Entry] = []
  private(set) var rankCurves: [Entry] = []
  private(set) var importances: [Entry] = []
  /// Tables that stand beside the report, by file name.
  private(set) var tables: [(name: String, csv: String)] = []
  /// The curves of each class, with the points that shape them.
  let curves: [ClassCurves]

  private var entries: [Entry] {
    [meanKeypoints] + grids + learningCurve + confusion + [classScores] + reliability + rankCurves + importances
  }
  /// Everything that is to be drawn.
  var plots: [Plot] { entries.map(\.plot) }

  init(
    _ outcome: ExperimentOutcome, dataset: LandmarkDataset, importances: ImportanceTable?,
    explanation: Explanation? = nil, learningCurve: LearningCurve? = nil
  ) throws {
    let best = outcome.best
    let evaluation = best.evaluation
    let learner = best.result.name
    let rows = "\(learner), \(evaluation.rows.count) \(outcome.judgedRowsText)"
    meanKeypoints = Entry(
      plot: meanKeypointsPlot(dataset), caption: "Mean position of each landmark by class, in image pixels.",
      alternative: "The mean face of each class, drawn by its numbered landmarks: "
        + dataset.classes.joined(separator: ", "),
      dataFile: "\(Self.folder)/mean_keypoints.csv")
    grids = GridScores.all(of: outcome.results).flatMap(Self.gridEntries)
    self.learningCurve = learningCurve.map { [Self.learningCurveEntry($0)] } ?? []
    confusion = Self.confusionEntries(evaluation.confusion, rows: rows)
    let report = evaluation.report
    classScores = Entry(
      plot: classScoresPlot(report, title: "Scores by class: \(rows)"),
      caption: "Precision, recall and their harmonic mean F1, by class.",
      alternative: "F1 by class: "
        + Self.list(zip(report.classes, report.perClass).map { ($0, DecimalText.text($1.f1, 3)) }),
      dataFile: "classification_report.csv")
    curves = evaluation.confusion.classes.enumerated().map { label, name in
      ClassCurves(name, label: label, labels: evaluation.labels, probabilities: evaluation.probabilities).thinned
    }
    if let plot = reliabilityPlot(evaluation.reliability, title: "Reliability: \(rows)") {
      let error = DecimalText.text(evaluation.reliability.expectedCalibrationError, 4)
      reliability = [
        Entry(
          plot: plot,
          caption:
            "How often predictions are right, by the probability they were given. On the diagonal they are right "
            + "as often as they say; above it they are too modest, below it too sure.",
          alternative: "Share of right predictions against their mean probability in "
            + "\(evaluation.reliability.bins.count) bins; the expected calibration error is \(error)",
          dataFile: "reliability.csv")
      ]
    }
    addRankCurves(rows: rows)
    if let importances { addImportances(importances, meanShape: dataset.meanShape, scheme: dataset.scheme) }
    if let explanation {
      addClassImportances(
        try explanation.classImportances(dataset), scheme: dataset.scheme, rows: outcome.explainedRowsText(explanation))
    }
  }

  private static func gridEntries(_ grid: GridScores) -> [Entry] {
    guard let best = grid.best else { return [] }
    let bestText = "The best is \(DecimalText.text(best.mean, 4)) with \(best.values)."
    var entries: [Entry] = []
    if let plot = gridPlot(grid), let axes = grid.axes {
      let left = grid.mapCount - grid.maps.count
      let (x, y) = (grid.parameters[axes.x].name, grid.parameters[axes.y].name)
      entries.append(
        Entry(
          plot: plot,
          caption:
            "\(grid.learner): the mean \(grid.scoring) over the folds of every candidate; the frame marks the best."
            + (left > 0 ? " The \(left) maps with lower scores are left out." : ""),
          alternative: "\(grid.learner): mean \(grid.scoring) over \(x) and \(y). \(bestText)",
          dataFile: "\(folder)/\(plot.name).csv"))
    }
    if let plot = validationPlot(grid) {
      entries.append(
        Entry(
          plot: plot,
          caption:
            "\(grid.learner): the mean \(grid.scoring) at each value of a parameter, the other parameters at their "
            + "best for it, with one standard deviation over the folds to either side; the ring marks the best candidate."
            + (grid.edges.isEmpty
              ? "" : " It stands at the edge of \(grid.edges.joined(separator: " and ")): more may lie beyond."),
          alternative: "\(grid.learner): validation curves of "
            + grid.parameters.map(\.name).joined(separator: ", ") + ". \(bestText)",
          dataFile: "\(folder)/\(plot.name).csv"))
    }
    return entries
  }

  private static func learningCurveEntry(_ curve: LearningCurve) -> Entry {
    let (learner, scoring) = (curve.candidate.family.name, curve.scoring.rawValue)
    return Entry(
      plot: learningCurvePlot(curve, title: "\(learner): mean ± standard deviation over the folds"),
      caption:
        "\(learner) with \(curve.candidate.choices), fitted on growing samples of each fold's training rows: the "
        + "\(scoring) of the rows that it learned from and of those left out, with one standard deviation over the "
        + "folds to either side. Where the lower curve still rises at its end, more faces would help; a wide gap says that "
        + "what is learned is partly by heart.",
      alternative: "\(scoring) of rows left out by the number of rows learned from: "
        + list(curve.points.map { ("\($0.rows)", DecimalText.text($0.meanTestScore, 3)) }),
      dataFile: learningCurveFile)
  }

  private static func confusionEntries(_ matrix: ConfusionMatrix, rows: String) -> [Entry] {
    let diagonal = matrix.classes.indices.map { label in
      (
        matrix.classes[label],
        DecimalText.text(100 * Double(matrix.counts[label][label]) / Double(max(1, matrix.support(label))), 1) + " %"
      )
    }
    let right = matrix.classes.indices.map { (matrix.classes[$0], "\(matrix.counts[$0][$0]) of \(matrix.support($0))") }
    return [
      Entry(
        plot: confusionMatrixPlot(matrix, title: "Confusion matrix, shares: \(rows)"),
        caption: "Of the rows of each true class, the share that is taken for each class.",
        alternative: "Predicted against true class. Right: \(list(diagonal))", dataFile: "confusion_matrix.csv"),
      Entry(
        plot: confusionMatrixPlot(matrix, measure: .counts, title: "Confusion matrix, rows: \(rows)"),
        caption: "The number of rows of each true class that are taken for each class.",
        alternative: "Predicted against true class, in rows. Right: \(list(right))", dataFile: "confusion_matrix.csv"),
    ]
  }

  private mutating func addRankCurves(rows: String) {
    if let roc = rocPlot(curves, title: "Receiver operating characteristic: \(rows)") {
      tables.append(("roc.csv", roc.csv))
      let areas = curves.compactMap { curve in curve.roc.map { (curve.name, DecimalText.text($0.area, 3)) } }
      rankCurves.append(
        Entry(
          plot: roc.plot,
          caption:
            "Each class against all others: rows of the class that are found, against others that are taken for it, "
            + "as the probability that is asked for falls. The area is 1 for a perfect order and 0.5 for chance.",
          alternative: "Curves of true against false positives by class. Area: \(Self.list(areas))", dataFile: "roc.csv"
        ))
    }
    if let plot = precisionRecallPlot(curves, title: "Precision and recall: \(rows)") {
      tables.append(("precision_recall.csv", plot.csv))
      let scores = curves.compactMap { curve in
        curve.precisionRecall.map { (curve.name, DecimalText.text($0.averagePrecision, 3)) }
      }
      rankCurves.append(
        Entry(
          plot: plot.plot,
          caption:
            "Each class against all others: how clean the rows are that are taken for the class, against how many of "
            + "its rows are found.",
          alternative: "Curves of precision against recall by class. Average precision: \(Self.list(scores))",
          dataFile: "precision_recall.csv"))
    }
  }

  private mutating func addImportances(_ table: ImportanceTable, meanShape: [Double], scheme: LandmarkScheme) {
    func first(_ entries: [(name: String, importance: Double)]) -> String {
      Self.list(
        entries.sorted { $0.importance > $1.importance }.prefix(5).map { ($0.name, DecimalText.text($0.importance, 3)) }
      )
    }
    let points = table.points.enumerated().map { (name: "\($0 + 1)", importance: $1) }
    importances.append(
      Entry(
        plot: keypointImportancePlot(
          meanShape: meanShape, pointImportances: table.points.map { max(0, $0) }, scheme: scheme,
          measure: table.measure),
        caption:
          "By landmark, on the mean face: \(table.measure), x and y together. Larger and darker points matter more; "
          + "the first twenty have their number.",
        alternative: "The mean face with its landmarks sized by importance. First: \(first(points))",
        dataFile: "importances.csv"))
    if let plot = regionImportancePlot(
      meanShape: meanShape, regionImportances: table.regions.map { max(0, $0.importance) }, scheme: scheme,
      measure: table.measure)
    {
      importances.append(
        Entry(
          plot: plot,
          caption: "By facial region, on the mean face: \(table.measure). Left and right are the picture's.",
          alternative: "The mean face with its regions drawn as wide as they matter. First: \(first(table.regions))",
          dataFile: "importances.csv"))
    }
    if table.features.isEmpty { return }
    importances.append(
      Entry(
        plot: featureImportancePlot(
          names: table.features.map(\.name), importances: table.features.map(\.importance), measure: table.measure),
        caption: "By feature: \(table.measure).",
        alternative: "Bars of the most important features. First: \(first(table.features))",
        dataFile: "importances.csv"))
  }

  private mutating func addClassImportances(_ classes: [ClassImportances], scheme: LandmarkScheme, rows: String) {
    let first = classes.map { entry in
      let order = entry.points.indices.sorted { (entry.points[$0], $1) > (entry.points[$1], $0) }
      return "\(entry.name): "
        + Self.list(order.prefix(5).map { ("\($0 + 1)", DecimalText.text(entry.points[$0], 3)) })
    }
    importances.append(
      Entry(
        plot: classImportancePlot(classes, scheme: scheme),
        caption:
          "By class, on its mean face: how much of the area under the class's ROC curve, the class against all others, is "
          + "lost when everything that is read off a landmark changes faces, \(rows). Larger and darker points matter "
          + "more, on one scale for all classes; the first eight of each have their number. Landmarks that say the same "
          + "may stand in for each other, or, where a machine leans on their difference, each matter more than both.",
        alternative: "The mean face of each class with its landmarks sized by importance. First: "
          + first.prefix(12).joined(separator: "; "),
        dataFile: Self.classImportancesFile))
  }

  /// `happy 0.91, sad 0.72, …`, cut where a list gets too long to be listened to.
  private static func list(_ entries: [(name: String, value: String)]) -> String {
    let most = 12
    return entries.prefix(most).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
      + (entries.count > most ? " and \(entries.count - most) more" : "")
  }
}

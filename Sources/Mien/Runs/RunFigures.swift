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
    let rows = "\(learner), \(evaluation.rows.count) \(outcome.evaluatedRowsText)"
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
            "Reliability diagram: share of correct predictions by predicted probability. On the diagonal the model is "
            + "perfectly calibrated; above it is underconfident, below it overconfident.",
          alternative: "Share of correct predictions against their mean probability in "
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
            "\(grid.learner): mean validation \(grid.scoring) of every candidate over the folds; the frame marks the best."
            + (left > 0 ? " \(left) maps with lower scores are not shown." : ""),
          alternative: "\(grid.learner): mean \(grid.scoring) over \(x) and \(y). \(bestText)",
          dataFile: "\(folder)/\(plot.name).csv"))
    }
    if let plot = validationPlot(grid) {
      entries.append(
        Entry(
          plot: plot,
          caption:
            "\(grid.learner): validation curves. Mean \(grid.scoring) over the folds ± one standard deviation at each "
            + "value of a parameter, with the other parameters at their best for it; the ring marks the best candidate."
            + (grid.edges.isEmpty
              ? "" : " It lies at the edge of the grid in \(grid.edges.joined(separator: " and ")): extend the grid."),
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
        "Learning curve of \(learner) with \(curve.candidate.choices): training and validation \(scoring), mean over the "
        + "folds ± one standard deviation. If the validation score still rises at the end, more faces would help. A wide gap "
        + "between the curves indicates overfitting.",
      alternative: "Validation \(scoring) by number of training rows: "
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
        caption: "Row-normalized confusion matrix: share of each true class by predicted class.",
        alternative: "Predicted against true class. Correct: \(list(diagonal))", dataFile: "confusion_matrix.csv"),
      Entry(
        plot: confusionMatrixPlot(matrix, measure: .counts, title: "Confusion matrix, rows: \(rows)"),
        caption: "Confusion matrix: number of rows by true and predicted class.",
        alternative: "Predicted against true class, in rows. Correct: \(list(right))", dataFile: "confusion_matrix.csv"),
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
            "ROC curves, one class against the rest: true positive rate against false positive rate as the threshold falls. "
            + "The area is 1 for a perfect ranking and 0.5 for a random one.",
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
            "Precision against recall as the threshold falls, one class against the rest.",
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
          "Importance by landmark on the mean face: \(table.measure), x and y together. Larger and darker points are more "
          + "important; the first twenty are numbered.",
        alternative: "The mean face with its landmarks sized by importance. First: \(first(points))",
        dataFile: "importances.csv"))
    if let plot = regionImportancePlot(
      meanShape: meanShape, regionImportances: table.regions.map { max(0, $0.importance) }, scheme: scheme,
      measure: table.measure)
    {
      importances.append(
        Entry(
          plot: plot,
          caption: "Importance by facial region on the mean face: \(table.measure). Left and right are the image's.",
          alternative: "The mean face with its regions as wide as they are important. First: \(first(table.regions))",
          dataFile: "importances.csv"))
    }
    if table.features.isEmpty { return }
    importances.append(
      Entry(
        plot: featureImportancePlot(
          names: table.features.map(\.name), importances: table.features.map(\.importance), measure: table.measure),
        caption: "Importance by feature: \(table.measure).",
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
          "Permutation importance by class on its mean face: loss of the area under the class's ROC curve (one class against "
          + "the rest) when the features of a landmark are permuted, \(rows). Larger and darker points are more important, on "
          + "one scale for all classes; the first eight of each are numbered. Correlated landmarks can substitute for each "
          + "other; if a model uses their difference, each alone can seem more important than both.",
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

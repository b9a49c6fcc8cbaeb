import Features
import Landmarks
import Learning
import ModelFiles
import ModelSelection

/// Predictions for rows that the predicting model had not seen.
public struct Evaluation: Sendable {
  /// The rows, as indices into the dataset.
  public let rows: [Int]
  /// The class of each row.
  public let labels: [Int]
  /// The class probabilities of each row, `(rows, classes)`.
  public let probabilities: Matrix<Double>
  /// The predicted class of each row.
  public let predictions: [Int]
  /// Labels against predictions.
  public let confusion: ConfusionMatrix

  /// Judges probabilities against labels.
  public init(rows: [Int], labels: [Int], probabilities: Matrix<Double>, classes: [String]) {
    self.rows = rows
    self.labels = labels
    self.probabilities = probabilities
    predictions = probabilities.rowArgmax
    confusion = ConfusionMatrix(classes: classes, labels: labels, predictions: predictions)
  }

  /// The share of right predictions with its interval.
  public var accuracy: AccuracyEstimate { confusion.accuracy }
  /// Precision, recall and F1 by class.
  public var report: ClassificationReport { ClassificationReport(confusion) }
  /// Whether the probabilities are right as often as they say.
  public var reliability: Reliability { Reliability(labels: labels, probabilities: probabilities) }

  /// The predictions that are wrong, as indices into `rows`: the surest first, equally sure ones by row.
  package var mostConfidentErrors: [Int] {
    rows.indices.filter { labels[$0] != predictions[$0] }
      .sorted { (certainty($0), rows[$1]) > (certainty($1), rows[$0]) }
  }

  /// The probability of the predicted class.
  package func certainty(_ index: Int) -> Double { probabilities[index, predictions[index]] }
}

extension TrainedModel {
  /// What the model's classifier sees of a dataset's faces, labeled with the model's own classes.
  ///
  /// - Throws: `DataError` when the points are others, or a table is of a class that the model does not know.
  func labeledRows(of dataset: LandmarkDataset) throws -> LabeledRows {
    try check(dataset.scheme)
    return try LabeledRows(
      features: seen(features.features(of: Faces(dataset))), labels: labels(of: dataset), classes: classes)
  }

  /// The labels of a dataset's faces among the model's own classes.
  func labels(of dataset: LandmarkDataset) throws -> [Int] {
    try dataset.tables.flatMap { table -> [Int] in
      guard let label = classes.firstIndex(of: table.className) else {
        throw DataError(
          "class \"\(table.className)\" is unknown to the model; it knows " + classes.joined(separator: ", "))
      }
      return Array(repeating: label, count: table.rowCount)
    }
  }

  /// Judges the model on the faces of a dataset.
  ///
  /// - Throws: `DataError` when the points are others, or a table is of a class that the model does not know.
  public func evaluation(on dataset: LandmarkDataset) throws -> Evaluation {
    let labels = try labels(of: dataset)
    return Evaluation(
      rows: Array(labels.indices), labels: labels, probabilities: try probabilities(of: Faces(dataset)),
      classes: classes)
  }
}

/// An evaluation as programs read it.
package struct EvaluationRecord: Codable {
  package struct ClassScores: Codable {
    var precision: Double
    var recall: Double
    var f1Score: Double
    var support: Int
  }

  package var accuracy: Double
  package var accuracyInterval: [Double]
  package var rows: Int
  package var balancedAccuracy: Double
  package var macroF1: Double
  package var logLoss: Double
  package var expectedCalibrationError: Double
  package var classes: [String]
  package var perClass: [String: ClassScores]
  /// True classes down, predicted classes across.
  package var confusionMatrix: [[Int]]

  package init(_ evaluation: Evaluation) {
    func score(_ scoring: Scoring) -> Double {
      scoring.score(labels: evaluation.labels, probabilities: evaluation.probabilities)
    }
    let estimate = evaluation.accuracy
    accuracy = estimate.accuracy
    accuracyInterval = [estimate.interval.lowerBound, estimate.interval.upperBound]
    rows = estimate.rows
    balancedAccuracy = score(.balancedAccuracy)
    macroF1 = score(.macroF1)
    logLoss = -score(.negativeLogLoss)
    expectedCalibrationError = evaluation.reliability.expectedCalibrationError
    classes = evaluation.confusion.classes
    perClass = Dictionary(
      uniqueKeysWithValues: zip(classes, evaluation.report.perClass).map { name, scores in
        let row = ClassScores(
          precision: scores.precision, recall: scores.recall, f1Score: scores.f1, support: scores.support)
        return (name, row)
      })
    confusionMatrix = evaluation.confusion.counts
  }
}

import Foundation
import Learning

/// How predictions are scored; larger is better. Names and meanings are scikit-learn's.
public enum Scoring: String, Sendable, CaseIterable, Codable {
  /// The share of right predictions.
  case accuracy
  /// The mean over the classes of the share of their rows that is found.
  case balancedAccuracy = "balanced_accuracy"
  /// The mean over the classes of F1.
  case macroF1 = "f1_macro"
  /// The mean logarithm of the probability that the true class was given.
  case negativeLogLoss = "neg_log_loss"

  /// Scores class probabilities, `(rows, classes)`.
  ///
  /// Means over classes leave out those without rows; for F1, those without rows and predictions.
  public func score(labels: [Int], probabilities: Matrix<Double>) -> Double {
    if self == .negativeLogLoss { return -Self.logLoss(labels: labels, probabilities: probabilities) }
    let matrix = ConfusionMatrix(
      classes: (0..<probabilities.columns).map(String.init), labels: labels, predictions: probabilities.rowArgmax)
    let report = ClassificationReport(matrix)
    func mean(_ value: (ClassificationReport.Scores) -> Double, where counts: (Int) -> Bool) -> Double {
      let chosen = report.perClass.indices.filter(counts).map { value(report.perClass[$0]) }
      return chosen.isEmpty ? 0 : chosen.reduce(0, +) / Double(chosen.count)
    }
    return switch self {
    case .accuracy: matrix.accuracy.accuracy
    case .balancedAccuracy: mean(\.recall) { matrix.support($0) > 0 }
    case .macroF1, .negativeLogLoss: mean(\.f1) { matrix.support($0) + matrix.predicted($0) > 0 }
    }
  }

  /// Every score of class probabilities, `(rows, classes)`.
  static func scores(labels: [Int], probabilities: Matrix<Double>) -> [Scoring: Double] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.score(labels: labels, probabilities: probabilities)) })
  }

  /// The mean of −ln p over the rows, with p kept 2⁻⁵² away from 0 and 1 as scikit-learn does.
  private static func logLoss(labels: [Int], probabilities: Matrix<Double>) -> Double {
    guard !labels.isEmpty else { return 0 }
    let smallest = Double.ulpOfOne
    return labels.enumerated().reduce(0) { sum, row in
      sum - log(min(max(probabilities[row.offset, row.element], smallest), 1 - smallest))
    } / Double(labels.count)
  }
}

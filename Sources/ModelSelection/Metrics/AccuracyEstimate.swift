import Foundation

/// A share of right predictions with its 95 % interval.
public struct AccuracyEstimate: Hashable, Sendable, Codable {
  /// Right predictions.
  public let correct: Int
  /// All predictions.
  public let rows: Int

  /// `correct` of `rows` predictions are right.
  public init(correct: Int, rows: Int) {
    self.correct = correct
    self.rows = rows
  }

  /// The share of predictions that equal the labels.
  public init(labels: [Int], predictions: [Int]) {
    self.init(correct: zip(labels, predictions).count { $0 == $1 }, rows: labels.count)
  }

  /// The share of right predictions; 0 without rows.
  public var accuracy: Double { rows > 0 ? Double(correct) / Double(rows) : 0 }

  /// The 95 % Wilson score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953); 0 … 1 without rows.
  public var interval: ClosedRange<Double> {
    guard rows > 0 else { return 0...1 }
    let z = 1.959_963_984_540_054
    let n = Double(rows)
    let center = (accuracy + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (accuracy * (1 - accuracy) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, center - half)...min(1, center + half)
  }
}

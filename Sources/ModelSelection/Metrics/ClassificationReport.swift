/// Precision, recall and F1 of each class and their means, as scikit-learn's `classification_report` has them.
public struct ClassificationReport: Hashable, Sendable, Codable {
  /// The scores of one class, or a mean of them.
  public struct Scores: Hashable, Sendable, Codable {
    /// Of the rows taken for the class, the share that is of it; 0 when there are none.
    public let precision: Double
    /// Of the rows of the class, the share that is taken for it; 0 when there are none.
    public let recall: Double
    /// The harmonic mean of both; 0 when both are.
    public let f1: Double
    /// The rows of the class.
    public let support: Int
  }

  /// The names of the classes.
  public let classes: [String]
  /// The scores of each class.
  public let perClass: [Scores]
  /// The share of right predictions.
  public let accuracy: AccuracyEstimate

  /// The report of a confusion matrix.
  public init(_ matrix: ConfusionMatrix) {
    classes = matrix.classes
    accuracy = matrix.accuracy
    perClass = matrix.classes.indices.map { label in
      let hits = Double(matrix.counts[label][label])
      let support = matrix.support(label)
      let predicted = matrix.predicted(label)
      let sum = Double(support + predicted)
      return Scores(
        precision: predicted > 0 ? hits / Double(predicted) : 0,
        recall: support > 0 ? hits / Double(support) : 0,
        f1: sum > 0 ? 2 * hits / sum : 0,
        support: support)
    }
  }

  /// The plain mean over the classes.
  public var macroAverage: Scores { average { _ in 1 } }

  /// The mean over the classes, weighted by their rows.
  public var weightedAverage: Scores { average { Double($0.support) } }

  private func average(weight: (Scores) -> Double) -> Scores {
    let total = perClass.reduce(0) { $0 + weight($1) }
    func mean(_ value: (Scores) -> Double) -> Double {
      total > 0 ? perClass.reduce(0) { $0 + weight($1) * value($1) } / total : 0
    }
    return Scores(
      precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1),
      support: perClass.reduce(0) { $0 + $1.support })
  }
}

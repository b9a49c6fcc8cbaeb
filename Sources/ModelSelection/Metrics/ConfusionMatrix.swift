/// How many rows of each class were taken for each class.
public struct ConfusionMatrix: Hashable, Sendable, Codable {
  /// The names of the classes.
  public let classes: [String]
  /// `counts[label][prediction]`.
  public let counts: [[Int]]

  /// Counts labels against predictions, both indices into `classes`.
  public init(classes: [String], labels: [Int], predictions: [Int]) {
    var counts = Array(repeating: Array(repeating: 0, count: classes.count), count: classes.count)
    for (label, prediction) in zip(labels, predictions) { counts[label][prediction] += 1 }
    self.classes = classes
    self.counts = counts
  }

  /// The rows of a class.
  public func support(_ label: Int) -> Int { counts[label].reduce(0, +) }

  /// The rows taken for a class.
  public func predicted(_ label: Int) -> Int { counts.reduce(0) { $0 + $1[label] } }

  /// All rows.
  public var rows: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The share of right predictions.
  public var accuracy: AccuracyEstimate {
    AccuracyEstimate(correct: counts.indices.reduce(0) { $0 + counts[$1][$1] }, rows: rows)
  }
}

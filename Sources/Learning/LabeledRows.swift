/// Rows of features with the class of each: what a learner is fitted on, and what a classifier is evaluated on.
public struct LabeledRows: Sendable {
  /// `(rows, features)`; all values are finite, or NaN where one is missing. Learners that need all values refuse rows
  /// with missing ones.
  public let features: Matrix<Float>
  /// The class of each row: an index into `classes`.
  public let labels: [Int]
  /// The names of the classes.
  public let classes: [String]

  /// Rows with labels.
  ///
  /// - Throws: `DataError` when there are no rows or columns, a value is infinite, or a label has no class.
  /// - Complexity: O(rows × features).
  public init(features: Matrix<Float>, labels: [Int], classes: [String]) throws {
    guard features.rows > 0, features.columns > 0 else {
      throw DataError(features.rows == 0 ? "no training rows" : "rows without features")
    }
    guard labels.count == features.rows else {
      throw DataError("\(labels.count) labels for \(features.rows) rows")
    }
    if let label = labels.first(where: { !classes.indices.contains($0) }) {
      throw DataError("label \(label) has no class: there are \(classes.count)")
    }
    if let place = features.values.firstIndex(where: \.isInfinite) {
      throw DataError(
        "row \(place / features.columns), feature \(place % features.columns) is \(features.values[place]): "
          + "features must be finite")
    }
    self.features = features
    self.labels = labels
    self.classes = classes
  }

  private init(checked features: Matrix<Float>, labels: [Int], classes: [String]) {
    self.features = features
    self.labels = labels
    self.classes = classes
  }

  /// The number of rows.
  public var count: Int { labels.count }

  /// How many rows each class has.
  public var classCounts: [Int] {
    labels.reduce(into: Array(repeating: 0, count: classes.count)) { $0[$1] += 1 }
  }

  /// The rows with the given indices, in their order.
  public func selecting(_ rows: [Int]) -> LabeledRows {
    LabeledRows(checked: features.selecting(rows: rows), labels: rows.map { labels[$0] }, classes: classes)
  }
}

/// Data that cannot be learned from, or a row that does not fit a model.
public struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and the cure where there is one.
  public let description: String

  /// An error with its one line of text.
  public init(_ description: String) { self.description = description }
}

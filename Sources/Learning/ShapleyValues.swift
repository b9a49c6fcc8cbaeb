/// What each feature adds to a prediction: Shapley values. Base and contributions add up to the prediction.
public struct ShapleyValues: Hashable, Sendable {
  /// What is added up.
  public enum Quantity: String, Sendable, Codable {
    /// Logarithms of odds, up to a constant that all classes share.
    case margin
    /// Probabilities, before calibration.
    case probability
  }

  /// What is added up.
  public let quantity: Quantity
  /// The names of the outputs: the classes, or only the second of two.
  public let outputs: [String]
  /// For each output the prediction for a row of which nothing is known.
  public let base: [Double]
  /// For each output what each feature adds.
  public let values: [[Double]]

  /// ShapleyValues from their parts.
  public init(quantity: Quantity, outputs: [String], base: [Double], values: [[Double]]) {
    self.quantity = quantity
    self.outputs = outputs
    self.base = base
    self.values = values
  }

  /// For each output the prediction.
  public var totals: [Double] { zip(base, values).map { $0 + $1.reduce(0, +) } }
}

/// A classifier that can say what each feature adds to a prediction.
public protocol ExplainableClassifier: Classifier {
  /// The contributions of a row's features to its prediction.
  ///
  /// - Throws: `DataError` when the row has another number of features.
  func contributions(of row: [Float]) throws -> ShapleyValues
}

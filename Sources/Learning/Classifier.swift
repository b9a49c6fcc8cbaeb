/// A fitted model: rows in, class probabilities out.
public protocol Classifier: Sendable {
  /// The number of features that a row must have.
  var featureCount: Int { get }
  /// The names of the classes, in the order of the probability columns.
  var classes: [String] { get }
  /// The probability of each class, `(rows, classes)`; rows sum to 1.
  ///
  /// - Throws: `DataError` when the rows have another number of features.
  func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double>
}

extension Classifier {
  /// The most probable class of each row; of equally probable ones the first, as scikit-learn does.
  public func predictions(of rows: Matrix<Float>) throws -> [Int] {
    try probabilities(of: rows).rowArgmax
  }

  /// Checks the width of rows before they are read.
  package func checkWidth(of rows: Matrix<Float>) throws {
    guard rows.columns == featureCount else {
      throw DataError("model expects \(featureCount) features, input has \(rows.columns)")
    }
  }
}

extension Matrix<Double> {
  /// For each row the column of its first largest value.
  public var rowArgmax: [Int] {
    (0..<rows).map { row in
      var best = 0
      for column in 1..<Swift.max(1, columns) where self[row, column] > self[row, best] { best = column }
      return best
    }
  }
}

/// A learner whose fits share work, with its like and over the folds.
///
/// A cross-validated grid asks for many fits that are nearly the same. A learner that conforms says how they are
/// served together; one that does not is fitted candidate by candidate, fold by fold, with the same results.
public protocol SharingLearner: Learner {
  /// What is computed once from all rows' features and used in every fold: ranks, distances.
  ///
  /// It must not change what a fit on some of the rows gives, so nothing may leak from one row to another.
  associatedtype Table: Sendable
  /// What candidates must have in common for one computation to serve them.
  associatedtype Path: Hashable & Sendable

  /// What this learner's candidates have in common.
  var path: Path { get }

  /// Prepares the features that all folds use, `(rows, features)`.
  static func table(of features: Matrix<Float>, threads: Int) throws -> Table

  /// Fits learners of one path on the training rows of a fold and predicts its validation rows.
  ///
  /// Gives for each learner the probabilities of the validation rows, `(validation rows, classes)`: to the bit those of
  /// its own `fit` on the training rows alone or, for a learner that stops within a tolerance of an optimum, those of a
  /// point within that tolerance. They never depend on the number of threads.
  static func fitPath(
    _ learners: [Self], on fold: Fold, table: Table, seed: UInt64
  ) throws -> PathPredictions
}

/// What the learners of a path say of a fold's validation rows.
public struct PathPredictions: Sendable {
  /// One matrix for each learner, `(validation rows, classes)`.
  public var probabilities: [Matrix<Double>]
  /// How much of the time went into predicting.
  public var predictionTime: Duration
  /// For each learner whether its solver reached the optimum; true for those that have none to reach.
  public var hasConverged: [Bool]

  /// Predictions and the time they took.
  public init(probabilities: [Matrix<Double>], predictionTime: Duration, hasConverged: [Bool]? = nil) {
    self.probabilities = probabilities
    self.predictionTime = predictionTime
    self.hasConverged = hasConverged ?? probabilities.map { _ in true }
  }
}

/// Rows of a table to learn from, and rows to judge on.
public struct Fold: Sendable {
  /// The whole table.
  public let rows: LabeledRows
  /// The rows to learn from, ascending.
  public let training: [Int]
  /// The rows to predict.
  public let validation: [Int]
  /// Whether the second half of `validation` are mirror images of the first, which alone is evaluated, by the mean of what is
  /// predicted for both.
  public let isMirrored: Bool

  /// A fold of a table.
  public init(rows: LabeledRows, training: [Int], validation: [Int], isMirrored: Bool = false) {
    self.rows = rows
    self.training = training
    self.validation = validation
    self.isMirrored = isMirrored
  }

  /// The rows to judge on.
  public var scored: [Int] { isMirrored ? Array(validation.prefix(validation.count / 2)) : validation }

  /// This fold with other features.
  package func with(features: Matrix<Float>) throws -> Fold {
    with(rows: try LabeledRows(features: features, labels: rows.labels, classes: rows.classes))
  }

  /// The same fold of a table with as many rows.
  package func with(rows: LabeledRows) -> Fold {
    Fold(rows: rows, training: training, validation: validation, isMirrored: isMirrored)
  }
}

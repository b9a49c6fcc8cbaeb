import Learning

/// Candidates that one computation serves, fold by fold.
protocol FitGroup: Sendable {
  /// The candidates, as indices into the search's list.
  var members: [Int] { get }

  /// Fits the members on a fold and predicts its validation rows.
  func fit(on fold: Fold, seed: UInt64) throws -> PathPredictions
}

/// A candidate on its own: what any learner can do.
struct SingleFit<L: Learner>: FitGroup {
  let member: Int
  let learner: L

  var members: [Int] { [member] }

  func fit(on fold: Fold, seed: UInt64) throws -> PathPredictions {
    let model = try learner.fit(fold.rows.selecting(fold.training), seed: seed, threads: 1)
    let start = ContinuousClock.now
    let probabilities = try model.probabilities(of: fold.rows.features.selecting(rows: fold.validation))
    return PathPredictions(probabilities: [probabilities], predictionTime: ContinuousClock.now - start)
  }
}

/// Candidates of one path, with the table that all paths of their learner share.
struct PathFit<L: SharingLearner>: FitGroup {
  let members: [Int]
  let learners: [L]
  let table: L.Table

  func fit(on fold: Fold, seed: UInt64) throws -> PathPredictions {
    try L.fitPath(learners, on: fold, table: table, seed: seed)
  }
}

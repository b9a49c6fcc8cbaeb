import Learning

/// Boosters that differ in the number of rounds are one booster: the smaller number is a stage of the larger.
extension GradientBoosting: SharingLearner {
  /// What boosters must have in common to be grown together: all but the number of rounds.
  public struct Path: Hashable, Sendable {
    let values: ParameterValues
  }

  /// What this booster has in common with those grown with it.
  public var path: Path {
    var values = parameterValues
    values["n_estimators"] = nil
    return Path(values: values)
  }

  /// The ranks of the features. Bins are chosen from the ranks of a fold's training rows, so nothing leaks.
  public static func table(of features: Matrix<Float>, threads: Int) throws -> RankedColumns {
    try RankedColumns(features, threads: threads)
  }

  /// Grows the largest booster once, and takes each one's prediction when its last round is done.
  public static func fitPath(
    _ boosters: [GradientBoosting], on fold: Fold, table: RankedColumns, seed: UInt64
  ) throws -> PathPredictions {
    guard let largest = boosters.max(by: { $0.treeCount < $1.treeCount }) else {
      return PathPredictions(probabilities: [], predictionTime: .zero)
    }
    let boosting = try Boosting(largest, fold: fold, columns: table, seed: seed, threads: 1)
    var predictions = PathPredictions(
      probabilities: boosters.map { _ in Matrix(rows: 0, columns: 0, values: []) }, predictionTime: .zero)
    func take(where isDone: (GradientBoosting) -> Bool) {
      let start = ContinuousClock.now
      for (index, booster) in boosters.enumerated() where isDone(booster) {
        predictions.probabilities[index] = Margins.probabilities(
          boosting.validationMargins, classCount: fold.rows.classes.count)
      }
      predictions.predictionTime += ContinuousClock.now - start
    }
    while boosting.round < largest.treeCount, !boosting.hasStopped {
      try boosting.grow()
      take { $0.treeCount == boosting.round }
    }
    // Those that would have gone on have stopped early.
    take { $0.treeCount > boosting.round }
    return predictions
  }
}

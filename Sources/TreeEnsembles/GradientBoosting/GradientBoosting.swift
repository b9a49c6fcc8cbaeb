import Learning

/// Parameters of a classifier of gradient-boosted trees, with the meanings and defaults of XGBoost's `hist` method
/// (Chen & Guestrin 2016, doi:10.1145/2939672.2939785).
///
///     let model = try GradientBoosting(treeCount: 300, maxDepth: 5).fit(rows, seed: 42, threads: 2)
///
/// Two classes are told apart by one tree a round (logistic loss), more classes by one tree for each (softmax).
public struct GradientBoosting: Learner {
  /// When to stop before the last round: the log loss of rows set aside decides.
  public struct EarlyStopping: Hashable, Sendable {
    /// Rounds without improvement after which to stop; the model keeps the trees up to the best round.
    public let rounds: Int
    /// The share of each class's rows that is set aside.
    public let validationFraction: Double

    /// A rule from its parts.
    public init(rounds: Int, validationFraction: Double = 0.1) {
      self.rounds = rounds
      self.validationFraction = validationFraction
    }
  }

  /// The number of rounds (`n_estimators`).
  public let treeCount: Int
  /// How much of each tree's answer is taken (`learning_rate`).
  public let learningRate: Double
  /// The largest number of splits on the way to a leaf.
  public let maxDepth: Int
  /// The least sum of second derivatives in a leaf.
  public let minChildWeight: Double
  /// L2 regularization of leaf values (`reg_lambda`).
  public let lambda: Double
  /// L1 regularization of leaf values (`reg_alpha`).
  public let alpha: Double
  /// What a split must take off the loss (`gamma`).
  public let minSplitLoss: Double
  /// The share of rows that each round is grown on.
  public let subsample: Double
  /// The share of features that each tree may split on (`colsample_bytree`).
  public let columnSample: Double
  /// The most bins of a feature.
  public let maxBin: Int
  /// When to stop early; `nil` for never.
  public let earlyStopping: EarlyStopping?
  /// How much the rows of each class count.
  public let classWeights: ClassWeights

  /// Parameters; the defaults are XGBoost's.
  ///
  /// - Throws: `ParameterError` for a value outside its range.
  public init(
    treeCount: Int = 100, learningRate: Double = 0.3, maxDepth: Int = 6, minChildWeight: Double = 1,
    lambda: Double = 1, alpha: Double = 0, minSplitLoss: Double = 0, subsample: Double = 1, columnSample: Double = 1,
    maxBin: Int = 256, earlyStopping: EarlyStopping? = nil, classWeights: ClassWeights = .uniform
  ) throws(ParameterError) {
    self.treeCount = treeCount
    self.learningRate = learningRate
    self.maxDepth = maxDepth
    self.minChildWeight = minChildWeight
    self.lambda = lambda
    self.alpha = alpha
    self.minSplitLoss = minSplitLoss
    self.subsample = subsample
    self.columnSample = columnSample
    self.maxBin = maxBin
    self.earlyStopping = earlyStopping
    self.classWeights = classWeights
    try GradientBoostingDescriptor().check(parameterValues)
  }

  /// Fits the trees.
  ///
  /// - Throws: `DataError` for fewer than two classes with rows or more than 16,777,215 rows; `ParameterError` for
  ///   weights of classes that do not exist.
  /// - Complexity: O(rounds × classes × rows × features × depth ÷ 2), the classes of a round spread over the threads.
  public func fit(_ rows: LabeledRows, seed: UInt64, threads: Int = 1) throws -> BoostedTreesModel {
    let fold = Fold(rows: rows, training: Array(0..<rows.count), validation: [])
    let columns = try RankedColumns(rows.features, threads: threads)
    let boosting = try Boosting(self, fold: fold, columns: columns, seed: seed, threads: threads)
    while boosting.round < treeCount, !boosting.hasStopped { try boosting.grow() }
    return BoostedTreesModel(
      featureCount: columns.columnCount, classes: rows.classes, baseMargins: boosting.baseMargins,
      trees: boosting.keptTrees)
  }
}

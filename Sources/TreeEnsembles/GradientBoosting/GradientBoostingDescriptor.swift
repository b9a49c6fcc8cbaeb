import Learning

/// `gradient_boosting` in an experiment: XGBoost's parameter names and what they may be.
public struct GradientBoostingDescriptor: LearnerDescriptor {
  /// The family.
  public init() {}

  /// The name in experiments.
  public var name: String { "gradient_boosting" }

  /// The parameters that an experiment may set.
  public var parameters: [ParameterConstraint] {
    [
      ParameterConstraint("n_estimators", [.integer(1...100_000)], default: .integer(100), "the number of rounds"),
      ParameterConstraint(
        "learning_rate", [.positive(upTo: 1)], default: .real(0.3),
        "how much of each tree's answer is taken"),
      ParameterConstraint(
        "max_depth", [.integer(1...30)], default: .integer(6), "the largest number of splits between root and leaf"),
      ParameterConstraint(
        "min_child_weight", [.nonNegative(upTo: 1e9)], default: .integer(1),
        "the least sum of second derivatives in a leaf"),
      ParameterConstraint(
        "reg_lambda", [.nonNegative(upTo: 1e9)], default: .integer(1),
        "L2 regularization of leaf values"),
      ParameterConstraint(
        "reg_alpha", [.nonNegative(upTo: 1e9)], default: .integer(0),
        "L1 regularization of leaf values"),
      ParameterConstraint(
        "gamma", [.nonNegative(upTo: 1e9)], default: .integer(0),
        "what a split must take off the loss"),
      ParameterConstraint(
        "subsample", [.positive(upTo: 1)], default: .integer(1),
        "the share of rows that each round is grown on"),
      ParameterConstraint(
        "colsample_bytree", [.positive(upTo: 1)], default: .integer(1),
        "the share of features that each tree may split on"),
      ParameterConstraint("max_bin", [.integer(2...256)], default: .integer(256), "the most bins of a feature"),
      ParameterConstraint(
        "early_stopping_rounds", [.integer(1...100_000), .null], default: .null,
        "rounds without improvement on rows set aside after which to stop; null for never"),
      ParameterConstraint(
        "validation_fraction", [.realBetween(0, 1)], default: .real(0.1),
        "the share of rows set aside when early_stopping_rounds is set"),
      ParameterConstraint(
        "class_weight", [.choice(["balanced"]), .weights, .null], default: .null,
        "how much the rows of each class count"),
    ]
  }

  /// The booster with these values.
  public func learner(_ values: ParameterValues) throws -> any Learner {
    try check(values)
    func real(_ name: String, _ standard: Double) -> Double { values[name].flatMap(\.realValue) ?? standard }
    let stopping = values["early_stopping_rounds"].flatMap(\.integerValue).map {
      GradientBoosting.EarlyStopping(rounds: $0, validationFraction: real("validation_fraction", 0.1))
    }
    return try GradientBoosting(
      treeCount: values["n_estimators"].flatMap(\.integerValue) ?? 100,
      learningRate: real("learning_rate", 0.3),
      maxDepth: values["max_depth"].flatMap(\.integerValue) ?? 6,
      minChildWeight: real("min_child_weight", 1), lambda: real("reg_lambda", 1), alpha: real("reg_alpha", 0),
      minSplitLoss: real("gamma", 0), subsample: real("subsample", 1), columnSample: real("colsample_bytree", 1),
      maxBin: values["max_bin"].flatMap(\.integerValue) ?? 256, earlyStopping: stopping,
      classWeights: ClassWeights(values["class_weight"] ?? .null))
  }
}

extension GradientBoosting {
  /// The parameters under their names in an experiment; the inverse of `GradientBoostingDescriptor.learner(_:)`.
  public var parameterValues: ParameterValues {
    ParameterValues([
      "n_estimators": .integer(treeCount),
      "learning_rate": .real(learningRate),
      "max_depth": .integer(maxDepth),
      "min_child_weight": .real(minChildWeight),
      "reg_lambda": .real(lambda),
      "reg_alpha": .real(alpha),
      "gamma": .real(minSplitLoss),
      "subsample": .real(subsample),
      "colsample_bytree": .real(columnSample),
      "max_bin": .integer(maxBin),
      "early_stopping_rounds": earlyStopping.map { .integer($0.rounds) } ?? .null,
      "validation_fraction": .real(earlyStopping?.validationFraction ?? 0.1),
      "class_weight": classWeights.parameterValue,
    ])
  }
}

import Learning

/// `random_forest` in an experiment: scikit-learn's parameter names and what they may be.
public struct RandomForestDescriptor: LearnerDescriptor {
  /// The family.
  public init() {}

  /// The name in experiments.
  public var name: String { "random_forest" }

  /// The parameters that an experiment may set.
  public var parameters: [ParameterConstraint] {
    [
      ParameterConstraint(
        "n_estimators", [.integer(1...1_000_000)], default: .integer(100), "the number of trees"),
      ParameterConstraint(
        "max_depth", [.integer(1...Int.max), .null], default: .null,
        "the largest number of splits between root and leaf; null for no limit"),
      ParameterConstraint(
        "criterion", [.choice(RandomForest.Criterion.allCases.map(\.rawValue))], default: .text("gini"),
        "what a split must reduce"),
      ParameterConstraint(
        "max_features",
        [.choice(["sqrt", "log2"]), .integer(1...Int.max), .real(above: 0, upTo: 1), .null],
        default: .text("sqrt"), "features looked at in a node: a rule, a number, a share, or null for all"),
      ParameterConstraint(
        "min_samples_split", [.integer(2...Int.max), .real(above: 0, upTo: 1)], default: .integer(2),
        "a node with fewer rows, or a smaller share of all rows, is a leaf"),
      ParameterConstraint(
        "min_samples_leaf", [.integer(1...Int.max), .realBetween(0, 1)], default: .integer(1),
        "a split leaves at least this many rows, or this share, on both sides"),
      ParameterConstraint(
        "bootstrap", [.bool], default: .bool(true), "whether each tree draws its rows with replacement"),
      ParameterConstraint(
        "class_weight", [.choice(["balanced", "balanced_subsample"]), .weights, .null], default: .null,
        "how much the rows of each class count"),
    ]
  }

  /// The forest with these values.
  public func learner(_ values: ParameterValues) throws -> any Learner {
    try check(values)
    return try RandomForest(
      treeCount: values["n_estimators"].flatMap(\.integerValue) ?? 100,
      maxDepth: values["max_depth"].flatMap(\.integerValue),
      criterion: values["criterion"].flatMap(\.textValue).flatMap(RandomForest.Criterion.init) ?? .gini,
      maxFeatures: maxFeatures(values["max_features"] ?? .text("sqrt")),
      minSamplesSplit: sampleCount(values["min_samples_split"] ?? .integer(2)),
      minSamplesLeaf: sampleCount(values["min_samples_leaf"] ?? .integer(1)),
      bootstrap: values["bootstrap"] != .bool(false),
      classWeight: classWeight(values["class_weight"] ?? .null))
  }

  private func maxFeatures(_ value: ParameterValue) -> RandomForest.MaxFeatures {
    switch value {
    case .integer(let count): .count(count)
    case .real(let fraction): .fraction(fraction)
    case .text("log2"): .log2
    case .text: .squareRoot
    default: .all
    }
  }

  private func sampleCount(_ value: ParameterValue) -> RandomForest.SampleCount {
    switch value {
    case .real(let fraction): .fraction(fraction)
    default: .count(value.integerValue ?? 1)
    }
  }

  private func classWeight(_ value: ParameterValue) -> RandomForest.ClassWeight {
    switch value {
    case .text("balanced"): .fixed(.balanced)
    case .text: .balancedSubsample
    case .weights(let weights): .fixed(.named(weights))
    default: .fixed(.uniform)
    }
  }
}

extension RandomForest {
  /// The parameters under their names in an experiment; the inverse of `RandomForestDescriptor.learner(_:)`.
  public var parameterValues: ParameterValues {
    ParameterValues([
      "n_estimators": .integer(treeCount),
      "max_depth": maxDepth.map(ParameterValue.integer) ?? .null,
      "criterion": .text(criterion.rawValue),
      "max_features": maxFeatures.parameterValue,
      "min_samples_split": minSamplesSplit.parameterValue,
      "min_samples_leaf": minSamplesLeaf.parameterValue,
      "bootstrap": .bool(bootstrap),
      "class_weight": classWeight.parameterValue,
    ])
  }
}

extension RandomForest.MaxFeatures {
  fileprivate var parameterValue: ParameterValue {
    switch self {
    case .squareRoot: .text("sqrt")
    case .log2: .text("log2")
    case .all: .null
    case .count(let count): .integer(count)
    case .fraction(let fraction): .real(fraction)
    }
  }
}

extension RandomForest.SampleCount {
  fileprivate var parameterValue: ParameterValue {
    switch self {
    case .count(let count): .integer(count)
    case .fraction(let fraction): .real(fraction)
    }
  }
}

extension RandomForest.ClassWeight {
  fileprivate var parameterValue: ParameterValue {
    switch self {
    case .fixed(.uniform): .null
    case .fixed(.balanced): .text("balanced")
    case .fixed(.named(let weights)): .weights(weights)
    case .balancedSubsample: .text("balanced_subsample")
    }
  }
}

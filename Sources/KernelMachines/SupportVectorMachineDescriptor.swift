import Learning

/// `svc` in an experiment: scikit-learn's parameter names and what they may be.
public struct SupportVectorMachineDescriptor: LearnerDescriptor {
  /// The family.
  public init() {}

  /// The name in experiments.
  public var name: String { "svc" }

  /// The parameters that an experiment may set.
  public var parameters: [ParameterConstraint] {
    [
      ParameterConstraint("C", [.positive(upTo: 1e12)], default: .real(1), "what a row on the wrong side costs"),
      ParameterConstraint(
        "kernel", [.choice(SupportVectorMachine.KernelKind.allCases.map(\.rawValue))], default: .text("rbf"),
        "the form of the kernel"),
      ParameterConstraint(
        "gamma", [.choice(["scale", "auto"]), .positive(upTo: 1e12)], default: .text("scale"),
        "the kernel's factor; a linear kernel has none"),
      ParameterConstraint("degree", [.integer(0...30)], default: .integer(3), "the degree of the poly kernel"),
      ParameterConstraint(
        "coef0", [.number(from: -1e9, to: 1e9)], default: .real(0), "the constant in the poly and sigmoid kernels"),
      ParameterConstraint(
        "class_weight", [.choice(["balanced"]), .weights, .null], default: .null,
        "how much the rows of each class count"),
      ParameterConstraint(
        "tol", [.positive(upTo: 1)], default: .real(1e-3), "how far from its optimum a row may be in the end"),
      ParameterConstraint(
        "max_iter", [.integer(-1 ... -1), .integer(1...Int(Int32.max))], default: .integer(-1),
        "the most steps for a pair of classes; -1 for as many as libsvm allows"),
      ParameterConstraint(
        "scale", [.choice(FeatureScaler.Method.allCases.map(\.rawValue))], default: .text("none"),
        "what features are brought to first, by the training rows alone"),
      ParameterConstraint(
        "bits", [.integer(8...8), .integer(32...32)], default: .integer(32),
        "what a number of a support vector has; for 8, training rows are rounded to 256 values a feature"),
    ]
  }

  /// The machine with these values.
  public func learner(_ values: ParameterValues) throws -> any Learner {
    try check(values)
    func real(_ name: String, _ standard: Double) -> Double { values[name].flatMap(\.realValue) ?? standard }
    func text(_ name: String) -> String { values[name].flatMap(\.textValue) ?? "" }
    let gamma: SupportVectorMachine.Gamma =
      switch values["gamma"] {
      case .text("auto"): .auto
      case .some(let value): value.realValue.map { .value($0) } ?? .scale
      case nil: .scale
      }
    let steps = values["max_iter"].flatMap(\.integerValue) ?? -1
    return try SupportVectorMachine(
      kernel: SupportVectorMachine.KernelKind(rawValue: text("kernel")) ?? .rbf, cost: real("C", 1), gamma: gamma,
      degree: values["degree"].flatMap(\.integerValue) ?? 3, constant: real("coef0", 0),
      classWeights: ClassWeights(values["class_weight"] ?? .null), tolerance: real("tol", 1e-3),
      maxIterations: steps < 0 ? nil : steps, scale: FeatureScaler.Method(rawValue: text("scale")) ?? .none,
      isQuantized: values["bits"] == .integer(8))
  }
}

extension SupportVectorMachine {
  /// The parameters under their names in an experiment; the inverse of `SupportVectorMachineDescriptor.learner(_:)`.
  public var parameterValues: ParameterValues {
    let gammaValue: ParameterValue =
      switch gamma {
      case .scale: .text("scale")
      case .auto: .text("auto")
      case .value(let value): .real(value)
      }
    return ParameterValues([
      "C": .real(cost),
      "kernel": .text(kernel.rawValue),
      "gamma": gammaValue,
      "degree": .integer(degree),
      "coef0": .real(constant),
      "class_weight": classWeights.parameterValue,
      "tol": .real(tolerance),
      "max_iter": .integer(maxIterations ?? -1),
      "scale": .text(scale.rawValue),
      "bits": .integer(isQuantized ? 8 : 32),
    ])
  }
}

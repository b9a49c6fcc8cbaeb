import Basics
import Learning

/// Parameters of a C-support vector classifier, with the meanings and defaults of libsvm and scikit-learn's `SVC`
/// (Chang & Lin 2011, doi:10.1145/1961189.1961199). Each pair of classes has a machine of its own, and they vote.
///
///     let model = try SupportVectorMachine(kernel: .rbf, cost: 10).fit(rows, seed: 42, threads: 2)
public struct SupportVectorMachine: Learner {
  /// The form of the kernel.
  public enum KernelKind: String, Hashable, Sendable, CaseIterable {
    /// x·y.
    case linear
    /// exp(−γ |x − y|²).
    case rbf
    /// (γ x·y + c₀)^degree.
    case poly
    /// tanh(γ x·y + c₀).
    case sigmoid
  }

  /// How γ is chosen.
  public enum Gamma: Hashable, Sendable {
    /// 1 ÷ (features × variance of all scaled values).
    case scale
    /// 1 ÷ features.
    case auto
    case value(Double)
  }

  /// The form of the kernel.
  public let kernel: KernelKind
  /// What a row on the wrong side costs (`C`).
  public let cost: Double
  /// γ of all kernels but the linear one.
  public let gamma: Gamma
  /// The degree of the polynomial kernel.
  public let degree: Int
  /// c₀ of the polynomial and the sigmoid kernel.
  public let constant: Double
  /// How much the rows of each class count.
  public let classWeights: ClassWeights
  /// How far a row may be from its optimum when the solver stops.
  public let tolerance: Double
  /// The most steps of the solver for a pair of classes; `nil` for as many as libsvm allows.
  public let maxIterations: Int?
  /// What features are brought to first.
  public let scale: FeatureScaler.Method
  /// Whether training rows are rounded to 256 values a feature first, so that a model's file is a half to a quarter as large.
  public let isQuantized: Bool

  /// Parameters; the defaults are scikit-learn's. Those that the kernel does not look at are set to their defaults, so
  /// that machines which are the same problem are equal.
  ///
  /// - Throws: `ParameterError` for a value outside its range.
  public init(
    kernel: KernelKind = .rbf, cost: Double = 1, gamma: Gamma = .scale, degree: Int = 3, constant: Double = 0,
    classWeights: ClassWeights = .uniform, tolerance: Double = 1e-3, maxIterations: Int? = nil,
    scale: FeatureScaler.Method = .none, isQuantized: Bool = false
  ) throws(ParameterError) {
    self.kernel = kernel
    self.cost = cost
    self.gamma = kernel == .linear ? .scale : gamma
    self.degree = kernel == .poly ? degree : 3
    self.constant = kernel == .poly || kernel == .sigmoid ? constant : 0
    self.classWeights = classWeights
    self.tolerance = tolerance
    self.maxIterations = maxIterations
    self.scale = scale
    self.isQuantized = isQuantized
    try SupportVectorMachineDescriptor().check(parameterValues)
  }

  /// Fits a machine for each pair of classes.
  ///
  /// - Throws: `DataError` for fewer than two classes with rows or for missing values; `ParameterError` for weights of
  ///   classes that do not exist.
  /// - Complexity: between O(rows² × features) and O(rows³) for kernels, about O(rows × features²) for the linear one.
  public func fit(_ rows: LabeledRows, seed: UInt64, threads: Int = 1) throws -> SupportVectorModel {
    let training = try OneVersusOne(rows, training: Array(0..<rows.count), for: self)
    return try training.solutions(of: [self], threads: threads)[0].model(of: training)
  }
}

extension SupportVectorMachine: SharingLearner {
  /// Machines that differ in `C` and γ are fitted together.
  public struct Path: Hashable, Sendable {
    let values: ParameterValues
  }

  /// Nothing is shared over folds: features are scaled by each fold's own training rows.
  public struct Table: Sendable {}

  /// What this machine has in common with those fitted with it.
  public var path: Path {
    var values = parameterValues
    values["C"] = nil
    values["gamma"] = nil
    return Path(values: values)
  }

  /// Nothing to prepare.
  public static func table(of features: Matrix<Float>, threads: Int) throws -> Table { Table() }

  /// Computes distances once for all machines, and begins the search for each larger `C` where the smaller one's ended:
  /// optima are those of `fit` within the tolerance, not to the bit.
  public static func fitPath(
    _ machines: [SupportVectorMachine], on fold: Fold, table: Table, seed: UInt64
  ) throws -> PathPredictions {
    guard let first = machines.first else { return PathPredictions(probabilities: [], predictionTime: .zero) }
    let training = try OneVersusOne(fold.rows, training: fold.training, for: first)
    let solutions = try training.solutions(of: machines, threads: Parallel.availableThreads)
    let start = ContinuousClock.now
    let rows = fold.rows.features.selecting(rows: fold.validation)
    let probabilities = try training.probabilities(of: solutions, rows: rows)
    return PathPredictions(
      probabilities: probabilities, predictionTime: ContinuousClock.now - start,
      hasConverged: solutions.map { $0.hasConverged.allSatisfy { $0 } })
  }
}

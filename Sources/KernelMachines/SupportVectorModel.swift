import Basics
import COpenBLAS
import Learning

/// A fitted support vector classifier: a machine for each pair of classes, over one set of support vectors.
public struct SupportVectorModel: Hashable, Sendable {
  /// What tells two classes apart: Σ coefficient · kernel − offset, above 0 for the first.
  package struct Machine: Hashable, Sendable {
    package var first: Int
    package var second: Int
    /// By support vector.
    package var coefficients: [Double]
    package var offset: Double
    /// Whether its optimum was reached within the tolerance.
    package var hasConverged: Bool

    package init(first: Int, second: Int, coefficients: [Double], offset: Double, hasConverged: Bool) {
      self.first = first
      self.second = second
      self.coefficients = coefficients
      self.offset = offset
      self.hasConverged = hasConverged
    }
  }

  /// The names of the classes, in the order of the probability columns.
  public let classes: [String]
  package let kernel: Kernel
  package let scaler: FeatureScaler
  /// `(support vectors, features)`, not scaled, sorted by class.
  package let supportVectors: Matrix<Float>
  /// For each feature the step that its values are whole multiples of, within 256 of one another; `nil` if they are not
  /// rounded.
  package let steps: [Float]?
  package let machines: [Machine]
  private let kernelSums = LazyCache<DecisionFunction>()
  private let weightsOfPairs = LazyCache<[[Double]]>()

  package init(
    classes: [String], kernel: Kernel, scaler: FeatureScaler, supportVectors: Matrix<Float>,
    steps: [Float]? = nil, machines: [Machine]
  ) {
    self.classes = classes
    self.kernel = kernel
    self.scaler = scaler
    self.supportVectors = supportVectors
    self.steps = steps
    self.machines = machines
  }

  /// The number of rows that have a say.
  public var supportVectorCount: Int { supportVectors.rows }

  /// Whether the solver reached the optimum for all pairs of classes.
  public var hasConverged: Bool { machines.allSatisfy(\.hasConverged) }

  /// For a linear kernel the mean absolute weight of each scaled feature over the pairs, as shares of their sum; `nil`
  /// for others.
  public var importances: [Double]? {
    guard kernel.kind == .linear else { return nil }
    let weights = linearWeights
    let means = (0..<featureCount).map { feature in weights.reduce(0) { $0 + abs($1[feature]) } }
    let total = means.reduce(0, +)
    return total > 0 ? means.map { $0 / total } : means
  }

  /// For each pair of classes the weights of the scaled features.
  private var linearWeights: [[Double]] {
    weightsOfPairs {
      let rows = ProblemRows(scaler.scaled(supportVectors))
      return machines.map { rows.weightedSum($0.coefficients) }
    }
  }
}

extension SupportVectorModel: Classifier {
  /// The number of features that a row must have.
  public var featureCount: Int { supportVectors.columns }

  /// What each machine says of each row, `(rows, pairs of classes)`: above 0 for the first class of the pair, as libsvm's
  /// decision values.
  ///
  /// - Throws: `DataError` when the rows have another number of features or missing values.
  /// - Complexity: O(rows × support vectors × features).
  public func decisions(of rows: Matrix<Float>) throws -> Matrix<Double> {
    try checkWidth(of: rows)
    guard !rows.values.contains(where: \.isNaN) else {
      throw DataError("svc does not accept missing values")
    }
    BLASThreads.useOne()
    let scaled = scaler.scaled(rows)
    var decisions = Matrix(rows: rows.rows, columns: machines.count, repeating: 0.0)
    for row in 0..<rows.rows {
      for (pair, machine) in machines.enumerated() { decisions[row, pair] = -machine.offset }
    }
    let sums =
      kernel.kind == .linear
      ? linearSums(scaled)
      : kernelSums {
        DecisionFunction(
          support: scaler.scaled(supportVectors),
          parts: [DecisionFunction.Part(kernel: kernel, coefficients: coefficients, offsets: machines.map(\.offset))])
      }(scaled)[0]
    for place in decisions.values.indices { decisions.values[place] += sums.values[place] }
    return decisions
  }

  /// `(pairs of classes, support vectors)`.
  private var coefficients: Matrix<Double> {
    Matrix(rows: machines.count, columns: supportVectors.rows, values: machines.flatMap(\.coefficients))
  }

  private func linearSums(_ rows: Matrix<Double>) -> Matrix<Double> {
    var sums = Matrix(rows: rows.rows, columns: machines.count, repeating: 0.0)
    let weights = linearWeights
    // Feature after feature: a BLAS would give other last digits in other company.
    for row in 0..<rows.rows {
      for pair in weights.indices {
        sums[row, pair] = zip(rows[row: row], weights[pair]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return sums
  }

  /// The probability of each class, `(rows, classes)`; the class with most votes, of equal ones the first, has the
  /// largest.
  ///
  /// Decision d between two classes is taken for the logarithm of their odds, 1 ÷ (1 + e^−d) for the first, and all pairs are
  /// reconciled by pairwise coupling (Wu, Lin & Weng 2004, JMLR 5). The class that is then the most probable and the one
  /// with most votes change places where they are not the same. Nothing more is learned, so how steep these probabilities
  /// are is for `Calibration` to say, one number for all classes, from predictions out of fold. libsvm's instead fit a
  /// sigmoid with slope and offset to each pair's decisions, by five more fits, before the same coupling; they do not look
  /// at votes, and may name another class than its predictions do.
  ///
  /// - Throws: `DataError` when the rows have another number of features, missing values or numbers out of range.
  /// - Complexity: O(rows × (support vectors × features + classes³)).
  public func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
    let pairs = machines.map { OneVersusOne.Pair(first: $0.first, second: $0.second) }
    return try Voting(classCount: classes.count, pairs: pairs).probabilities(try decisions(of: rows))
  }
}

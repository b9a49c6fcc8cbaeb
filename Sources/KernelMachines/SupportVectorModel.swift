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
  package let machines: [Machine]

  package init(
    classes: [String], kernel: Kernel, scaler: FeatureScaler, supportVectors: Matrix<Float>, machines: [Machine]
  ) {
    self.classes = classes
    self.kernel = kernel
    self.scaler = scaler
    self.supportVectors = supportVectors
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
    let rows = ProblemRows(scaler.scaled(supportVectors))
    return machines.map { rows.weightedSum($0.coefficients) }
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
      throw DataError("a support vector machine cannot judge rows with missing values")
    }
    openblas_set_num_threads(1)
    let scaled = scaler.scaled(rows)
    var decisions = Matrix(rows: rows.rows, columns: machines.count, repeating: 0.0)
    for row in 0..<rows.rows {
      for (pair, machine) in machines.enumerated() { decisions[row, pair] = -machine.offset }
    }
    guard kernel.kind != .linear else {
      let rows = ProblemRows(scaled)
      for (pair, weights) in linearWeights.enumerated() {
        for (row, product) in rows.timesFeatures(weights).enumerated() { decisions[row, pair] += product }
      }
      return decisions
    }
    addKernelSums(scaled, to: &decisions)
    return decisions
  }

  /// Rows whose kernel values with all support vectors are computed together.
  private static let blockRows = 64

  private func addKernelSums(_ rows: Matrix<Double>, to decisions: inout Matrix<Double>) {
    let support = scaler.scaled(supportVectors)
    let (width, count, pairs) = (support.columns, support.rows, machines.count)
    guard count > 0 else { return }
    func squares(_ matrix: Matrix<Double>) -> [Double] {
      (0..<matrix.rows).map { row in matrix[row: row].reduce(0) { $0 + $1 * $1 } }
    }
    let (supportSquares, rowSquares) = (squares(support), squares(rows))
    let coefficients = machines.flatMap(\.coefficients)
    var products = Array(repeating: 0.0, count: Self.blockRows * count)
    var bases = Array(repeating: Float(0), count: count)
    for first in stride(from: 0, to: rows.rows, by: Self.blockRows) {
      let block = min(Self.blockRows, rows.rows - first)
      rows.values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { return }
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(block), Int32(count), Int32(width), 1, values + first * width,
          Int32(width), support.values, Int32(width), 0, &products, Int32(count))
      }
      for row in 0..<block {
        for column in 0..<count {
          let product = products[row * count + column]
          bases[column] = Float(
            kernel.usesDistances ? max(rowSquares[first + row] + supportSquares[column] - 2 * product, 0) : product)
        }
        bases.withUnsafeMutableBufferPointer { bases in
          if let address = bases.baseAddress { kernel.apply(to: address, address, count: count) }
        }
        for column in 0..<count { products[row * count + column] = Double(bases[column]) }
      }
      decisions.values.withUnsafeMutableBufferPointer { decisions in
        guard let target = decisions.baseAddress else { return }
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(block), Int32(pairs), Int32(count), 1, products, Int32(count),
          coefficients, Int32(count), 1, target + first * pairs, Int32(pairs))
      }
    }
  }

  /// The probability of each class, `(rows, classes)`; the class with most votes, of equal ones the first, has the
  /// largest.
  ///
  /// The decision between two classes is taken for the logarithm of the ratio of their probabilities; where the pairs do
  /// not agree, least squares reconcile them. How steep these are is for calibration to say.
  public func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
    let decisions = try decisions(of: rows)
    let isPresent = classes.indices.map { label in machines.contains { $0.first == label || $0.second == label } }
    let presentCount = Double(isPresent.count { $0 })
    var probabilities = Matrix(rows: rows.rows, columns: classes.count, repeating: 0.0)
    for row in 0..<rows.rows {
      var votes = Array(repeating: 0, count: classes.count)
      var scores = Array(repeating: 0.0, count: classes.count)
      for (pair, machine) in machines.enumerated() {
        let decision = decisions[row, pair]
        votes[decision > 0 ? machine.first : machine.second] += 1
        scores[machine.first] += decision / presentCount
        scores[machine.second] -= decision / presentCount
      }
      let highest = classes.indices.filter { isPresent[$0] }.map { scores[$0] }.max() ?? 0
      var sum = 0.0
      for label in classes.indices where isPresent[label] {
        probabilities[row, label] = exponential(scores[label] - highest)
        sum += probabilities[row, label]
      }
      for label in classes.indices { probabilities[row, label] /= sum }
      let winner = votes.indices.max { (votes[$0], -$0) < (votes[$1], -$1) } ?? 0
      let likeliest = probabilities[row: row].max() ?? 0
      if let leader = classes.indices.first(where: { probabilities[row, $0] == likeliest }), leader != winner {
        (probabilities[row, leader], probabilities[row, winner]) = (probabilities[row, winner], likeliest)
        // Equal ones would leave the first in front.
        if probabilities[row, leader] == likeliest { probabilities[row, winner] = likeliest.nextUp }
      }
    }
    return probabilities
  }
}

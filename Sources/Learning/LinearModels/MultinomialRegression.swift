import COpenBLAS
import Foundation

/// Multinomial logistic regression: p_k ∝ exp(intercept_k + Σ_j coefficient_kj x_j).
///
/// Fitting minimizes the sum of the rows' log losses and λ/2 Σ coefficient², intercepts left out: scikit-learn's
/// `LogisticRegression(C=1/λ)`, for two classes too with coefficients for each.
public struct MultinomialRegression: Hashable, Sendable {
  /// By class, then by feature.
  public let coefficients: [Double]
  /// By class.
  public let intercepts: [Double]

  /// A regression from its numbers.
  public init(coefficients: [Double], intercepts: [Double]) {
    precondition(!intercepts.isEmpty && coefficients.count.isMultiple(of: intercepts.count), "equally many a class")
    self.coefficients = coefficients
    self.intercepts = intercepts
  }

  private static let maxIterations = 2000
  /// The largest slope that is left, per row.
  private static let tolerance = 1e-8

  /// Fits to rows `(rows, features)` and their labels.
  ///
  /// - Parameter penalty: λ, above 0.
  /// - Complexity: O(rows × features × classes) an iteration; a hundred or two are usual.
  public init(_ rows: Matrix<Double>, labels: [Int], classCount: Int, penalty: Double) {
    let loss = PenalisedLogLoss(rows, labels: labels, classCount: classCount, penalty: penalty)
    let found = QuasiNewton.minimum(
      of: loss.valueAndGradient, from: Array(repeating: 0, count: classCount * (rows.columns + 1)),
      tolerance: Self.tolerance * Double(max(1, rows.rows)), maxIterations: Self.maxIterations)
    let size = classCount * rows.columns
    coefficients = Array(found[..<size])
    intercepts = (0..<classCount).map { label in
      found[size + label]
        - loss.means.indices.reduce(0) { $0 + found[label * rows.columns + $1] * loss.means[$1] }
    }
  }

  /// The features that a row must have.
  public var featureCount: Int { coefficients.count / intercepts.count }

  /// The probability of each class, `(rows, classes)`.
  public func probabilities(of rows: Matrix<Double>) -> Matrix<Double> {
    precondition(rows.columns == featureCount, "\(featureCount) features")
    var scores = Matrix(rows: rows.rows, columns: intercepts.count, repeating: 0.0)
    for row in 0..<rows.rows {
      // One sum after the other: a library's products of many rows would not be those of one row, to the bit.
      for label in intercepts.indices {
        var sum = 0.0
        for column in 0..<rows.columns { sum += coefficients[label * rows.columns + column] * rows[row, column] }
        scores[row, label] = sum
      }
      _ = Self.softmax(row, of: &scores, intercepts: intercepts[...])
    }
    return scores
  }

  /// Rows times the coefficients of each class, `(rows, classes)`.
  fileprivate static func products(
    _ rows: Matrix<Double>, _ coefficients: [Double], classCount: Int
  ) -> Matrix<Double> {
    BLASThreads.useOne()
    var products = Matrix(rows: rows.rows, columns: classCount, repeating: 0.0)
    guard rows.rows > 0, rows.columns > 0 else { return products }
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.rows), Int32(classCount), Int32(rows.columns), 1,
      rows.values, Int32(rows.columns), coefficients, Int32(rows.columns), 0, &products.values, Int32(classCount))
    return products
  }

  /// Turns a row of scores into probabilities.
  ///
  /// - Returns: the logarithm of the sum of exponentials, and what it is counted from.
  fileprivate static func softmax(
    _ row: Int, of scores: inout Matrix<Double>, intercepts: ArraySlice<Double>
  ) -> (logarithm: Double, largest: Double) {
    let first = intercepts.startIndex
    var largest = -Double.infinity
    for label in 0..<scores.columns {
      scores[row, label] += intercepts[first + label]
      largest = max(largest, scores[row, label])
    }
    var sum = 0.0
    for label in 0..<scores.columns {
      scores[row, label] = exp(scores[row, label] - largest)
      sum += scores[row, label]
    }
    for label in 0..<scores.columns { scores[row, label] /= sum }
    return (log(sum), largest)
  }
}

/// What is minimized, as a function of coefficients and then intercepts, with columns centered: intercepts are not
/// penalised, so the minimum is the same, and it is found in fewer steps.
private struct PenalisedLogLoss {
  private let rows: Matrix<Double>
  private let labels: [Int]
  private let classCount: Int
  private let penalty: Double
  /// What is taken off each column.
  let means: [Double]

  init(_ rows: Matrix<Double>, labels: [Int], classCount: Int, penalty: Double) {
    var means = Array(repeating: 0.0, count: rows.columns)
    for row in 0..<rows.rows { for column in means.indices { means[column] += rows[row, column] } }
    for column in means.indices { means[column] /= Double(max(1, rows.rows)) }
    var centered = rows
    for row in 0..<rows.rows { for column in means.indices { centered[row, column] -= means[column] } }
    self.rows = centered
    self.means = means
    self.labels = labels
    self.classCount = classCount
    self.penalty = penalty
  }

  func valueAndGradient(_ parameters: [Double]) -> (value: Double, gradient: [Double]) {
    let size = classCount * rows.columns
    let coefficients = Array(parameters[..<size])
    var residuals = MultinomialRegression.products(rows, coefficients, classCount: classCount)
    var value = penalty / 2 * coefficients.reduce(0) { $0 + $1 * $1 }
    var gradient = coefficients.map { penalty * $0 } + Array(repeating: 0, count: classCount)
    for (row, label) in labels.enumerated() {
      let score = residuals[row, label] + parameters[size + label]
      let sum = MultinomialRegression.softmax(row, of: &residuals, intercepts: parameters[size...])
      value += sum.largest + sum.logarithm - score
      residuals[row, label] -= 1
      for other in 0..<classCount { gradient[size + other] += residuals[row, other] }
    }
    if rows.rows > 0, rows.columns > 0 {
      cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(classCount), Int32(rows.columns), Int32(rows.rows), 1,
        residuals.values, Int32(classCount), rows.values, Int32(rows.columns), 1, &gradient, Int32(rows.columns))
    }
    return (value, gradient)
  }
}

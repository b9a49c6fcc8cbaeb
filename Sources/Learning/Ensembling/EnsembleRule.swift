import Foundation

/// How the class probabilities of several classifiers, its members, become one.
///
/// It is learned from predictions for rows that no member had seen.
public enum EnsembleRule: Hashable, Sendable {
  /// Which way it is done.
  public enum Method: String, Sendable, CaseIterable {
    /// A weighted mean of the members' probabilities.
    case voting
    /// A logistic regression on the logarithms of the members' probabilities (Wolpert 1992,
    /// doi:10.1016/S0893-6080(05)80023-1), as scikit-learn's `StackingClassifier` has on the probabilities themselves.
    case stacking
  }

  /// Σ weight_m p_m, weights ≥ 0 that sum to 1, one a member.
  case voting(weights: [Double])
  /// Features are the logarithms of the first member's probabilities, then the second's, and so on.
  case stacking(MultinomialRegression)

  /// Learns from each member's probabilities `(rows, classes)` for the same rows, and their labels.
  ///
  /// - Precondition: one or more members.
  /// - Complexity: O(rows × members × classes) an iteration.
  public init(_ method: Method, members: [Matrix<Double>], labels: [Int]) {
    precondition(!members.isEmpty, "at least one member")
    switch method {
    case .voting: self = .voting(weights: Self.bestWeights(members, labels))
    case .stacking:
      self = .stacking(
        MultinomialRegression(
          Self.logarithms(members), labels: labels, classCount: members[0].columns, penalty: Self.penalty))
    }
  }

  /// The method that it was learned with.
  public var method: Method {
    switch self {
    case .voting: .voting
    case .stacking: .stacking
    }
  }

  /// The members whose probabilities make a difference.
  public var used: [Int] {
    switch self {
    case .voting(let weights): weights.indices.filter { weights[$0] > 0 }
    case .stacking(let regression): Array(0..<regression.featureCount / regression.intercepts.count)
    }
  }

  /// The same combination of the used members alone.
  public var ofUsed: EnsembleRule {
    switch self {
    case .voting(let weights): .voting(weights: weights.filter { $0 > 0 })
    case .stacking: self
    }
  }

  /// One matrix of probabilities `(rows, classes)` from each member's for the same rows.
  public func applied(to members: [Matrix<Double>]) -> Matrix<Double> {
    switch self {
    case .voting(let weights):
      precondition(members.count == weights.count, "\(weights.count) members")
      var mixed = Matrix(rows: members[0].rows, columns: members[0].columns, repeating: 0.0)
      for (member, weight) in zip(members, weights) {
        for place in mixed.values.indices { mixed.values[place] += weight * member.values[place] }
      }
      return mixed
    case .stacking(let regression): return regression.probabilities(of: Self.logarithms(members))
    }
  }

  /// What share of the answer comes from each member, summing to 1: for voting its weight; for stacking how far the
  /// classes' scores move with it, as the mean over rows and classes of the absolute difference from its mean.
  public func shares(of members: [Matrix<Double>]) -> [Double] {
    switch self {
    case .voting(let weights): return weights
    case .stacking(let regression):
      let moves = members.indices.map { member in
        Self.move(members[member], by: regression, offset: member * members[member].columns)
      }
      let sum = moves.reduce(0, +)
      return moves.map { sum > 0 ? $0 / sum : 1 / Double(moves.count) }
    }
  }

  private static func move(_ member: Matrix<Double>, by regression: MultinomialRegression, offset: Int) -> Double {
    let logarithms = logarithms([member])
    return (0..<member.columns).reduce(0) { sum, label in
      let first = label * regression.featureCount + offset
      let scores = (0..<member.rows).map { row in
        (0..<member.columns).reduce(0) { $0 + regression.coefficients[first + $1] * logarithms[row, $1] }
      }
      let mean = scores.reduce(0, +) / Double(max(1, scores.count))
      return sum + scores.reduce(0) { $0 + abs($1 - mean) } / Double(max(1, scores.count))
    }
  }

  /// The smallest probability that is told apart from 0: a forest of few trees has many zeros.
  private static let smallest = 1e-6

  // MARK: Voting

  private static let maxRounds = 5000
  /// How much log loss a row may be left above the smallest.
  private static let tolerance = 1e-6
  /// Members of less weight are left out.
  private static let minWeight = 0.01

  /// The weights with the smallest log loss, which is convex in them, by expectation maximisation for the weights of a
  /// mixture (Dempster, Laird & Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x; on out-of-fold densities Smyth &
  /// Wolpert 1999, doi:10.1023/A:1007511322260): no round raises the loss.
  private static func bestWeights(_ members: [Matrix<Double>], _ labels: [Int]) -> [Double] {
    let likelihoods = members.map { member in labels.indices.map { max(member[$0, labels[$0]], smallest) } }
    var weights = Array(repeating: 1 / Double(members.count), count: members.count)
    for _ in 0..<maxRounds {
      var mixture = Array(repeating: 0.0, count: labels.count)
      for (weight, likelihood) in zip(weights, likelihoods) {
        for row in mixture.indices { mixture[row] += weight * likelihood[row] }
      }
      // The mean over the rows of how many times the mixture's probability a member gives.
      let ratios = likelihoods.map { likelihood in
        zip(likelihood, mixture).reduce(0) { $0 + $1.0 / $1.1 } / Double(max(1, labels.count))
      }
      // The loss is convex, so that it is above its smallest by no more than this.
      guard let largest = ratios.max(), largest - 1 > tolerance else { break }
      weights = zip(weights, ratios).map { $0 * $1 }
    }
    let least = min(minWeight, weights.max() ?? 0)
    let kept = weights.map { $0 < least ? 0 : $0 }
    let sum = kept.reduce(0, +)
    return kept.map { $0 / sum }
  }

  // MARK: Stacking

  /// scikit-learn's `LogisticRegression` has as much (C = 1).
  private static let penalty = 1.0

  /// The logarithms of all members' probabilities side by side, `(rows, members × classes)`.
  ///
  /// Sums of what members say in favor of a class are sums of logarithms, as in a product of experts, so that one member
  /// alone with coefficients of 1 gives back its own probabilities.
  private static func logarithms(_ members: [Matrix<Double>]) -> Matrix<Double> {
    let columns = members.reduce(0) { $0 + $1.columns }
    var values: [Double] = []
    values.reserveCapacity(members[0].rows * columns)
    for row in 0..<members[0].rows {
      for member in members { values += member[row: row].map { log(max($0, smallest)) } }
    }
    return Matrix(rows: members[0].rows, columns: columns, values: values)
  }
}

import Foundation

/// A map from a classifier's probabilities to ones that can be taken at their word: of the predictions made with 0.8,
/// four in five are right.
///
/// It is learned from predictions for rows that the classifier had not seen. No prediction changes: the class that was
/// the most probable stays so.
public enum Calibration: Hashable, Sendable {
  /// Which map is learned.
  public enum Method: String, Sendable, CaseIterable {
    case none
    /// One number: how much all probabilities are sharpened or flattened.
    case temperature
    /// Any rising curve for the most probable class; wants a thousand rows or more.
    case isotonic
  }

  /// A knot of a rising curve.
  public struct Knot: Hashable, Sendable {
    /// The probability that the classifier gives its prediction.
    public let confidence: Double
    /// The share of such predictions that are right.
    public let share: Double

    /// A knot from its coordinates.
    public init(confidence: Double, share: Double) {
      self.confidence = confidence
      self.share = share
    }
  }

  /// Probabilities are left as they are.
  case none
  /// p_k becomes p_k^slope / Σ p_j^slope: for two classes Platt's sigmoid without offset, for more the scaling of
  /// Guo et al. (2017, arXiv:1706.04599).
  case temperature(slope: Double)
  /// The largest probability moves along a rising curve, straight between knots; the others keep their proportions.
  case isotonic([Knot])

  /// Learns a map from probabilities `(rows, classes)` of rows that the classifier had not seen, and their labels.
  ///
  /// - Complexity: O(rows × classes) for `temperature`, O(rows log rows) for `isotonic`.
  public init(_ method: Method, probabilities: Matrix<Double>, labels: [Int]) {
    switch method {
    case .none: self = .none
    case .temperature: self = .temperature(slope: Self.bestSlope(probabilities, labels))
    case .isotonic: self = .isotonic(Self.risingCurve(probabilities, labels))
    }
  }

  /// The method that it was learned with.
  public var method: Method {
    switch self {
    case .none: .none
    case .temperature: .temperature
    case .isotonic: .isotonic
    }
  }

  /// The calibrated probabilities, `(rows, classes)`.
  public func applied(to probabilities: Matrix<Double>) -> Matrix<Double> {
    guard self != .none, probabilities.columns > 1 else { return probabilities }
    var values: [Double] = []
    values.reserveCapacity(probabilities.values.count)
    for (row, top) in probabilities.rowArgmax.enumerated() {
      let row = Array(probabilities[row: row])
      values += Self.keeping(top, mostProbableIn: mapped(row, top: top))
    }
    return Matrix(rows: probabilities.rows, columns: probabilities.columns, values: values)
  }

  private func mapped(_ row: [Double], top: Int) -> [Double] {
    switch self {
    case .none: return row
    case .temperature(let slope):
      let powers = Self.logarithms(row).map { exp(slope * $0) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    case .isotonic(let knots):
      // Where all others have probability 0, they are alike.
      let others = row.indices.filter { $0 != top }
      let weights = others.contains { row[$0] > 0 } ? row : Array(repeating: 1, count: row.count)
      let sum = others.reduce(0) { $0 + weights[$1] }
      let largest = others.reduce(0) { max($0, weights[$1]) }
      // Below this the next class would be more probable.
      let share = max(Self.height(at: row[top], knots), largest / (sum + largest))
      return row.indices.map { $0 == top ? share : (1 - share) * weights[$0] / sum }
    }
  }

  /// Rounding may make two probabilities equal; the first of equals would then be taken for the prediction.
  private static func keeping(_ top: Int, mostProbableIn row: [Double]) -> [Double] {
    row.enumerated().map { $0 < top && $1 >= row[top] ? row[top].nextDown : min($1, row[top]) }
  }

  // MARK: Sigmoid

  /// The smallest probability that is told apart from 0: a forest of few trees has many zeros.
  private static let smallest = 1e-6

  /// Logarithms of a row's probabilities, 0 for the largest.
  private static func logarithms(_ row: [Double]) -> [Double] {
    let largest = max(row.max() ?? 1, smallest)
    return row.map { log(max($0, smallest) / largest) }
  }

  /// The slope with the smallest log loss, which is convex in it, from 1/100 to 100.
  private static func bestSlope(_ probabilities: Matrix<Double>, _ labels: [Int]) -> Double {
    let rows = (0..<probabilities.rows).map { logarithms(Array(probabilities[row: $0])) }
    func derivative(_ slope: Double) -> Double {
      zip(rows, labels).reduce(0) { sum, row in
        var (weights, weighted) = (0.0, 0.0)
        for logarithm in row.0 {
          let weight = exp(slope * logarithm)
          weights += weight
          weighted += weight * logarithm
        }
        return sum + weighted / weights - row.0[row.1]
      }
    }
    var (low, high) = (log(0.01), log(100.0))
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if derivative(exp(middle)) < 0 { low = middle } else { high = middle }
    }
    return exp((low + high) / 2)
  }

  // MARK: Isotonic

  /// Pools neighbors until shares rise with confidence (Ayer et al. 1955, doi:10.1214/aoms/1177728423).
  private static func risingCurve(_ probabilities: Matrix<Double>, _ labels: [Int]) -> [Knot] {
    struct Block {
      var confidences: ClosedRange<Double>
      var right: Double
      var rows: Double
      var share: Double { right / rows }
    }
    let tops = probabilities.rowArgmax
    let predictions = tops.indices
      .map { (confidence: probabilities[$0, tops[$0]], isRight: tops[$0] == labels[$0]) }
      .sorted { $0.confidence < $1.confidence }
    var blocks: [Block] = []
    for prediction in predictions {
      var block = Block(
        confidences: prediction.confidence...prediction.confidence, right: prediction.isRight ? 1 : 0, rows: 1)
      while let last = blocks.last,
        last.share >= block.share || last.confidences.upperBound == block.confidences.lowerBound
      {
        blocks.removeLast()
        block = Block(
          confidences: last.confidences.lowerBound...block.confidences.upperBound, right: last.right + block.right,
          rows: last.rows + block.rows)
      }
      blocks.append(block)
    }
    // No share of 0 or 1: a mistake that was called impossible would cost without limit.
    let margin = 1 / Double(predictions.count + 2)
    return blocks.flatMap { block -> [Knot] in
      let share = min(max(block.share, margin), 1 - margin)
      let (low, high) = (block.confidences.lowerBound, block.confidences.upperBound)
      return (low < high ? [low, high] : [low]).map { Knot(confidence: $0, share: share) }
    }
  }

  /// The curve's height, straight between knots and level beyond the outer ones.
  private static func height(at confidence: Double, _ knots: [Knot]) -> Double {
    guard let first = knots.first, let last = knots.last else { return confidence }
    if confidence <= first.confidence { return first.share }
    if confidence >= last.confidence { return last.share }
    var (low, high) = (0, knots.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if knots[middle].confidence <= confidence { low = middle } else { high = middle }
    }
    let (from, to) = (knots[low], knots[high])
    return from.share + (to.share - from.share) * (confidence - from.confidence) / (to.confidence - from.confidence)
  }
}

import Basics
import Foundation
import Learning

/// Rows laid out on a plane so that neighbors stay together: t-SNE with Barnes and Hut's sums
/// (van der Maaten 2014, https://jmlr.org/papers/v15/vandermaaten14a.html).
///
/// Closeness of groups means something; their sizes, and distances between groups that lie apart, do not. The layout starts
/// from two principal components and a small seeded shake, by which rows that are the same come apart. The learning rate is
/// rows ÷ exaggeration ÷ 4, at least 50 (Belkina et al. 2019, doi:10.1038/s41467-019-13055-y), as in scikit-learn.
public struct StochasticNeighborEmbedding: Hashable, Sendable {
  /// About how many neighbors each row has; three times as many are looked for.
  public var perplexity = 30.0
  /// By how much affinities are enlarged at first, so that groups find together.
  public var earlyExaggeration = 12.0
  /// Steps with enlarged affinities.
  public var earlyIterations = 250
  /// All steps.
  public var iterations = 1000
  /// Squares of points are summed up where their side is below this times their distance, from 0 (never) to 0.7.
  public var angle = 0.5

  /// What scikit-learn takes when nothing is said.
  public init() {}

  /// The largest perplexity, and at most 30, for which a number of rows has enough neighbors; `nil` for fewer than 7 rows.
  public static func perplexity(forRows rows: Int) -> Double? {
    rows < 7 ? nil : min(30, Double((rows - 1) / 3))
  }

  /// Lays out `(rows, features)`. The same rows and seed give the same layout at any number of threads.
  ///
  /// - Parameter report: told after each step; `done` of `total`.
  /// - Throws: `DataError` when there are too few rows for the perplexity, all are the same, or a number is not finite;
  ///   `ParameterError` for a parameter that makes no sense.
  /// - Complexity: O(rows² × features) once, O(rows × log rows) a step.
  public func layout(
    of rows: Matrix<Float>, seed: UInt64, threads: Int, report: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PlanarLayout {
    try checkParameters()
    let sought = min(rows.rows - 1, Int((3 * perplexity).rounded(.up)) + 1)
    guard Double(sought) > perplexity else {
      throw DataError(
        "a perplexity of \(perplexity) needs more than \(Int(perplexity) + 1) rows, there are \(rows.rows)")
    }
    let neighbors = try NearestNeighbors(of: rows, count: sought, threads: threads)
    let affinities = try Affinities(neighbors, perplexity: perplexity, threads: threads)
    var descent = Descent(
      positions: try Self.start(rows, seed: seed),
      learningRate: Float(max(50, Double(rows.rows) / earlyExaggeration / 4)))
    for step in 0..<iterations {
      let isEarly = step < earlyIterations
      let gradient = try Gradient(
        affinities, positions: descent.positions, exaggeration: isEarly ? Float(earlyExaggeration) : 1,
        angle: Float(angle), threads: threads)
      descent.step(along: gradient.values, momentum: isEarly ? 0.5 : 0.8)
      guard descent.positions.allSatisfy({ $0.isFinite }) else {
        throw DataError("the layout does not settle: check features for values that are far too large")
      }
      report(step + 1, iterations)
    }
    return PlanarLayout(
      positions: Matrix(rows: rows.rows, columns: 2, values: descent.positions),
      divergence: try Gradient.divergence(
        affinities, positions: descent.positions, angle: Float(angle), threads: threads))
  }

  private func checkParameters() throws(ParameterError) {
    guard perplexity >= 1, perplexity <= 1e6 else {
      throw ParameterError(parameter: "perplexity", requirement: "must be from 1 to 1000000", was: .real(perplexity))
    }
    guard earlyExaggeration >= 1, earlyExaggeration.isFinite else {
      throw ParameterError(
        parameter: "early_exaggeration", requirement: "must be ≥ 1", was: .real(earlyExaggeration))
    }
    guard iterations >= 0, earlyIterations >= 0 else {
      throw ParameterError(parameter: "max_iter", requirement: "must be ≥ 0", was: .integer(iterations))
    }
    guard angle >= 0, angle <= 0.7 else {
      throw ParameterError(parameter: "angle", requirement: "must be from 0 to 0.7", was: .real(angle))
    }
  }

  private static let startSpread = 1e-4
  private static let shake = 1e-6

  /// Two principal components, the first with a standard deviation of 0.0001, and a shake of a hundredth of that.
  private static func start(_ rows: Matrix<Float>, seed: UInt64) throws -> [Float] {
    let seen = try PrincipalComponents(
      PrincipalComponents.Settings(count: 2, stages: [0..<rows.columns], seed: 0), rows: rows,
      training: Array(0..<rows.rows)
    ).applied(to: rows)
    let squares = (0..<rows.rows).reduce(0.0) { $0 + Double(seen[$1, 0]) * Double(seen[$1, 0]) }
    let deviation = (squares / Double(rows.rows)).squareRoot()
    let scale = deviation > 0 ? startSpread / deviation : 0
    var random = KeyedRandom(seed: seed, 0x74736E65)
    return (0..<rows.rows).flatMap { row in
      (0..<2).map { axis in
        let component = axis < seen.columns ? Double(seen[row, axis]) * scale : 0
        return Float(component + (random.unit() - 0.5) * shake)
      }
    }
  }
}

/// Where rows lie on a plane.
public struct PlanarLayout: Hashable, Sendable {
  /// x and y of each row, `(rows, 2)`; units mean nothing.
  public let positions: Matrix<Float>
  /// How far closeness on the plane is from the rows' affinities: the Kullback–Leibler divergence, in nats. 0 is perfect.
  public let divergence: Double
}

/// Positions on their way down, with a step length for each coordinate that grows while its direction stays and shrinks
/// where it turns (Jacobs 1988, doi:10.1016/0893-6080(88)90003-2).
private struct Descent {
  private(set) var positions: [Float]
  private var moves: [Float]
  private var gains: [Float]
  private let learningRate: Float

  private static let minGain: Float = 0.01

  init(positions: [Float], learningRate: Float) {
    self.positions = positions
    self.learningRate = learningRate
    moves = Array(repeating: 0, count: positions.count)
    gains = Array(repeating: 1, count: positions.count)
  }

  /// One step; the layout stays centered.
  mutating func step(along gradient: [Float], momentum: Float) {
    var (sumX, sumY) = (0.0, 0.0)
    for place in positions.indices {
      let isTurning = moves[place] * gradient[place] >= 0
      gains[place] = max(Self.minGain, isTurning ? gains[place] * 0.8 : gains[place] + 0.2)
      moves[place] = momentum * moves[place] - learningRate * gains[place] * gradient[place]
      positions[place] += moves[place]
      if place % 2 == 0 { sumX += Double(positions[place]) } else { sumY += Double(positions[place]) }
    }
    let count = Double(max(1, positions.count / 2))
    let (meanX, meanY) = (Float(sumX / count), Float(sumY / count))
    for place in positions.indices { positions[place] -= place % 2 == 0 ? meanX : meanY }
  }
}

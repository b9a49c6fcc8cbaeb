import Basics
import Learning

/// The ways in which shapes vary together, the strongest first.
public struct PrincipalModes: Hashable, Sendable, Codable {
  /// One way: a direction in which all points move at once.
  public struct Mode: Hashable, Sendable, Codable {
    /// The share of all variance that it explains.
    public let share: Double
    /// How far shapes are spread along it.
    public let standardDeviation: Double
    /// The direction, of length 1: x and y of each point.
    public let direction: [Double]
  }

  /// The mean shape, `2 × points` numbers.
  public let mean: [Double]
  /// The ways, the strongest first.
  public let modes: [Mode]

  /// The mean shape moved along a mode by some standard deviations.
  public func shape(mode: Int, deviations: Double) -> [Double] {
    let way = modes[mode]
    return zip(mean, way.direction).map { $0 + deviations * way.standardDeviation * $1 }
  }

  /// How many modes, the strongest first, explain a share of all variance; all where they do not reach it.
  public func count(explaining share: Double) -> Int {
    var sum = 0.0
    for (place, mode) in modes.enumerated() {
      sum += mode.share
      if sum >= share { return place + 1 }
    }
    return modes.count
  }

  /// `component,explained_variance_ratio,cumulative,standard_deviation`.
  package var csv: String {
    var csv = CSVText(header: ["component", "explained_variance_ratio", "cumulative", "standard_deviation"])
    var sum = 0.0
    for (place, mode) in modes.enumerated() {
      sum += mode.share
      csv.append(
        ["\(place + 1)"] + [mode.share, sum, mode.standardDeviation].map { DecimalText.text($0, 6) })
    }
    return csv.text
  }
}

/// Shapes seen along their principal components.
package struct ShapeSpace: Sendable {
  package let modes: PrincipalModes
  /// The rows learned from along each component, in standard deviations, `(rows, components)`.
  package let scores: Matrix<Float>
  private let components: PrincipalComponents
  private let deviations: [Double]

  /// The components of `(rows, 2 × points)`; at most `count`.
  ///
  /// - Throws: `DataError` when all rows are the same.
  package init(_ shapes: Matrix<Float>, count: Int) throws {
    let width = shapes.columns
    components = try PrincipalComponents(
      PrincipalComponents.Settings(count: count, stages: [0..<width], seed: 0), rows: shapes,
      training: Array(0..<shapes.rows))
    let seen = try components.applied(to: shapes)
    deviations = (0..<seen.columns).map { column in
      let squares = (0..<seen.rows).reduce(0.0) { $0 + Double(seen[$1, column]) * Double(seen[$1, column]) }
      return (squares / Double(seen.rows)).squareRoot()
    }
    let moments = FeatureScaler(.standard, rows: shapes)
    let mean = moments.offsets
    var total = 0.0
    for row in 0..<shapes.rows {
      for column in 0..<width {
        let difference = Double(shapes[row, column]) - mean[column]
        total += difference * difference
      }
    }
    total /= Double(shapes.rows)
    // All features are of one stage and have one factor, which scores carry and shapes do not.
    let factor = Double(components.factors.max() ?? 1)
    let (units, known) = (components.units, deviations)
    modes = PrincipalModes(
      mean: mean,
      modes: known.enumerated().map { place, deviation in
        let own = deviation / factor
        return PrincipalModes.Mode(
          share: total > 0 ? own * own / total : 0, standardDeviation: own,
          direction: units[place * width..<(place + 1) * width].map(Double.init))
      })
    scores = Self.divided(seen, by: deviations)
  }

  /// Other rows along each component, in standard deviations of the rows learned from.
  ///
  /// - Throws: `DataError` when they have another number of features.
  package func scores(of shapes: Matrix<Float>) throws -> Matrix<Float> {
    Self.divided(try components.applied(to: shapes), by: deviations)
  }

  private static func divided(_ seen: Matrix<Float>, by deviations: [Double]) -> Matrix<Float> {
    var scores = seen
    for row in 0..<seen.rows {
      for (column, deviation) in deviations.enumerated() {
        scores[row, column] = deviation > 0 ? Float(Double(seen[row, column]) / deviation) : 0
      }
    }
    return scores
  }
}

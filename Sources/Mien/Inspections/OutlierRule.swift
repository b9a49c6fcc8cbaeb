import Features
import Foundation
import Learning

/// When a shape is like few others: by its Mahalanobis distance from the mean along the first principal components.
///
/// Squared distances of normal shapes would follow a χ² distribution, whose cube root is nearly normal (Wilson & Hilferty
/// 1931, doi:10.1073/pnas.17.12.684). Faces are not normal, and a χ² quantile would name hundreds of them; so the limit
/// lies some robust standard deviations (1.4826 × the median absolute deviation) of the cube roots above their own median,
/// which outliers do not move.
public struct OutlierRule: Hashable, Sendable, Codable {
  /// The components that count: those that explain 98 % of the variance, and at most a tenth of the rows.
  public let components: Int
  /// The distance beyond which a shape is an outlier.
  public let limit: Double
  /// The median distance.
  public let median: Double

  /// The share of variance that components explain together.
  public static let explainedShare = 0.98
  /// How many robust standard deviations the limit lies above the median.
  public static let deviations = 4.0
  private static let rowsPerComponent = 10

  var squaredLimit: Double { limit * limit }

  /// The rule for shapes; `nil` for fewer than 20 rows, or where most shapes are the same.
  init?(_ space: ShapeSpace) {
    let rows = space.scores.rows
    let components = min(space.modes.count(explaining: Self.explainedShare), rows / Self.rowsPerComponent)
    guard components >= 2 || components == space.modes.modes.count, components >= 1 else { return nil }
    let roots = Self.squaredDistances(space.scores, components: components).map { cbrt($0) }
    let median = Self.median(roots)
    let deviation = 1.4826 * Self.median(roots.map { abs($0 - median) })
    guard deviation > 0 else { return nil }
    let root = median + Self.deviations * deviation
    self.components = components
    limit = (root * root * root).squareRoot()
    self.median = (median * median * median).squareRoot()
  }

  /// The squared distances of shapes from the mean.
  ///
  /// - Parameter scores: shapes along the components in standard deviations, `(rows, components)`.
  func squaredDistances(_ scores: Matrix<Float>) -> [Double] { Self.squaredDistances(scores, components: components) }

  private static func squaredDistances(_ scores: Matrix<Float>, components: Int) -> [Double] {
    (0..<scores.rows).map { row in
      (0..<components).reduce(0.0) { $0 + Double(scores[row, $1]) * Double(scores[row, $1]) }
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

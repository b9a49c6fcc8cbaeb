import Foundation

/// Whether two candidates' scores differ by more than their folds do: the corrected resampled t-test
/// (Nadeau & Bengio 2003, doi:10.1023/A:1024068626366).
///
/// Folds share most of their training rows, so their scores vary less than those of independent samples; the plain
/// t-test takes too many differences for real.
public struct CorrectedResampledTTest: Hashable, Sendable, Codable {
  /// The mean of the differences, first minus second.
  public let difference: Double
  /// The test statistic; 0 when the folds do not differ at all.
  public let t: Double
  /// The two-sided probability of such a difference by chance.
  public let pValue: Double

  /// Compares scores of the same folds.
  ///
  /// - Parameter testShare: rows evaluated on ÷ rows learned from, in each fold: 1 ÷ (folds − 1).
  public init(_ first: [Double], _ second: [Double], testShare: Double) {
    let differences = zip(first, second).map { $0 - $1 }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / max(1, count)
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
    difference = mean
    let error = ((1 / max(1, count) + testShare) * variance).squareRoot()
    if error > 0, count > 1 {
      t = mean / error
      let freedom = count - 1
      pValue = IncompleteBeta.regularized(freedom / (freedom + t * t), freedom / 2, 0.5)
    } else {
      t = 0
      pValue = mean == 0 ? 1 : 0
    }
  }

  /// Whether chance explains the difference at the 5 % level.
  public var isSignificant: Bool { pValue < 0.05 }
}

/// Whether two models err on different rows more often one way than the other: McNemar's test in its exact form
/// (McNemar 1947, doi:10.1007/BF02295996).
public struct McNemarTest: Hashable, Sendable, Codable {
  /// Rows that only the first model got right.
  public let onlyFirstRight: Int
  /// Rows that only the second model got right.
  public let onlySecondRight: Int

  /// Counts the rows on which exactly one of two models is right.
  public init(labels: [Int], first: [Int], second: [Int]) {
    var counts = (0, 0)
    for (label, pair) in zip(labels, zip(first, second)) {
      if pair.0 == label && pair.1 != label { counts.0 += 1 }
      if pair.0 != label && pair.1 == label { counts.1 += 1 }
    }
    (onlyFirstRight, onlySecondRight) = counts
  }

  /// The two-sided probability of such counts if both models were equally good: a fair coin's.
  public var pValue: Double {
    let count = onlyFirstRight + onlySecondRight
    let fewer = min(onlyFirstRight, onlySecondRight)
    guard count > 0, onlyFirstRight != onlySecondRight else { return 1 }
    // P(X ≤ k) of a binomial is I_{1/2}(n − k, k + 1).
    return min(1, 2 * IncompleteBeta.regularized(0.5, Double(count - fewer), Double(fewer + 1)))
  }

  /// Whether chance explains the difference at the 5 % level.
  public var isSignificant: Bool { pValue < 0.05 }
}

import Learning

/// How well scores put the rows of a class before all others: true against false positives as the threshold falls, point
/// for point scikit-learn's `roc_curve` (with `drop_intermediate=False`).
public struct ROCCurve: Hashable, Sendable {
  /// What a threshold does.
  public struct Point: Hashable, Sendable {
    /// Rows that score at least as much are taken for the class.
    public let threshold: Double
    /// Of the other rows, the share that is taken for the class.
    public let falsePositiveRate: Double
    /// Of the rows of the class, the share that is.
    public let truePositiveRate: Double
  }

  /// From no row at an infinite threshold to all rows at the lowest score, one point a distinct score.
  public let points: [Point]
  /// The area under the straight lines that join the points: the share of pairs of a row of the class and another row in
  /// which the first one scores higher, equal scores counting half (Hanley & McNeil 1982,
  /// doi:10.1148/radiology.143.1.7063747).
  public let area: Double

  /// The curve of scores; `nil` when all rows are of the class, or none is.
  public init?(isPositive: [Bool], scores: [Double]) {
    self.init(RankedCounts(isPositive: isPositive, scores: scores))
  }

  package init(points: [Point], area: Double) {
    self.points = points
    self.area = area
  }

  init?(_ ranked: RankedCounts) {
    guard ranked.positives > 0, ranked.negatives > 0 else { return nil }
    let (positives, negatives) = (Double(ranked.positives), Double(ranked.negatives))
    points =
      [Point(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)]
      + ranked.steps.map { step in
        Point(
          threshold: step.threshold, falsePositiveRate: Double(step.falsePositives) / negatives,
          truePositiveRate: Double(step.truePositives) / positives)
      }
    // Twice the area in pairs of rows is an integer, so ties and order make no difference in the last digit.
    var doubled = 0
    var last = (falsePositives: 0, truePositives: 0)
    for step in ranked.steps {
      doubled += (step.falsePositives - last.falsePositives) * (step.truePositives + last.truePositives)
      last = (step.falsePositives, step.truePositives)
    }
    area = Double(doubled) / (2 * positives * negatives)
  }
}

/// How clean the rows are that score at least so much, and how many of a class they find, point for point scikit-learn's
/// `precision_recall_curve`, by falling threshold.
public struct PrecisionRecallCurve: Hashable, Sendable {
  /// What a threshold does.
  public struct Point: Hashable, Sendable {
    /// Rows that score at least as much are taken for the class.
    public let threshold: Double
    /// Of the rows that are taken for the class, the share that is of it.
    public let precision: Double
    /// Of the rows of the class, the share that is found.
    public let recall: Double
  }

  /// From precision 1 and recall 0 at an infinite threshold to all rows at the lowest score, one point a distinct score.
  public let points: [Point]
  /// The mean of the precisions, each weighted by what recall gains there: scikit-learn's `average_precision_score`.
  /// Unlike the area under straight lines it is not too hopeful (Davis & Goadrich 2006, doi:10.1145/1143844.1143874).
  public let averagePrecision: Double

  /// The curve of scores; `nil` when no row is of the class.
  public init?(isPositive: [Bool], scores: [Double]) {
    self.init(RankedCounts(isPositive: isPositive, scores: scores))
  }

  package init(points: [Point], averagePrecision: Double) {
    self.points = points
    self.averagePrecision = averagePrecision
  }

  init?(_ ranked: RankedCounts) {
    guard ranked.positives > 0 else { return nil }
    points =
      [Point(threshold: .infinity, precision: 1, recall: 0)]
      + ranked.steps.map { step in
        Point(
          threshold: step.threshold,
          precision: Double(step.truePositives) / Double(step.truePositives + step.falsePositives),
          recall: Double(step.truePositives) / Double(ranked.positives))
      }
    averagePrecision = zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1.recall - $1.0.recall) * $1.1.precision }
  }
}

/// The curves of one class against all others.
public struct ClassCurves: Hashable, Sendable {
  /// The class.
  public let name: String
  /// `nil` when all rows are of the class, or none is.
  public let roc: ROCCurve?
  /// `nil` when no row is of the class.
  public let precisionRecall: PrecisionRecallCurve?

  package init(name: String, roc: ROCCurve?, precisionRecall: PrecisionRecallCurve?) {
    self.name = name
    self.roc = roc
    self.precisionRecall = precisionRecall
  }

  /// The curves of the class `label`, by the probabilities that rows are given for it, `(rows, classes)`.
  ///
  /// - Complexity: O(rows × log rows).
  public init(_ name: String, label: Int, labels: [Int], probabilities: Matrix<Double>) {
    let ranked = RankedCounts(
      isPositive: labels.map { $0 == label }, scores: labels.indices.map { probabilities[$0, label] })
    self.init(name: name, roc: ROCCurve(ranked), precisionRecall: PrecisionRecallCurve(ranked))
  }

  /// The curves of every class.
  public static func all(labels: [Int], probabilities: Matrix<Double>, classes: [String]) -> [ClassCurves] {
    classes.enumerated().map { ClassCurves($1, label: $0, labels: labels, probabilities: probabilities) }
  }
}

/// Rows of a class and other rows that score at least so much, for each distinct score from the highest down.
struct RankedCounts {
  struct Step {
    let threshold: Double
    let truePositives: Int
    let falsePositives: Int
  }

  let steps: [Step]
  var positives: Int { steps.last?.truePositives ?? 0 }
  var negatives: Int { steps.last?.falsePositives ?? 0 }

  /// Scores that are no numbers count as the lowest.
  init(isPositive: [Bool], scores: [Double]) {
    precondition(isPositive.count == scores.count, "one score a row")
    let ranked = zip(scores, isPositive).map { (score: $0.isNaN ? -.infinity : $0, isPositive: $1) }
      .sorted { $0.score > $1.score }
    var steps: [Step] = []
    var counts = (true: 0, false: 0)
    for (index, row) in ranked.enumerated() {
      if row.isPositive { counts.true += 1 } else { counts.false += 1 }
      // Rows of one score pass the threshold together.
      if index + 1 == ranked.count || ranked[index + 1].score != row.score {
        steps.append(Step(threshold: row.score, truePositives: counts.true, falsePositives: counts.false))
      }
    }
    self.steps = steps
  }
}

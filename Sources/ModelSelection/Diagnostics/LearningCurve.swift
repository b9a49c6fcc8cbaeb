import Basics
import Learning

/// How a candidate's score grows with the rows that it learns from.
///
/// In each fold of a cross-validation the candidate is fitted on growing samples of the training rows and evaluated on the
/// same validation rows, as scikit-learn's `learning_curve` does. Samples have the same share of every class, and
/// smaller ones lie within larger ones; the last one is the fold's whole training part, so that its score is the
/// candidate's in the search (for a learner that stops within a tolerance of its optimum, as good as). Copies of a row
/// are learned from where the row itself is, and what becomes of features is learned from the sample alone.
public struct LearningCurve: Sendable {
  /// The scores at one size of the sample.
  public struct Point: Sendable {
    /// The share of each fold's training rows that is learned from.
    public let share: Double
    /// How many rows that is, the mean over the folds; copies do not count.
    public let rows: Int
    /// The score of the rows that were learned from, by fold.
    public let trainScores: [Double]
    /// The score of the validation rows, by fold.
    public let testScores: [Double]

    /// The mean score of the rows that were learned from.
    public var meanTrainScore: Double { CandidateResult.mean(trainScores) }
    /// The standard deviation over the folds of that score (of the population, as scikit-learn reports it).
    public var stdTrainScore: Double { CandidateResult.standardDeviation(trainScores) }
    /// The mean score of the validation rows.
    public var meanTestScore: Double { CandidateResult.mean(testScores) }
    /// The standard deviation over the folds of that score.
    public var stdTestScore: Double { CandidateResult.standardDeviation(testScores) }
  }

  /// What was fitted.
  public let candidate: Candidate
  /// What is scored.
  public let scoring: Scoring
  /// The sizes, rising.
  public let points: [Point]

  /// The shares of the training rows that are learned from when nothing is said.
  public static let defaultShares = [0.1, 0.2, 0.4, 0.7, 1]

  /// Fits a candidate on growing samples of each fold's training rows.
  ///
  /// The same numbers at any number of threads.
  ///
  /// - Parameters:
  ///   - rows: with a view for the list of features that the candidate looks at.
  ///   - seed: of the samples and of every fit.
  ///   - shares: of the training rows, above 0 and at most 1.
  ///   - report: called with the fits that are done and all fits, one call at a time.
  /// - Throws: `ParameterError` for the candidate's values, `DataError` when it cannot learn from a sample.
  /// - Complexity: shares × folds fits.
  public init(
    of candidate: Candidate, on rows: SearchData, folds: StratifiedFolds, scoring: Scoring, seed: UInt64,
    shares: [Double] = defaultShares, threads: Int,
    report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    precondition(!shares.isEmpty && shares.allSatisfy { $0 > 0 && $0 <= 1 }, "shares above 0 and at most 1")
    let shares = shares.sorted()
    let learner = try candidate.family.learner(candidate.values)
    let view = rows.views[candidate.key.place]
    let samples = (0..<folds.count).map { fold in
      NestedSamples(rows.fold(fold, of: folds), of: rows, seed: seed, fold: fold)
    }
    let total = shares.count * folds.count
    let counter = ProgressCounter { report($0, total) }
    // The largest samples first: what comes last is soon done, and no thread is left alone with a long fit.
    let units = try Parallel.map(count: total, threads: threads) { unit in
      let sample = samples[unit % folds.count].sample(shares[shares.count - 1 - unit / folds.count])
      let fold = try rows.seen(sample.fold, through: view)
      let scores = try Self.scores(learner, on: fold, sample: sample.scored, of: rows, scoring: scoring, seed: seed)
      counter.count()
      return (rows: sample.scored.count, scores: scores)
    }
    self.candidate = candidate
    self.scoring = scoring
    points = shares.indices.map { place in
      let first = (shares.count - 1 - place) * folds.count
      let units = units[first..<first + folds.count]
      let mean = Double(units.reduce(0) { $0 + $1.rows }) / Double(folds.count)
      return Point(
        share: shares[place], rows: Int(mean.rounded()), trainScores: units.map(\.scores.train),
        testScores: units.map(\.scores.test))
    }
  }

  private static func scores<L: Learner>(
    _ learner: L, on fold: Fold, sample: [Int], of rows: SearchData, scoring: Scoring, seed: UInt64
  ) throws -> (train: Double, test: Double) {
    let model = try learner.fit(fold.rows.selecting(fold.training), seed: seed, threads: 1)
    func score(_ scored: [Int]) throws -> Double {
      let looked = fold.isMirrored ? scored + scored.map { rows.scoredCount + $0 } : scored
      let predicted = try model.probabilities(of: fold.rows.features.selecting(rows: looked))
      return scoring.score(
        labels: scored.map { fold.rows.labels[$0] },
        probabilities: fold.isMirrored ? predicted.meansOfHalves : predicted)
    }
    return (try score(sample), try score(fold.scored))
  }

  /// The points in the columns that scikit-learn's `learning_curve` has names for.
  public var csv: String {
    var csv = CSVText(
      header: ["rows", "mean_train_score", "std_train_score", "mean_test_score", "std_test_score"])
    for point in points {
      csv.append(
        ["\(point.rows)"]
          + [point.meanTrainScore, point.stdTrainScore, point.meanTestScore, point.stdTestScore].map { "\($0)" })
    }
    return csv.text
  }
}

/// Samples of a fold's training rows, each within all larger ones.
package struct NestedSamples: Sendable {
  /// A fold that learns from a sample of its training rows.
  package struct Sample: Sendable {
    /// The fold, with the rows of the sample and their copies to learn from.
    package let fold: Fold
    /// The rows of the sample, without copies, ascending.
    package let scored: [Int]
  }

  private let whole: Fold
  private let originals: [Int]
  /// The rows that are learned from, copies apart: every beginning is a sample.
  private let order: [Int]
  private let presentClasses: Int

  private static let stream: UInt64 = 0x6C63_7572_7665

  /// - Complexity: O(rows × log rows).
  package init(_ fold: Fold, of rows: SearchData, seed: UInt64, fold number: Int) {
    whole = fold
    originals = rows.originals
    let learned = Set(fold.training.map { rows.originals[$0] }).sorted()
    var rowsOfClass: [[Int]] = Array(repeating: [], count: fold.rows.classes.count)
    for row in learned { rowsOfClass[fold.rows.labels[row]].append(row) }
    // Each class is shuffled and spread evenly over the order. The first row of every class comes first, so that none
    // is without rows in a small sample.
    var places: [(place: Double, label: Int, row: Int)] = []
    for (label, rows) in rowsOfClass.enumerated() {
      var rows = rows
      var random = KeyedRandom(seed: seed, Self.stream, UInt64(number), UInt64(label))
      for index in stride(from: rows.count - 1, to: 0, by: -1) {
        rows.swapAt(index, Int(random.below(UInt32(index + 1))))
      }
      for (index, row) in rows.enumerated() { places.append((Double(index) / Double(rows.count), label, row)) }
    }
    order = places.sorted { ($0.place, $0.label) < ($1.place, $1.label) }.map(\.row)
    presentClasses = rowsOfClass.count { !$0.isEmpty }
  }

  /// The sample with a share of the rows, at least one of every class.
  package func sample(_ share: Double) -> Sample {
    let wanted = Int((share * Double(order.count)).rounded())
    let count = min(order.count, max(presentClasses, wanted))
    guard count < order.count else { return Sample(fold: whole, scored: order.sorted()) }
    let chosen = Set(order.prefix(count))
    let training = whole.training.filter { chosen.contains(originals[$0]) }
    return Sample(
      fold: Fold(
        rows: whole.rows, training: training, validation: whole.validation, isMirrored: whole.isMirrored),
      scored: chosen.sorted())
  }
}

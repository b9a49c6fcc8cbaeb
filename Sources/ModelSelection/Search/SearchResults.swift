import Basics
import Learning

/// What one candidate did on one fold.
public struct FoldResult: Sendable {
  /// Every score of the fold's validation rows.
  public let scores: [Scoring: Double]
  /// Seconds of wall time for fitting, with what is learned from features first; candidates that one computation served
  /// share its time equally.
  public let fitTime: Double
  /// Seconds of wall time for predicting and scoring, shared in the same way.
  public let scoreTime: Double
  /// The class probabilities of the validation rows, in their order, `(validation rows, classes)`.
  public let probabilities: Matrix<Double>
  /// Whether the learner's solver, if it has one, reached its optimum.
  public let hasConverged: Bool
  /// The most bytes that the process held in memory while the fit, and all that one computation served with it, was at
  /// work: with tables, with what learners share, and with what fits on other threads held then. `nil` where the system
  /// does not say.
  public internal(set) var peakMemory: Int?

  package init(
    scores: [Scoring: Double], fitTime: Double, scoreTime: Double, probabilities: Matrix<Double>,
    hasConverged: Bool = true, peakMemory: Int? = nil
  ) {
    self.peakMemory = peakMemory
    self.scores = scores
    self.fitTime = fitTime
    self.scoreTime = scoreTime
    self.probabilities = probabilities
    self.hasConverged = hasConverged
  }
}

/// What was evaluated on all folds and may be chosen: a candidate, or an ensemble of several.
public protocol RankedModel: Sendable, CustomStringConvertible {
  /// What files and tables call it, such as `random_forest` or `voting`.
  var name: String { get }
  /// What sets it apart from others of its name.
  var choices: ParameterValues { get }
  /// The results by fold.
  var folds: [FoldResult] { get }
  /// How contenders are ranked.
  var scoring: Scoring { get }
  /// What the best is chosen by, fold by fold: the search's `refit`; for log loss that of probabilities which are calibrated,
  /// as those of models are, each fold's by what the other folds teach.
  var refitScores: [Double] { get }
}

extension RankedModel {
  /// `random_forest: max_depth 6, n_estimators 300`.
  public var description: String { "\(name): \(choices)" }

  /// The score of each fold.
  public var foldScores: [Double] { scores(scoring) }
  /// The mean score over the folds.
  public var meanScore: Double { CandidateResult.mean(foldScores) }
  /// The standard deviation of the scores over the folds (of the population, as scikit-learn reports it).
  public var stdScore: Double { CandidateResult.standardDeviation(foldScores) }

  /// The mean over the folds of what the best is chosen by.
  public var refitScore: Double { CandidateResult.mean(refitScores) }

  /// Any score of each fold.
  public func scores(_ scoring: Scoring) -> [Double] { folds.map { $0.scores[scoring] ?? .nan } }

  /// The largest `FoldResult.peakMemory` of the folds that it is known of.
  public var peakMemory: Int? { folds.compactMap(\.peakMemory).max() }

  /// The mean of any score over the folds.
  public func mean(_ scoring: Scoring) -> Double { CandidateResult.mean(scores(scoring)) }
}

/// What one candidate did on all folds.
public struct CandidateResult: RankedModel {
  /// What was fitted.
  public let candidate: Candidate
  /// The results by fold.
  public let folds: [FoldResult]
  /// The place among all candidates by mean score, from 1; equal means share the better place.
  public let rank: Int
  /// The index of the candidate whose results these are, when both are the same problem.
  public let sharedWith: Int?

  /// How candidates are ranked.
  public let scoring: Scoring
  /// What the best is chosen by, fold by fold.
  public let refitScores: [Double]

  /// The family's name.
  public var name: String { candidate.family.name }
  /// The grid's values, and `features` where there is a choice.
  public var choices: ParameterValues { candidate.choices }

  package static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

  package static func standardDeviation(_ values: [Double]) -> Double {
    let center = mean(values)
    return mean(values.map { ($0 - center) * ($0 - center) }).squareRoot()
  }
}

/// The results of a grid search, in the order of the candidates.
public struct SearchResults: Sendable {
  /// One result a candidate.
  public let candidates: [CandidateResult]
  /// What the best candidate is chosen by.
  public let refit: Scoring
  /// The fold of each row.
  public let folds: StratifiedFolds
  let comparison: Comparison

  /// Whether the best is chosen by what contenders say after calibration.
  public var choosesByCalibrated: Bool { comparison.isCalibrated }

  /// - Parameters:
  ///   - labels: the class of each row, in the order of the folds'.
  ///   - results: the fold results of each candidate.
  init(
    plan: SearchPlan, scoring: Scoring, comparison: Comparison, labels: [Int], results: [[FoldResult]], threads: Int
  ) {
    // Candidates that are the same problem have the same scores.
    let distinct = plan.candidates.indices.filter { plan.sharedWith[$0] == nil }
    let scores = Parallel.values(count: distinct.count, threads: threads) {
      comparison.scores(results[distinct[$0]], labels: labels)
    }
    let refitScores = Dictionary(uniqueKeysWithValues: zip(distinct, scores))
    let means = results.map { CandidateResult.mean($0.map { $0.scores[scoring] ?? .nan }) }
    candidates = plan.candidates.indices.map { index in
      CandidateResult(
        candidate: plan.candidates[index], folds: results[index], rank: 1 + means.count { $0 > means[index] },
        sharedWith: plan.sharedWith[index], scoring: scoring,
        refitScores: refitScores[plan.sharedWith[index] ?? index] ?? [])
    }
    refit = comparison.scoring
    folds = comparison.folds
    self.comparison = comparison
  }

  /// The first of the candidates with the best mean of the score that chooses; `family` narrows the choice.
  public func best(ofFamily family: String? = nil) -> CandidateResult? {
    best(of: candidates.filter { family == nil || $0.name == family })
  }

  /// The best candidate of every learner with every kind of features, in the order of the candidates.
  public var bestOfEachPair: [CandidateResult] {
    var pairs: [Candidate.Key] = []
    var members: [Candidate.Key: [CandidateResult]] = [:]
    for result in candidates {
      let pair = result.candidate.key
      if members[pair] == nil { pairs.append(pair) }
      members[pair, default: []].append(result)
    }
    return pairs.compactMap { members[$0].flatMap(best) }
  }

  private func best(of results: [CandidateResult]) -> CandidateResult? {
    results.min { $0.refitScore > $1.refitScore }
  }

  /// The best candidate or ensemble that is another problem than `winner`, and what sets them apart on the folds; `nil`
  /// when there is no other.
  public func runnerUp(
    to winner: any RankedModel, among ensembles: [EnsembleResult] = []
  ) -> (result: any RankedModel, comparison: CorrectedResampledTTest)? {
    var others: [any RankedModel] = candidates.filter { $0.sharedWith == nil } + ensembles
    guard let place = others.firstIndex(where: { $0.name == winner.name && $0.refitScore == winner.refitScore })
    else { return nil }
    others.remove(at: place)
    guard let other = others.min(by: { $0.refitScore > $1.refitScore }) else { return nil }
    return (
      other,
      CorrectedResampledTTest(winner.refitScores, other.refitScores, testShare: 1 / Double(max(1, folds.count - 1)))
    )
  }

  /// That some fits ended before their optimum, and which candidates they are of; `nil` if none did.
  public var convergenceWarning: String? {
    let cut = candidates.filter { $0.sharedWith == nil && !$0.folds.allSatisfy(\.hasConverged) }
    guard let first = cut.first else { return nil }
    let fits = cut.reduce(0) { $0 + $1.folds.count { !$0.hasConverged } }
    let others = cut.count > 1 ? " and \(cut.count - 1) other candidates" : ""
    return
      "\(fits) fits of \(first.candidate.family.name) \(first.candidate.choices)\(others) did not converge: their scores "
      + "may change with max_iter, scale or tol"
  }

  /// A contender's probabilities for every row, each from what had not seen it, `(rows, classes)`.
  public func outOfFoldProbabilities(_ result: any RankedModel) -> Matrix<Double> {
    folds.joined(result.folds.map(\.probabilities))
  }
}

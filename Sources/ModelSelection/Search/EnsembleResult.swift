import Basics
import Learning

/// What an ensemble of candidates did on all folds.
///
/// What members say is calibrated before it is combined: a member that is too modest or too sure by itself would be weighed
/// by that and not by what it knows. What an ensemble says of a fold's rows comes of calibrations and a combination that
/// were learned from the other folds' labels and what its members say of these rows out of fold. It needs no fits but
/// theirs, and so its evaluation is not nested: what its members say of other folds was learned from this fold's labels, too,
/// as is usual where models are stacked. Held-out rows are free of that.
public struct EnsembleResult: RankedModel {
  /// One of the candidates whose probabilities are combined.
  public struct Member: Sendable {
    /// What the search said of it.
    public let result: CandidateResult
    /// What makes its probabilities mean what they say, learned from all rows.
    public let calibration: Calibration
    /// Its share of the answer; those of all members sum to 1.
    public let share: Double
  }

  /// The members that make a difference.
  public let members: [Member]
  /// How their calibrated probabilities become one, learned from all rows.
  public let combination: EnsembleRule
  /// The results by fold; times are those of all candidates that it was made of.
  public let folds: [FoldResult]
  /// How contenders are ranked.
  public let scoring: Scoring
  /// What the best is chosen by, fold by fold: of what it says after its own calibration, where candidates' is.
  public let refitScores: [Double]

  /// The method's name.
  public var name: String { combination.method.rawValue }

  /// The members with their shares.
  public var choices: ParameterValues {
    ParameterValues(
      Dictionary(uniqueKeysWithValues: members.map { ($0.name, .text(DecimalText.text($0.share, 3))) }))
  }
}

extension EnsembleResult.Member {
  /// `svc`, or `svc [aligned]` where there is a choice of features; no two members have the same.
  public var name: String {
    result.name + (result.candidate.features.map { " " + $0.name } ?? "")
  }
}

extension SearchResults {
  /// Combines candidates whose results are known, in every way of `methods`.
  ///
  /// The same numbers at any number of threads.
  ///
  /// - Parameters:
  ///   - members: one or more candidates, no two of the same learner and features.
  ///   - calibration: how each member's probabilities are calibrated before they are combined.
  ///   - labels: the class of each row, in the order of `folds`.
  /// - Complexity: for each method folds + 1 combinations are learned, for each member a calibration for every pair of
  ///   folds.
  public func ensembles(
    _ methods: [EnsembleRule.Method], of members: [CandidateResult], calibration: Calibration.Method, labels: [Int],
    threads: Int = Parallel.availableThreads
  ) -> [EnsembleResult] {
    guard let scoring = members.first?.scoring, !methods.isEmpty else { return [] }
    let calibrated = Parallel.values(count: members.count, threads: threads) { member in
      CalibratedMember(
        outOfFoldProbabilities(members[member]), calibration: calibration, labels: labels, folds: folds)
    }
    return Parallel.values(count: methods.count, threads: threads) { place in
      let probabilities = calibrated.map(\.whole)
      let combination = EnsembleRule(methods[place], members: probabilities, labels: labels)
      let shares = combination.shares(of: probabilities)
      let results = (0..<folds.count).map { fold in
        result(of: methods[place], on: fold, members: members, calibrated: calibrated, labels: labels)
      }
      return EnsembleResult(
        members: combination.used.map {
          .init(result: members[$0], calibration: calibrated[$0].calibration, share: shares[$0])
        },
        combination: combination.ofUsed,
        folds: results, scoring: scoring, refitScores: comparison.scores(results, labels: labels))
    }
  }

  private func result(
    of method: EnsembleRule.Method, on fold: Int, members: [CandidateResult], calibrated: [CalibratedMember],
    labels: [Int]
  ) -> FoldResult {
    let (training, validation) = folds.rows(of: fold)
    let probabilities = calibrated.map { $0.hiding[fold] }
    let combination = EnsembleRule(
      method, members: probabilities.map { $0.selecting(rows: training) }, labels: training.map { labels[$0] })
    let combined = combination.applied(to: probabilities.map { $0.selecting(rows: validation) })
    let parts = members.map { $0.folds[fold] }
    return FoldResult(
      scores: Scoring.scores(labels: validation.map { labels[$0] }, probabilities: combined),
      fitTime: parts.reduce(0) { $0 + $1.fitTime }, scoreTime: parts.reduce(0) { $0 + $1.scoreTime },
      probabilities: combined, hasConverged: parts.allSatisfy(\.hasConverged),
      peakMemory: parts.compactMap(\.peakMemory).max())
  }
}

/// What a member says of all rows out of fold, calibrated.
private struct CalibratedMember: Sendable {
  /// What all rows teach.
  let calibration: Calibration
  /// Each fold's rows by what the other folds teach.
  let whole: Matrix<Double>
  /// For each fold the same by what folds other than this one teach, so that no map knows its labels.
  let hiding: [Matrix<Double>]

  init(_ probabilities: Matrix<Double>, calibration method: Calibration.Method, labels: [Int], folds: StratifiedFolds) {
    calibration = Calibration(method, probabilities: probabilities, labels: labels)
    guard method != .none else {
      whole = probabilities
      hiding = Array(repeating: probabilities, count: folds.count)
      return
    }
    let maps = CrossCalibration(method, probabilities: probabilities, labels: labels, folds: folds, pairs: true)
    whole = maps.calibrated()
    hiding = (0..<folds.count).map { maps.calibrated(hiding: $0) }
  }
}

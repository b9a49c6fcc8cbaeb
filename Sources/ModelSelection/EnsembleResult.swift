import Basics
import Learning

/// What an ensemble of candidates did on all folds.
///
/// What it says of a fold's rows comes of a combination that was learned on the other folds' rows, from what its members
/// say of them out of fold; so it is judged as its members are. It needs no fits but theirs.
public struct EnsembleResult: Contender {
  /// One of the candidates whose probabilities are combined.
  public struct Member: Sendable {
    /// What the search said of it.
    public let result: CandidateResult
    /// Its share of the answer; those of all members sum to 1.
    public let share: Double
  }

  /// The members that make a difference.
  public let members: [Member]
  /// How their probabilities become one, learned from all rows.
  public let combination: Combination
  /// The results by fold; times are those of all candidates that it was made of.
  public let folds: [FoldResult]
  /// How contenders are compared.
  public let scoring: Scoring

  /// The method's name.
  public var name: String { combination.method.rawValue }

  /// The members with their shares.
  public var choices: ParameterValues {
    ParameterValues(
      Dictionary(uniqueKeysWithValues: members.map { ($0.name, .text(Decimal.text($0.share, 3))) }))
  }
}

extension EnsembleResult.Member {
  /// `svc`, or `svc [aligned]` where there is a choice of features; no two members have the same.
  public var name: String {
    result.name + (result.candidate.features.map { " " + $0.name } ?? "")
  }
}

extension SearchResults {
  /// Combines candidates whose results are known.
  ///
  /// - Parameters:
  ///   - members: one or more candidates, no two of the same learner and features.
  ///   - labels: the class of each row, in the order of `folds`.
  /// - Complexity: folds + 1 combinations are learned.
  public func ensemble(
    _ method: Combination.Method, of members: [CandidateResult], labels: [Int]
  ) -> EnsembleResult? {
    guard let scoring = members.first?.scoring else { return nil }
    let probabilities = members.map(outOfFoldProbabilities)
    let combination = Combination(method, members: probabilities, labels: labels)
    let shares = combination.shares(of: probabilities)
    return EnsembleResult(
      members: combination.used.map { .init(result: members[$0], share: shares[$0]) },
      combination: combination.ofUsed,
      folds: (0..<folds.count).map { fold in
        result(of: method, on: fold, members: members, probabilities: probabilities, labels: labels)
      }, scoring: scoring)
  }

  private func result(
    of method: Combination.Method, on fold: Int, members: [CandidateResult], probabilities: [Matrix<Double>],
    labels: [Int]
  ) -> FoldResult {
    let (training, validation) = folds.rows(of: fold)
    let combination = Combination(
      method, members: probabilities.map { $0.selecting(rows: training) }, labels: training.map { labels[$0] })
    let parts = members.map { $0.folds[fold] }
    let combined = combination.applied(to: parts.map(\.probabilities))
    return FoldResult(
      scores: Scoring.scores(labels: validation.map { labels[$0] }, probabilities: combined),
      fitTime: parts.reduce(0) { $0 + $1.fitTime }, scoreTime: parts.reduce(0) { $0 + $1.scoreTime },
      probabilities: combined, hasConverged: parts.allSatisfy(\.hasConverged),
      peakMemory: parts.compactMap(\.peakMemory).max())
  }
}

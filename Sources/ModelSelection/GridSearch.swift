import Basics
import Foundation
import Learning
import Synchronization

/// How far a search has come.
public struct SearchProgress: Sendable {
  /// Fits that are done.
  public let finishedFits: Int
  /// All fits: candidates × folds.
  public let totalFits: Int
  /// Seconds since the start.
  public let elapsed: Double
  /// The best mean score of the candidates whose folds are all done, and which one it is.
  public let best: (score: Double, candidate: Candidate)?

  /// Seconds still to go if the rest goes as the part that is done.
  public var remaining: Double? {
    finishedFits > 0 ? elapsed / Double(finishedFits) * Double(totalFits - finishedFits) : nil
  }
}

/// Fits every candidate on every fold and scores it on the rows left out.
public struct GridSearch: Sendable {
  /// What is tried, in the order of the result table.
  public let candidates: [Candidate]
  /// The seed of every fit.
  public let seed: UInt64
  /// How many fits run at a time.
  public let threads: Int

  private let learners: [any Learner]

  /// A search over candidates, all of whose values are checked here, before any work.
  ///
  /// - Throws: `ParameterError` naming the parameter and the learner.
  public init(candidates: [Candidate], seed: UInt64, threads: Int) throws {
    self.candidates = candidates
    self.seed = seed
    self.threads = threads
    learners = try candidates.map { try $0.family.learner($0.values) }
  }

  /// Runs all fits; `report` is called after each, one call at a time.
  ///
  /// - Throws: `DataError` when a learner cannot learn from the rows.
  public func run(
    on rows: LabelledRows, folds: StratifiedFolds, report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) throws -> SearchResults {
    let tracker = ProgressTracker(candidates: candidates, foldCount: folds.count, report: report)
    let parts = (0..<folds.count).map(folds.rows)
    let results = try Parallel.map(count: candidates.count * folds.count, threads: threads) { unit in
      let (candidate, fold) = (unit / folds.count, unit % folds.count)
      let result = try fit(
        learners[candidate], on: rows.selecting(parts[fold].training),
        validatedOn: rows.selecting(parts[fold].validation))
      tracker.finished(candidate: candidate, score: result.score)
      return result
    }
    return SearchResults(
      candidates: candidates.enumerated().map { index, candidate in
        CandidateResult(
          candidate: candidate, folds: Array(results[index * folds.count..<(index + 1) * folds.count]), rank: 0)
      }, folds: folds)
  }

  private func fit(
    _ learner: some Learner, on training: LabelledRows, validatedOn validation: LabelledRows
  ) throws -> FoldResult {
    let clock = ContinuousClock()
    let start = clock.now
    let model = try learner.fit(training, seed: seed, threads: 1)
    let fitted = clock.now
    let probabilities = try model.probabilities(of: validation.features)
    let scored = clock.now
    return FoldResult(
      score: AccuracyEstimate(labels: validation.labels, predictions: probabilities.rowArgmax).accuracy,
      fitTime: (fitted - start).seconds, scoreTime: (scored - fitted).seconds, probabilities: probabilities)
  }
}

extension Duration {
  /// The duration in seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

/// Counts what is done and knows the best candidate so far.
private final class ProgressTracker: Sendable {
  private struct State {
    var scores: [[Double]]
    var finished = 0
    var best: (score: Double, candidate: Candidate)?
  }

  private let state: Mutex<State>
  private let candidates: [Candidate]
  private let foldCount: Int
  private let start = ContinuousClock.now
  private let report: @Sendable (SearchProgress) -> Void

  init(candidates: [Candidate], foldCount: Int, report: @escaping @Sendable (SearchProgress) -> Void) {
    self.candidates = candidates
    self.foldCount = foldCount
    self.report = report
    state = Mutex(State(scores: Array(repeating: [], count: candidates.count)))
  }

  func finished(candidate: Int, score: Double) {
    state.withLock { state in
      state.finished += 1
      state.scores[candidate].append(score)
      if state.scores[candidate].count == foldCount {
        let mean = CandidateResult.mean(state.scores[candidate])
        if mean > state.best?.score ?? -.infinity { state.best = (mean, candidates[candidate]) }
      }
      report(
        SearchProgress(
          finishedFits: state.finished, totalFits: candidates.count * foldCount,
          elapsed: (ContinuousClock.now - start).seconds, best: state.best))
    }
  }
}

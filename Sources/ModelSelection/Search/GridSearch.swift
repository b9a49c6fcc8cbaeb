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
  /// Fits that an earlier process had done.
  public let resumedFits: Int
  /// Seconds since the start.
  public let elapsed: Double
  /// The best mean score of the candidates whose folds are all done, and which one it is.
  public let best: (score: Double, candidate: Candidate)?

  /// Seconds still to go if the rest goes as the part that is done.
  public var remaining: Double? {
    let done = finishedFits - resumedFits
    return done > 0 ? elapsed / Double(done) * Double(totalFits - finishedFits) : nil
  }
}

/// Fits every candidate on every fold and scores it on the rows left out.
public struct GridSearch: Sendable {
  /// The candidates and how they share work.
  public let plan: SearchPlan
  /// How candidates are ranked.
  public let scoring: Scoring
  /// What the best candidate is chosen by.
  public let refit: Scoring
  /// How models are calibrated; where `refit` is log loss, candidates are compared by what they say after it.
  public let calibration: Calibration.Method
  /// The seed of every fit.
  public let seed: UInt64
  /// How many computations run at a time.
  public let threads: Int

  /// A search over candidates, all of whose values are checked here, before any work.
  ///
  /// - Parameters:
  ///   - refit: what the best candidate is chosen by; `nil` for the scoring.
  ///   - calibration: how models are calibrated.
  /// - Throws: `ParameterError` naming the parameter.
  public init(
    candidates: [Candidate], scoring: Scoring = .accuracy, refit: Scoring? = nil,
    calibration: Calibration.Method = .none, seed: UInt64, threads: Int
  ) throws {
    plan = try SearchPlan(candidates)
    self.scoring = scoring
    self.refit = refit ?? scoring
    self.calibration = calibration
    self.seed = seed
    self.threads = threads
  }

  /// Runs all fits; `report` is called after each, one call at a time.
  ///
  /// Threads take the next (group, fold) from one queue; what a candidate gets does not depend on
  /// their order, nor on its company beyond what `SharingLearner.fitPath` allows.
  ///
  /// One list of features is searched after the other, so that what fits share is held for one at a time; principal
  /// components of a stage that lists have in common are learned once a fold.
  ///
  /// - Parameters:
  ///   - rows: with a view for each list of features that a candidate may look at.
  ///   - journal: where results are kept as they come; those that it already holds are not computed again.
  /// - Throws: `DataError` when a learner cannot learn from the rows, `FileError` when the journal cannot be written.
  public func run(
    on rows: SearchData, folds: StratifiedFolds, journal: Journal? = nil,
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) throws -> SearchResults {
    precondition(plan.candidates.allSatisfy { rows.views.indices.contains($0.key.place) }, "a view for all")
    let tracker = ProgressTracker(plan: plan, scoring: scoring, foldCount: folds.count, report: report)
    let parts = (0..<folds.count).map { rows.fold($0, of: folds) }
    let fits = FeatureSetFits()
    let memory = PeakMemoryMeter()
    let units = try rows.views.enumerated().map { place, view in
      try run(
        plan.groups(lookingAt: place), on: FoldViews(rows: rows, parts: parts, view: view, fits: fits),
        journal: journal, tracker: tracker, memory: memory)
    }
    return SearchResults(
      plan: plan, scoring: scoring, comparison: Comparison(scoring: refit, calibration: calibration, folds: folds),
      labels: Array(rows.rows.labels.prefix(rows.scoredCount)),
      results: collected(units.flatMap { $0 }, foldCount: folds.count), threads: threads)
  }

  /// Runs all fits on rows that are all learned from and evaluated.
  public func run(
    on rows: LabeledRows, folds: StratifiedFolds, journal: Journal? = nil,
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) throws -> SearchResults {
    try run(on: SearchData(rows), folds: folds, journal: journal, report: report)
  }

  /// The folds of a search as one list of features sees them.
  private struct FoldViews: Sendable {
    var rows: SearchData
    var parts: [Fold]
    var view: FeatureTransform.Settings
    var fits: FeatureSetFits
  }

  /// The results of each (group, fold), group by group.
  private func run(
    _ members: [[Int]], on views: FoldViews, journal: Journal?, tracker: ProgressTracker, memory: PeakMemoryMeter
  ) throws -> [[(candidate: Int, result: FoldResult)]] {
    let parts = views.parts
    // Features as they are serve all folds; otherwise each fold has its own.
    let whole = try views.view.areNone ? ready(parts, of: views, for: members, threads: threads) : nil
    let prepared = parts.map { _ in LazyCache<Result<ReadyFold, any Error>>() }
    return try Parallel.map(count: members.count * parts.count, threads: threads) { unit in
      let (number, fold) = (unit / parts.count, unit % parts.count)
      if let known = known(members[number], fold: fold, rows: parts[fold].scored.count, in: journal) {
        for (candidate, result) in known { tracker.finished(candidate, result, resumed: true) }
        return known
      }
      let own = prepared[fold]
      var (results, peak) = try memory.during {
        let part =
          try whole?[fold] ?? own { Result { try ready([parts[fold]], of: views, for: members, threads: 1)[0] } }.get()
        return try foldResults(of: part.groups[number], on: part.fold, preparation: part.preparation)
      }
      for place in results.indices { results[place].result.peakMemory = peak }
      for (candidate, result) in results {
        try journal?.append(result, at: Journal.Place(candidate: candidate, fold: fold))
        tracker.finished(candidate, result, resumed: false)
      }
      return results
    }
  }

  /// A fold with features as a list sees them, and the groups ready for it.
  private struct ReadyFold: Sendable {
    var fold: Fold
    var groups: [any FitGroup]
    /// Seconds of each fit's share in making features and groups ready.
    var preparation: Double
  }

  private func ready(
    _ folds: [Fold], of views: FoldViews, for members: [[Int]], threads: Int
  ) throws -> [ReadyFold] {
    guard let first = folds.first else { return [] }
    let start = ContinuousClock.now
    let seen = try views.rows.seen(first, through: views.view, fits: views.fits)
    let groups = try plan.fitGroups(members, on: seen.rows.features, threads: threads)
    let fits = folds.count * members.reduce(0) { $0 + $1.count }
    let share = (ContinuousClock.now - start).seconds / Double(max(1, fits))
    return folds.map { ReadyFold(fold: $0.with(rows: seen.rows), groups: groups, preparation: share) }
  }

  /// What a journal holds of a group on a fold; `nil` unless it is all of it.
  private func known(
    _ members: [Int], fold: Int, rows: Int, in journal: Journal?
  ) -> [(candidate: Int, result: FoldResult)]? {
    let known = members.compactMap { member in
      journal?.finished[Journal.Place(candidate: member, fold: fold)].map { (candidate: member, result: $0) }
    }
    return known.count == members.count && known.allSatisfy { $0.result.probabilities.rows == rows } ? known : nil
  }

  /// Fits a group on a fold. Its members share the time equally, as none of them has a fit of its own; each has its share in
  /// the preparation, too, as scikit-learn's pipelines count it. Components that several lists have in common are
  /// counted with the first.
  private func foldResults(
    of group: any FitGroup, on fold: Fold, preparation: Double
  ) throws -> [(candidate: Int, result: FoldResult)] {
    let start = ContinuousClock.now
    let predictions = try group.fit(on: fold, seed: seed)
    let fitTime = ContinuousClock.now - start - predictions.predictionTime
    let labels = fold.scored.map { fold.rows.labels[$0] }
    let share = 1 / Double(group.members.count)
    return group.members.indices.map { member in
      let candidate = group.members[member]
      let predicted = predictions.probabilities[member]
      let probabilities = fold.isMirrored ? predicted.meansOfHalves : predicted
      let start = ContinuousClock.now
      let scores = Scoring.scores(labels: labels, probabilities: probabilities)
      let scoreTime = predictions.predictionTime.seconds * share + (ContinuousClock.now - start).seconds
      return (
        candidate,
        FoldResult(
          scores: scores, fitTime: fitTime.seconds * share + preparation, scoreTime: scoreTime,
          probabilities: probabilities, hasConverged: predictions.hasConverged[member])
      )
    }
  }

  /// The fold results of each candidate, from those of each (group, fold).
  private func collected(
    _ units: [[(candidate: Int, result: FoldResult)]], foldCount: Int
  ) -> [[FoldResult]] {
    var results: [[FoldResult]] = Array(repeating: [], count: plan.candidates.count)
    // Units come group by group and fold by fold, so each candidate's folds come in their order.
    for (candidate, result) in units.joined() { results[candidate].append(result) }
    for (candidate, first) in plan.sharedWith.enumerated() {
      if let first { results[candidate] = results[first] }
    }
    return results
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
    var resumed = 0
    var best: (score: Double, candidate: Candidate)?
  }

  private let state: Mutex<State>
  private let plan: SearchPlan
  private let scoring: Scoring
  private let foldCount: Int
  private let start = ContinuousClock.now
  private let report: @Sendable (SearchProgress) -> Void

  init(
    plan: SearchPlan, scoring: Scoring, foldCount: Int, report: @escaping @Sendable (SearchProgress) -> Void
  ) {
    self.plan = plan
    self.scoring = scoring
    self.foldCount = foldCount
    self.report = report
    state = Mutex(State(scores: Array(repeating: [], count: plan.candidates.count)))
  }

  func finished(_ candidate: Int, _ result: FoldResult, resumed: Bool) {
    // A fit counts for every candidate that is the same problem.
    let served = 1 + plan.sharedWith.count { $0 == candidate }
    state.withLock { state in
      state.finished += served
      if resumed { state.resumed += served }
      state.scores[candidate].append(result.scores[scoring] ?? .nan)
      if state.scores[candidate].count == foldCount {
        let mean = CandidateResult.mean(state.scores[candidate])
        if mean > state.best?.score ?? -.infinity { state.best = (mean, plan.candidates[candidate]) }
      }
      report(
        SearchProgress(
          finishedFits: state.finished, totalFits: plan.candidates.count * foldCount, resumedFits: state.resumed,
          elapsed: (ContinuousClock.now - start).seconds, best: state.best))
    }
  }
}

import Foundation
import Learning

/// What a search will take, measured on a small part of its rows.
public struct SearchEstimate: Sendable {
  /// Seconds, roughly.
  public let seconds: Double
  /// Bytes for rows, tables, predictions and what learners hold while they are fitted, roughly and at the peak: in the
  /// search, or when the best candidates are fitted again on all rows.
  public let bytes: Int

  /// An estimate from its parts.
  public init(seconds: Double, bytes: Int) {
    self.seconds = seconds
    self.bytes = bytes
  }
}

extension GridSearch {
  /// Fits every group, or some of very many candidates, on a twentieth and on a tenth of a fold's rows, and goes on as the power of the rows that joins both
  /// times, between the first and the third: good to a factor of two or three.
  ///
  /// - Parameter rows: with a view for each list of features that a candidate may look at.
  public func estimate(on rows: SearchData, folds: StratifiedFolds) throws -> SearchEstimate {
    let total = try rows.views.enumerated().reduce(0.0) { sum, view in
      try sum + seconds(for: plan.groups(lookingAt: view.offset), on: rows, through: view.element, folds: folds)
    }
    return SearchEstimate(seconds: total, bytes: bytes(on: rows, folds: folds))
  }

  /// Bytes as `SearchEstimate` has them.
  package func bytes(on rows: SearchData, folds: StratifiedFolds) -> Int {
    let table = rows.rows.features
    // What a list sees: where it learns something, by fold.
    let seen = rows.views.map { view in table.rows * view.maxFeatureCount * 4 * (view.areNone ? 1 : folds.count) }
    let predictions = table.rows * rows.rows.classes.count * 8 * plan.candidates.count
    // One list is searched after the other.
    let held = rows.views.enumerated().map { place, view in
      fitBytes(plan.groups(lookingAt: place), on: rows, features: view.maxFeatureCount, folds: folds)
    }
    // Components are kept as long as another list may ask for them; one fold's are learned while another is fitted.
    let transforms = rows.views.map { $0.memory(rows: table.rows) }
    let components = transforms.reduce(0) { $0 + $1.shared } * folds.count
    let learning = (transforms.map(\.eachThread).max() ?? 0) * min(threads, folds.count)
    // Features, what learners make of them, one copy a thread, and every candidate's predictions.
    return table.values.count * 4 + (seen.max() ?? 0) * (1 + threads) + predictions + components + learning
      + (held.max() ?? 0)
  }

  /// What fits take at their peak beside rows: those on folds, of which each thread has one at most, or one on all rows,
  /// which all threads work at.
  private func fitBytes(_ groups: [[Int]], on search: SearchData, features: Int, folds: StratifiedFolds) -> Int {
    func bytes(_ rows: [Int], fits: Int) -> Int {
      let counts = rows.reduce(into: Array(repeating: 0, count: search.rows.classes.count)) {
        $0[search.rows.labels[$1]] += 1
      }
      let memory = plan.fitMemory(
        of: groups, classCounts: counts, features: features, fits: fits, threads: threads)
      return fits * memory.shared + threads * memory.eachThread
    }
    let onFolds = (0..<folds.count).map {
      bytes(search.fold($0, of: folds).training, fits: min(threads, groups.count * folds.count))
    }
    return max(onFolds.max() ?? 0, bytes(search.learned, fits: 1))
  }

  private func seconds(
    for groups: [[Int]], on search: SearchData, through view: FeatureTransform.Settings, folds: StratifiedFolds
  ) throws -> Double {
    let training = search.fold(0, of: folds).training
    let (sample, share) = Self.sampled(groups)
    let small = try time(sample, on: training, of: search, through: view, every: 20)
    let large = try time(sample, on: training, of: search, through: view, every: 10)
    let growth = log(large.seconds / max(small.seconds, 1e-9)) / log(Double(large.rows) / Double(max(1, small.rows)))
    let power = growth.isFinite ? min(max(growth, 1), 3) : 1
    let once = large.seconds * pow(Double(training.count) / Double(max(1, large.rows)), power)
    return once / share * Double(folds.count) / Double(max(1, min(threads, groups.count * folds.count)))
  }

  /// The candidates that are timed at most; of more, every nth one.
  private static let maxTimedCandidates = 400

  /// Groups of evenly chosen candidates, and the share of all that they are.
  package static func sampled(_ groups: [[Int]]) -> (groups: [[Int]], share: Double) {
    let count = groups.reduce(0) { $0 + $1.count }
    guard count > maxTimedCandidates else { return (groups, 1) }
    var place = 0
    var chosen: [[Int]] = []
    for group in groups {
      let members = group.indices.filter { (place + $0) * maxTimedCandidates % count < maxTimedCandidates }
      place += group.count
      if !members.isEmpty { chosen.append(members.map { group[$0] }) }
    }
    return (chosen, Double(chosen.reduce(0) { $0 + $1.count }) / Double(count))
  }

  private func time(
    _ groups: [[Int]], on training: [Int], of search: SearchData, through view: FeatureTransform.Settings,
    every step: Int
  ) throws -> (seconds: Double, rows: Int) {
    let rows = search.rows
    let sample = rows.selecting(
      Self.everyNth(max(1, min(step, training.count / 100)), of: training, labels: rows.labels))
    let all = Array(0..<sample.count)
    let start = ContinuousClock.now
    let fold = try search.seen(Fold(rows: sample, training: all, validation: all), through: view)
    for group in try plan.fitGroups(groups, on: fold.rows.features, threads: threads) {
      _ = try group.fit(on: fold, seed: seed)
    }
    return ((ContinuousClock.now - start).seconds, sample.count)
  }

  /// Every nth row of each class.
  private static func everyNth(_ step: Int, of rows: [Int], labels: [Int]) -> [Int] {
    var seen: [Int: Int] = [:]
    return rows.filter { row in
      let place = seen[labels[row], default: 0]
      seen[labels[row]] = place + 1
      return place % step == 0
    }
  }
}

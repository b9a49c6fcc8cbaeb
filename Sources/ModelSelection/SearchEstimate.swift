import Foundation
import Learning

/// What a search will take, measured on a small part of its rows.
public struct SearchEstimate: Sendable {
  /// Seconds, roughly.
  public let seconds: Double
  /// Bytes for rows, tables and predictions, roughly.
  public let bytes: Int
}

extension GridSearch {
  /// Fits every group on a twentieth and on a tenth of a fold's rows, and goes on as the power of the rows that joins both
  /// times, between the first and the third: good to a factor of two or three.
  public func estimate(on search: TrainingRows, folds: StratifiedFolds) throws -> SearchEstimate {
    let rows = search.rows
    let training = search.fold(0, of: folds).training
    let small = try time(on: training, of: rows, every: 20)
    let large = try time(on: training, of: rows, every: 10)
    let growth = log(large.seconds / max(small.seconds, 1e-9)) / log(Double(large.rows) / Double(max(1, small.rows)))
    let power = growth.isFinite ? min(max(growth, 1), 3) : 1
    let once = large.seconds * pow(Double(training.count) / Double(max(1, large.rows)), power)
    let rowBytes = rows.count * rows.features.columns * 4
    let predictionBytes = rows.count * rows.classes.count * 8 * plan.candidates.count
    return SearchEstimate(
      seconds: once * Double(folds.count) / Double(max(1, min(threads, plan.groups.count * folds.count))),
      // Features, what learners make of them, one copy a thread, and every candidate's predictions.
      bytes: rowBytes * (2 + threads) + predictionBytes)
  }

  private func time(
    on training: [Int], of rows: LabelledRows, every step: Int
  ) throws -> (seconds: Double, rows: Int) {
    let sample = rows.selecting(
      Self.everyNth(max(1, min(step, training.count / 100)), of: training, labels: rows.labels))
    let all = Array(0..<sample.count)
    let start = ContinuousClock.now
    var fold = Fold(rows: sample, training: all, validation: all)
    if let reduction {
      let components = try PrincipalComponents(reduction, rows: sample.features, training: all)
      fold = try fold.with(features: components.applied(to: sample.features))
    }
    for group in try plan.fitGroups(on: fold.rows.features, threads: threads) {
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

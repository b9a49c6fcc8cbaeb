import Learning

/// A cross-validation: which rows are validated on together, with the same share of every class in each fold.
public struct StratifiedFolds: Hashable, Sendable {
  /// The number of folds.
  public let count: Int
  /// The fold of each row, from 0.
  public let foldOfRow: [Int]

  /// The folds of scikit-learn's `StratifiedKFold(n_splits=count)` without shuffling, to the row.
  ///
  /// - Throws: `ParameterError` for fewer than two folds; `DataError` when a class has fewer rows than there are folds.
  public init(labels: [Int], classes: [String], count: Int) throws {
    guard count >= 2 else {
      throw ParameterError(parameter: "cv", requirement: "must be an integer ≥ 2", was: .integer(count))
    }
    var classCounts = Array(repeating: 0, count: classes.count)
    for label in labels { classCounts[label] += 1 }
    for (rows, name) in zip(classCounts, classes) where rows < count {
      throw DataError(
        "class \"\(name)\" has \(rows) training rows; \(count) folds need at least \(count): add rows"
          + (rows >= 2 ? " or use --cv \(rows)" : ""))
    }
    // scikit-learn deals the sorted labels out like cards, classes in the order in which they first appear;
    // a class's hand in each fold is then taken by its rows in their order.
    var encoded: [Int: Int] = [:]
    for label in labels where encoded[label] == nil { encoded[label] = encoded.count }
    let order = encoded.sorted { $0.value < $1.value }.map(\.key)
    var shares: [[Int]] = Array(repeating: Array(repeating: 0, count: count), count: classes.count)
    var dealt = 0
    for label in order {
      for _ in 0..<classCounts[label] {
        shares[label][dealt % count] += 1
        dealt += 1
      }
    }
    var current = Array(repeating: 0, count: classes.count)
    var foldOfRow: [Int] = []
    foldOfRow.reserveCapacity(labels.count)
    for label in labels {
      while shares[label][current[label]] == 0 { current[label] += 1 }
      shares[label][current[label]] -= 1
      foldOfRow.append(current[label])
    }
    self.count = count
    self.foldOfRow = foldOfRow
  }

  /// Folds in which the rows of a group stay together: scikit-learn's `StratifiedGroupKFold(n_splits=count)` without
  /// shuffling, to the row.
  ///
  /// - Throws: `ParameterError` for fewer than two folds; `DataError` when there are fewer groups than folds, or a fold
  ///   would have no rows.
  public init(labels: [Int], classes: [String], count: Int, groups: [String]) throws {
    guard count >= 2 else {
      throw ParameterError(parameter: "cv", requirement: "must be an integer ≥ 2", was: .integer(count))
    }
    let groupCount = Set(groups).count
    guard groupCount >= count else {
      throw DataError("\(groupCount) training groups; \(count) folds need at least \(count): use a smaller cv")
    }
    try self.init(
      foldOfRow: StratifiedGroupPartition.parts(
        labels: labels, classCount: classes.count, groups: groups, count: count),
      count: count)
  }

  /// Folds as they are given for each row.
  ///
  /// - Throws: `DataError` when a fold has no rows.
  public init(foldOfRow: [Int], count: Int) throws {
    self.count = count
    self.foldOfRow = foldOfRow
    for fold in 0..<count where !foldOfRow.contains(fold) { throw DataError("fold \(fold) has no rows") }
  }

  /// The rows that a fold is learned on and validated on, both ascending.
  public func rows(of fold: Int) -> (training: [Int], validation: [Int]) {
    var training: [Int] = []
    var validation: [Int] = []
    for (row, rowFold) in foldOfRow.enumerated() {
      if rowFold == fold { validation.append(row) } else { training.append(row) }
    }
    return (training, validation)
  }
}

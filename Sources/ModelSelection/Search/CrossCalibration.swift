import Learning

/// Maps that calibrate a contender's out-of-fold probabilities, learned on some folds for the rows of others.
struct CrossCalibration: Sendable {
  private let folds: StratifiedFolds
  private let probabilities: Matrix<Double>
  /// For each fold, then for each fold from it on: what all folds but these two teach.
  private let maps: [[Calibration]]

  /// Learns the maps from probabilities `(rows, classes)` of rows in the order of `folds`.
  ///
  /// - Parameter pairs: whether maps are wanted that leave two folds out.
  /// - Complexity: a map for each fold, or for each pair of folds.
  init(
    _ method: Calibration.Method, probabilities: Matrix<Double>, labels: [Int], folds: StratifiedFolds, pairs: Bool
  ) {
    self.folds = folds
    self.probabilities = probabilities
    maps = (0..<folds.count).map { first in
      (first..<(pairs ? folds.count : first + 1)).map { second in
        let rows = folds.foldOfRow.indices.filter { folds.foldOfRow[$0] != first && folds.foldOfRow[$0] != second }
        return Calibration(
          method, probabilities: probabilities.selecting(rows: rows), labels: rows.map { labels[$0] })
      }
    }
  }

  /// The rows of each fold calibrated by what the other folds teach, without those of `hidden`.
  func calibrated(hiding hidden: Int? = nil) -> Matrix<Double> {
    var all = probabilities
    for fold in 0..<folds.count {
      let validation = folds.rows(of: fold).validation
      // Where one of two folds is hidden, the other has only itself to learn from.
      let left = folds.count == 2 ? hidden ?? fold : fold
      let (first, second) = (min(left, hidden ?? left), max(left, hidden ?? left))
      let calibrated = maps[first][second - first].applied(to: probabilities.selecting(rows: validation))
      for (place, row) in validation.enumerated() {
        for label in 0..<all.columns { all[row, label] = calibrated[place, label] }
      }
    }
    return all
  }
}

extension StratifiedFolds {
  /// Out-of-fold probabilities `(rows, classes)`, each fold's calibrated by a map learned on the other folds, so that
  /// they say how well calibration does on new rows.
  public func calibrated(
    _ probabilities: Matrix<Double>, by method: Calibration.Method, labels: [Int]
  ) -> Matrix<Double> {
    guard method != .none else { return probabilities }
    return CrossCalibration(method, probabilities: probabilities, labels: labels, folds: self, pairs: false)
      .calibrated()
  }

  /// The probabilities of all rows, from those of each fold's.
  func joined(_ parts: [Matrix<Double>]) -> Matrix<Double> {
    var all = Matrix(rows: foldOfRow.count, columns: parts.first?.columns ?? 0, repeating: 0.0)
    var next = Array(repeating: 0, count: count)
    for (row, fold) in foldOfRow.enumerated() {
      for label in 0..<all.columns { all[row, label] = parts[fold][next[fold], label] }
      next[fold] += 1
    }
    return all
  }
}

/// What contenders are compared by where one of them is chosen.
///
/// Log loss judges probabilities, and whoever is chosen will give calibrated ones. So contenders are compared by what they
/// say after calibration, each fold's by what the other folds teach: none is ahead because it is calibrated already, as
/// ensembles of calibrated members are.
struct Comparison: Sendable {
  let scoring: Scoring
  let calibration: Calibration.Method
  let folds: StratifiedFolds

  /// Whether probabilities are calibrated before they are scored.
  var isCalibrated: Bool { scoring == .negativeLogLoss && calibration != .none }

  /// The score of each fold.
  ///
  /// - Parameter labels: the class of each row, in the order of `folds`.
  func scores(_ results: [FoldResult], labels: [Int]) -> [Double] {
    guard isCalibrated else { return results.map { $0.scores[scoring] ?? .nan } }
    let probabilities = folds.calibrated(folds.joined(results.map(\.probabilities)), by: calibration, labels: labels)
    return (0..<folds.count).map { fold in
      let rows = folds.rows(of: fold).validation
      return scoring.score(labels: rows.map { labels[$0] }, probabilities: probabilities.selecting(rows: rows))
    }
  }
}

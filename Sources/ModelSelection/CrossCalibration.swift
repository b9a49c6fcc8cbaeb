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
}

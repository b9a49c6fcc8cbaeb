import Learning

extension StratifiedFolds {
  /// Out-of-fold probabilities `(rows, classes)`, each fold's calibrated by a map learned on the other folds, so that
  /// they say how well calibration does on new rows.
  public func calibrated(
    _ probabilities: Matrix<Double>, by method: Calibration.Method, labels: [Int]
  ) -> Matrix<Double> {
    guard method != .none else { return probabilities }
    var all = probabilities
    for fold in 0..<count {
      let (training, validation) = rows(of: fold)
      let calibration = Calibration(
        method, probabilities: probabilities.selecting(rows: training), labels: training.map { labels[$0] })
      let calibrated = calibration.applied(to: probabilities.selecting(rows: validation))
      for (place, row) in validation.enumerated() {
        for label in 0..<all.columns { all[row, label] = calibrated[place, label] }
      }
    }
    return all
  }
}

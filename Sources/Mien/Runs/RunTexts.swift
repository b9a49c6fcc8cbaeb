import Basics
import ModelSelection

extension ExperimentOutcome {
  /// What learners see, in words.
  var featuresText: String {
    var parts = [
      experiment.features.map { $0.entries.joined(separator: " and ") }.joined(separator: "; or ")
    ]
    if let componentsText { parts.append(componentsText) }
    if experiment.scale != .none { parts.append("scaled (\(experiment.scale.rawValue))") }
    if experiment.isMirrored { parts.append("with mirror images") }
    if let groups = experiment.groups { parts.append("groups by \(groups)") }
    return parts.joined(separator: ", ")
  }

  /// `17 principal components`, or `17 to 100` where models have different ones: no more than there are features and
  /// directions in which faces differ.
  package var componentsText: String? {
    let models = selected.flatMap { selected in
      if case .ensemble(let ensemble) = selected.model.learner { ensemble.members } else { [selected.model] }
    }
    let counts = models.compactMap { $0.transform?.components?.count }
    guard let asked = experiment.componentCount, let least = counts.min(), let most = counts.max() else { return nil }
    return (least == most ? "\(most)" : "\(least) to \(most)") + " principal components"
      + (most < asked ? " (\(asked) were asked for)" : "")
  }

  /// The ensembles, in the experiment's order.
  package var ensembles: [EnsembleResult] { selected.compactMap { $0.result as? EnsembleResult } }

  /// The candidate or ensemble that comes closest to the best one, and what sets them apart; `nil` if there is no other.
  var runnerUp: (result: any RankedModel, comparison: CorrectedResampledTTest)? {
    results.runnerUp(to: best.result, among: ensembles)
  }

  /// The most bytes that the process held while a fit of each learner was at work, where that is known.
  var peakMemory: [String: Int] {
    results.candidates.reduce(into: [:]) { peaks, result in
      guard let peak = result.peakMemory else { return }
      peaks[result.name] = max(peaks[result.name] ?? 0, peak)
    }
  }

  /// What chose the best: `f1_macro`, or `neg_log_loss, calibrated`.
  package var refitText: String { results.refit.rawValue + (results.choosesByCalibrated ? ", calibrated" : "") }

  /// `21 candidates and 2 ensembles of them`.
  var contendersText: String {
    let count = ensembles.count
    return "\(results.candidates.count) candidates"
      + (count > 0 ? " and \(count) \(count == 1 ? "ensemble" : "ensembles") of them" : "")
  }

  /// How far the best candidate is ahead of the next one, and whether that means anything; `nil` for one candidate.
  package var runnerUpText: String? {
    let unit =
      results.choosesByCalibrated || results.refit != experiment.scoring ? " (\(refitText))" : ""
    return runnerUp.map { other, comparison in
      "\(other), behind by \(DecimalText.text(comparison.difference, 4))\(unit), "
        + (comparison.isSignificant ? "significant" : "not significant")
        + " (corrected t-test over folds, p \(DecimalText.probability(comparison.pValue)))"
    }
  }
}

extension ExperimentOutcome {
  /// The best learner against each other one, on the rows that both are evaluated by.
  package var comparisons: [(other: SelectedModel, test: McNemarTest)] {
    selected.filter { $0.result.name != best.result.name }.map { other in
      let (ours, theirs) = (best.evaluation, other.evaluation)
      return (other, McNemarTest(labels: ours.labels, first: ours.predictions, second: theirs.predictions))
    }
  }
}

extension McNemarTest {
  /// `only this one correct on 120 rows, only the other on 90: significant (McNemar's test, p = 0.04)`.
  package var text: String {
    "only this one correct on \(onlyFirstRight) rows, only the other on \(onlySecondRight): "
      + (isSignificant ? "significant" : "not significant")
      + " (McNemar's test, p \(DecimalText.probability(pValue)))"
  }
}

extension SelectedModel {
  /// `temperature: expected calibration error 0.081 before, 0.012 after`.
  package var calibrationText: String {
    let errors = [uncalibrated, outOfFold].map { DecimalText.text($0.reliability.expectedCalibrationError, 4) }
    return "\(model.calibration.method.rawValue): expected calibration error \(errors[0]) before, \(errors[1]) after, "
      + "out of fold"
  }
}

extension RankedModel {
  /// `0.5712 ± 0.0053 (5 folds)`.
  package var scoreText: String {
    "\(DecimalText.text(meanScore, 4)) ± \(DecimalText.text(stdScore, 4)) (standard deviation over \(folds.count) folds)"
  }
}

extension AccuracyEstimate {
  /// `0.5690 (95 % interval 0.5571 to 0.5808, 6660 rows)`.
  package var text: String {
    "\(DecimalText.text(accuracy, 4)) (95 % interval \(DecimalText.text(interval.lowerBound, 4)) to "
      + "\(DecimalText.text(interval.upperBound, 4)), \(rows) rows)"
  }
}

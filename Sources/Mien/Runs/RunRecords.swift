import Foundation
import ModelSelection

/// `manifest.json`: what a run was made with.
struct Manifest: Codable {
  struct Host: Codable {
    var name: String
    var system: String
    var processors: Int
  }
  struct Table: Codable {
    var rows: Int
    var sha256: String
  }

  var mienVersion: String
  var experiment: String
  var seed: UInt64
  var threads: Int
  /// What kernels might take; with less, their machines' answers are the same within the tolerance, not to the bit.
  var memoryBytes: Int?
  var started: String
  var seconds: Double
  /// The most bytes that the process held while a fit of each learner was at work; without learners of which it is not
  /// known, and not there in runs of earlier versions.
  var peakMemoryBytes: [String: Int]?
  var points: Int
  var data: [String: Table]
  /// The values of the parameters that no grid names, by learner.
  var defaults: [String: [String: String]]
  var host: Host
}

/// `metrics.json`: the figures of a run.
package struct Metrics: Codable {
  package struct CrossValidation: Codable {
    var folds: Int
    var meanTestScore: Double
    var stdTestScore: Double
  }
  /// A candidate whose probabilities an ensemble combines.
  package struct Member: Codable {
    var learner: String
    var features: String
    var parameters: [String: String]
    /// Its share of the answer.
    package var weight: Double
  }
  package struct Learner: Codable {
    var learner: String
    /// What the search chose, `features` among it where there was a choice; for an ensemble its members' shares.
    var parameters: [String: String]
    /// What an ensemble is made of.
    package var members: [Member]?
    /// The rounds that boosting keeps, fewer than asked for after early stopping.
    var rounds: Int?
    var crossValidation: CrossValidation
    var calibration: CalibrationRecord
    var outOfFold: EvaluationRecord
    package var test: EvaluationRecord?
  }

  /// What calibration does to out-of-fold probabilities.
  struct CalibrationRecord: Codable {
    var method: String
    var expectedCalibrationErrorBefore: Double
    var expectedCalibrationErrorAfter: Double
    var logLossBefore: Double
    var logLossAfter: Double

    init(_ selected: SelectedModel) {
      let (before, after) = (EvaluationRecord(selected.uncalibrated), EvaluationRecord(selected.outOfFold))
      method = selected.model.calibration.method.rawValue
      expectedCalibrationErrorBefore = before.expectedCalibrationError
      expectedCalibrationErrorAfter = after.expectedCalibrationError
      logLossBefore = before.logLoss
      logLossAfter = after.logLoss
    }
  }

  /// The best learner against another one on the rows that both are evaluated by (McNemar's test).
  struct Comparison: Codable {
    var learner: String
    var onlyBestRight: Int
    var onlyOtherRight: Int
    var pValue: Double
    var isSignificant: Bool
  }

  struct RunnerUp: Codable {
    var learner: String
    var parameters: [String: String]
    /// Corrected resampled t-test over the folds.
    var difference: Double
    var pValue: Double
    var isSignificant: Bool
  }

  var scoring: String
  var refit: String
  var candidates: Int
  var best: String
  /// What makes the results look better than they are.
  var warnings: [String]
  /// What sets the best candidate apart from the next one.
  var runnerUp: RunnerUp?
  /// The best learner against each other one.
  var comparisons: [Comparison]
  package var learners: [Learner]

  init(_ outcome: ExperimentOutcome) {
    scoring = outcome.experiment.scoring.rawValue
    refit = outcome.results.refit.rawValue
    candidates = outcome.results.candidates.count
    best = outcome.best.result.name
    warnings = outcome.warnings
    runnerUp = outcome.runnerUp.map { other, comparison in
      RunnerUp(
        learner: other.name, parameters: other.choices.texts,
        difference: comparison.difference, pValue: comparison.pValue, isSignificant: comparison.isSignificant)
    }
    comparisons = outcome.comparisons.map { other, test in
      Comparison(
        learner: other.result.name, onlyBestRight: test.onlyFirstRight,
        onlyOtherRight: test.onlySecondRight, pValue: test.pValue, isSignificant: test.isSignificant)
    }
    learners = outcome.selected.map { selected in
      Learner(
        learner: selected.result.name, parameters: selected.result.choices.texts,
        members: MemberTable(selected.result, outcome.experiment)?.members,
        rounds: selected.rounds,
        crossValidation: CrossValidation(
          folds: outcome.results.folds.count, meanTestScore: selected.result.meanScore,
          stdTestScore: selected.result.stdScore),
        calibration: CalibrationRecord(selected), outOfFold: EvaluationRecord(selected.outOfFold),
        test: selected.test.map(EvaluationRecord.init))
    }
  }
}

extension JSONEncoder {
  /// Keys sorted and in `snake_case`, so that files compare and read well.
  package static var forFiles: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return encoder
  }
}

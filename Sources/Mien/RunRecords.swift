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
  var started: String
  var seconds: Double
  var points: Int
  var data: [String: Table]
  /// The values of the parameters that no grid names, by learner.
  var defaults: [String: [String: String]]
  var host: Host
}

/// `metrics.json`: the figures of a run.
package struct Metrics: Codable {
  package struct Estimate: Codable {
    package var accuracy: Double
    var accuracyInterval: [Double]
    var rows: Int
    var balancedAccuracy: Double
    var macroF1: Double
    var logLoss: Double

    init(_ evaluation: Evaluation) {
      let accuracy = evaluation.accuracy
      self.accuracy = accuracy.accuracy
      accuracyInterval = [accuracy.interval.lowerBound, accuracy.interval.upperBound]
      rows = accuracy.rows
      func score(_ scoring: Scoring) -> Double {
        scoring.score(labels: evaluation.labels, probabilities: evaluation.probabilities)
      }
      balancedAccuracy = score(.balancedAccuracy)
      macroF1 = score(.macroF1)
      logLoss = -score(.negativeLogLoss)
    }
  }
  package struct CrossValidation: Codable {
    var folds: Int
    var meanTestScore: Double
    var stdTestScore: Double
  }
  package struct Learner: Codable {
    var learner: String
    var parameters: [String: String]
    var crossValidation: CrossValidation
    var outOfFold: Estimate
    package var test: Estimate?
  }

  var scoring: String
  var candidates: Int
  var best: String
  package var learners: [Learner]

  init(_ outcome: ExperimentOutcome) {
    scoring = outcome.experiment.scoring.rawValue
    candidates = outcome.results.candidates.count
    best = outcome.best.result.candidate.family.name
    learners = outcome.selected.map { selected in
      Learner(
        learner: selected.result.candidate.family.name, parameters: selected.model.training.parameters,
        crossValidation: CrossValidation(
          folds: outcome.results.folds.count, meanTestScore: selected.result.meanScore,
          stdTestScore: selected.result.stdScore),
        outOfFold: Estimate(selected.outOfFold), test: selected.test.map(Estimate.init))
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

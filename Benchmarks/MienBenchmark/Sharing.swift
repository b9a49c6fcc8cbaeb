import Learning
import ModelSelection

/// How much of a search's sharing is left on, to measure what each step brings.
enum Sharing: String {
  /// Every candidate is fitted alone on every fold.
  case none
  /// Candidates of a path are fitted together, each fold from its own preparation of the features.
  case paths
  /// As searches do: one preparation serves all folds too.
  case all

  /// The same candidate with this much sharing.
  func limited(_ candidate: Candidate) -> Candidate {
    self == .all
      ? candidate
      : Candidate(family: LimitedFamily(whole: candidate.family, sharing: self), values: candidate.values)
  }
}

private struct LimitedFamily: LearnerDescriptor {
  let whole: any LearnerDescriptor
  let sharing: Sharing

  var name: String { whole.name }
  var parameters: [ParameterConstraint] { whole.parameters }

  func learner(_ values: ParameterValues) throws -> any Learner {
    let learner = try whole.learner(values)
    if sharing == .paths, let learner = learner as? any SharingLearner { return paths(learner) }
    return alone(learner)
  }

  private func paths(_ learner: some SharingLearner) -> any Learner { PathsOnly(whole: learner) }
  private func alone(_ learner: some Learner) -> any Learner { Alone(whole: learner) }
}

/// A learner that does not say what it could share.
private struct Alone<Whole: Learner>: Learner {
  let whole: Whole

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Whole.Model {
    try whole.fit(rows, seed: seed, threads: threads)
  }
}

/// A learner whose paths share a fit, and nothing else.
private struct PathsOnly<Whole: SharingLearner>: SharingLearner {
  let whole: Whole

  var path: Whole.Path { whole.path }

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Whole.Model {
    try whole.fit(rows, seed: seed, threads: threads)
  }

  static func table(of features: Matrix<Float>, threads: Int) throws -> Bool { true }

  static func fitPath(
    _ learners: [Self], on fold: Fold, table: Bool, seed: UInt64
  ) throws -> PathPredictions {
    try Whole.fitPath(
      learners.map(\.whole), on: fold, table: Whole.table(of: fold.rows.features, threads: 1), seed: seed)
  }
}

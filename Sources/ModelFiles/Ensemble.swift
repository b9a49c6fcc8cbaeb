import Features
import Learning

/// Models whose probabilities become one.
public struct Ensemble: Hashable, Sendable {
  /// Whole models of the same classes and points, none of which is an ensemble.
  public let members: [TrainedModel]
  /// How their calibrated probabilities become one.
  public let combination: EnsembleRule

  /// An ensemble from its parts.
  ///
  /// - Precondition: one or more members of the same classes and points, as many as the combination has.
  public init(members: [TrainedModel], combination: EnsembleRule) {
    precondition(!members.isEmpty, "at least one member")
    self.members = members
    self.combination = combination
  }

  /// The names of the classes.
  public var classes: [String] { members[0].classes }

  /// The stages of features that any member looks at, in the order in which members name them.
  package var features: FeaturePipeline {
    members.dropFirst().reduce(members[0].features) { $0.union($1.features) }
  }

  /// The class probabilities of faces, `(faces, classes)`.
  ///
  /// - Throws: `DataError` for faces that a member cannot look at.
  func probabilities(of faces: Faces) throws -> Matrix<Double> {
    combination.applied(to: try members.map { try $0.probabilities(of: faces) })
  }
}

extension TrainedModel {
  /// A model of an ensemble.
  public init(_ ensemble: Ensemble, training: Training) {
    self.init(
      scheme: ensemble.members[0].scheme, features: ensemble.features, learner: .ensemble(ensemble), training: training)
  }
}

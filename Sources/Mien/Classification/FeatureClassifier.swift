import Features
import Landmarks
import Learning
import ModelFiles

/// A whole model as a classifier of the numbers that are read off faces: those of a face and then, if the model looks at
/// them, those of its mirror image. What comes after, such as principal components, the members of an ensemble and
/// calibration, is the model's own business.
package struct FeatureClassifier: Classifier {
  /// A model, or a member of an ensemble, and where its numbers stand.
  private struct Part {
    let model: TrainedModel
    let own: [Range<Int>]
    let mirrored: [Range<Int>]?
  }

  package let featureCount: Int
  /// The features of a face, the first of each row.
  package let features: [Feature]
  /// Whether those of its mirror image follow.
  package let isMirrored: Bool
  private let model: TrainedModel
  private let parts: [Part]

  package var classes: [String] { model.classes }

  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  /// - Throws: `DataError` for a model that looks at nothing that stands for keypoints.
  package init(_ model: TrainedModel, descriptorCount: Int) throws {
    self.model = model
    features = model.features.features(for: model.scheme, descriptorCount: descriptorCount)
    guard features.contains(where: { !$0.keypoints.isEmpty }) else {
      throw DataError("this model uses descriptors alone, which belong to no landmark: it cannot be explained")
    }
    let members = if case .ensemble(let ensemble) = model.learner { ensemble.members } else { [model] }
    isMirrored = members.contains(where: \.isMirrored)
    let width = features.count
    featureCount = isMirrored ? 2 * width : width
    let columns = model.features.columns(for: model.scheme, descriptorCount: descriptorCount)
    let ofStage = Dictionary(uniqueKeysWithValues: zip(model.features.stages, columns))
    parts = members.map { member in
      let own = member.features.stages.compactMap { ofStage[$0] }
      let mirrored = own.map { $0.lowerBound + width..<$0.upperBound + width }
      return Part(model: member, own: own, mirrored: member.isMirrored ? mirrored : nil)
    }
  }

  /// Whether a feature is read off any keypoint.
  package func standsForKeypoints(_ feature: Int) -> Bool { !features[feature].keypoints.isEmpty }

  /// The columns that are read off any of some keypoints. In a mirror, a point takes the place of its counterpart.
  package func columns(touching points: some Sequence<Int>) -> [Int] {
    let points = Array(points)
    let own = features.indices(touching: points)
    guard isMirrored, let mirror = model.scheme.mirror else { return own }
    return own + features.indices(touching: points.map { mirror[$0] }).map { $0 + features.count }
  }

  /// The numbers of faces, `(faces, features)`.
  ///
  /// - Throws: `DataError` for faces with another number of points, or without the descriptors that the model looks at.
  package func rows(of faces: Faces) throws -> Matrix<Float> {
    try model.check(faces.scheme)
    let own = try model.features.features(of: faces)
    guard isMirrored else { return own }
    let mirrored = try model.features.features(of: faces.mirrored())
    return Matrix(
      rows: own.rows, columns: featureCount, values: (0..<own.rows).flatMap { own[row: $0] + mirrored[row: $0] })
  }

  package func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
    try checkWidth(of: rows)
    let answers = try parts.map { part in
      try part.model.probabilities(
        ofFeatures: rows.selecting(columns: part.own), mirrored: part.mirrored.map { rows.selecting(columns: $0) })
    }
    guard case .ensemble(let ensemble) = model.learner else { return answers[0] }
    return model.calibration.applied(to: ensemble.combination.applied(to: answers))
  }
}

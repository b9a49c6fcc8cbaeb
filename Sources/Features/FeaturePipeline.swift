import Landmarks
import Learning

/// How landmarks become the numbers that a learner sees: stages in order.
public struct FeaturePipeline: Hashable, Sendable {
  /// One step from landmarks to features.
  public enum Stage: String, Hashable, Sendable, CaseIterable {
    /// x and y of each point in image pixels, as in the table.
    case raw
  }

  /// The stages, first to last.
  public let stages: [Stage]

  /// A pipeline of stages named as in an experiment.
  ///
  /// - Throws: `ParameterError` for a stage that does not exist or an order that makes no sense.
  public init(stageNames: [String]) throws(ParameterError) {
    var stages: [Stage] = []
    for name in stageNames {
      guard let stage = Stage(rawValue: name) else {
        throw ParameterError(
          parameter: "features",
          requirement: "must be of " + Stage.allCases.map(\.rawValue).joined(separator: ", "), was: .text(name))
      }
      stages.append(stage)
    }
    guard stages == [.raw] else {
      throw ParameterError(parameter: "features", requirement: "must be [raw]", was: .text("\(stageNames)"))
    }
    self.stages = stages
  }

  /// The names of the features for faces of a scheme.
  public func featureNames(for scheme: PointScheme) -> [String] { scheme.columnNames }

  /// The features of faces whose coordinates stand row after row, `(faces, features)`.
  public func features(ofCoordinates coordinates: [Float], scheme: PointScheme) -> Matrix<Float> {
    let width = 2 * scheme.pointCount
    return Matrix(rows: coordinates.count / width, columns: width, values: coordinates)
  }

  /// The features of all faces of a dataset with their classes.
  ///
  /// - Throws: `DataError` when the dataset has no rows.
  public func rows(of dataset: LandmarkDataset) throws -> LabelledRows {
    try LabelledRows(
      features: features(ofCoordinates: dataset.tables.flatMap(\.coordinates), scheme: dataset.scheme),
      labels: dataset.labels, classes: dataset.classes)
  }
}

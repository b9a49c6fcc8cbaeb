import Landmarks
import Learning

/// How landmarks become the numbers that a learner sees: stages in order.
public struct FeaturePipeline: Hashable, Sendable {
  /// One step from landmarks to features.
  public enum Stage: String, Hashable, Sendable, CaseIterable {
    /// x and y of each point in image pixels, as in the table.
    case raw
    /// x and y of each point after the face is centred, turned upright and scaled to unit size.
    case aligned
  }

  /// The stages, first to last.
  public let stages: [Stage]

  /// A pipeline of stages named as in an experiment.
  ///
  /// - Throws: `ParameterError` for a stage that does not exist, or more than one.
  public init(stageNames: [String]) throws(ParameterError) {
    let known = Stage.allCases.map(\.rawValue).joined(separator: " or ")
    var stages: [Stage] = []
    for name in stageNames {
      guard let stage = Stage(rawValue: name) else {
        throw ParameterError(parameter: "features", requirement: "must be \(known)", was: .text(name))
      }
      stages.append(stage)
    }
    guard stages.count == 1 else {
      throw ParameterError(
        parameter: "features", requirement: "must be one stage, \(known)", was: .text("\(stageNames)"))
    }
    self.stages = stages
  }

  /// The names of the features for faces of a scheme: `1_x, 1_y, …`.
  public func featureNames(for scheme: PointScheme) -> [String] { scheme.columnNames }

  /// The features of faces whose coordinates stand row after row, `(faces, features)`.
  ///
  /// - Throws: `DataError` when a stage needs to know more of the points than is known.
  public func features(ofCoordinates coordinates: [Float], scheme: PointScheme) throws -> Matrix<Float> {
    let width = 2 * scheme.pointCount
    let faces = Matrix(rows: coordinates.count / width, columns: width, values: coordinates)
    guard stages == [.aligned] else { return faces }
    guard let alignment = Alignment(scheme) else {
      throw DataError("features [aligned] need 68 or 98 points, these faces have \(scheme.pointCount): use [raw]")
    }
    return Matrix(
      rows: faces.rows, columns: width, values: (0..<faces.rows).flatMap { alignment.aligned(faces[row: $0]) })
  }

  /// The features of all faces of a dataset with their classes.
  ///
  /// - Throws: `DataError` when the dataset has no rows or a stage cannot use its points.
  public func rows(of dataset: LandmarkDataset) throws -> LabelledRows {
    try LabelledRows(
      features: features(ofCoordinates: dataset.tables.flatMap(\.coordinates), scheme: dataset.scheme),
      labels: dataset.labels, classes: dataset.classes)
  }
}

import Landmarks

/// A way to read numbers off an aligned face.
struct ShapeFeatures: Sendable {
  /// What the numbers are.
  let features: [Feature]
  /// The numbers of a shape, as many as there are features.
  let values: @Sendable (Shape) -> [Double]
}

extension ShapeFeatures {
  /// x and y of each point.
  static func coordinates(_ scheme: LandmarkScheme) -> ShapeFeatures {
    ShapeFeatures(features: Feature.coordinates(scheme)) { $0.coordinates }
  }

  /// Points by their numbers in files.
  static func numbers(_ points: [Int]) -> String { points.map { "\($0 + 1)" }.joined(separator: "_") }
}

extension Feature {
  /// x and y of each point: `1_x, 1_y, 2_x, …`.
  static func coordinates(_ scheme: LandmarkScheme) -> [Feature] {
    scheme.columnNames.enumerated().map { Feature(name: $1, keypoints: [$0 / 2]) }
  }
}

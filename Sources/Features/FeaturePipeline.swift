import Landmarks
import Learning

/// How faces become the numbers that a learner sees: the numbers of all stages side by side.
public struct FeaturePipeline: Hashable, Sendable {
  /// One kind of numbers.
  public enum Stage: String, Hashable, Sendable, CaseIterable {
    /// x and y of each point in image pixels, as in the table.
    case raw
    /// x and y of each point after the face is centred, turned upright and scaled to unit size.
    case aligned
    /// What the face looks like around its landmarks: `DescriptorKind.fhog`.
    case fhog
  }

  /// The stages, first to last.
  public let stages: [Stage]

  /// A pipeline of stages named as in an experiment.
  ///
  /// - Throws: `ParameterError` for a stage that does not exist or stands twice, or none.
  public init(stageNames: [String]) throws(ParameterError) {
    let known = Stage.allCases.map(\.rawValue).joined(separator: ", ")
    var stages: [Stage] = []
    for name in stageNames {
      guard let stage = Stage(rawValue: name), !stages.contains(stage) else {
        throw ParameterError(parameter: "features", requirement: "must be different ones of \(known)", was: .text(name))
      }
      stages.append(stage)
    }
    guard !stages.isEmpty else {
      throw ParameterError(
        parameter: "features", requirement: "must be one or more of \(known)", was: .text("\(stageNames)"))
    }
    self.stages = stages
  }

  /// What must be read beside landmark tables.
  public var descriptors: DescriptorKind? { stages.contains(.fhog) ? .fhog : nil }

  /// The names of the features for faces of a scheme: `1_x, 1_y, …`; those of descriptors are `fhog_<n>`, from 0.
  ///
  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  public func featureNames(for scheme: PointScheme, descriptorCount: Int = 0) -> [String] {
    stages.flatMap { stage in
      stage == .fhog ? (0..<descriptorCount).map { "fhog_\($0)" } : scheme.columnNames
    }
  }

  /// The columns of each stage among all features.
  ///
  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  public func columns(for scheme: PointScheme, descriptorCount: Int = 0) -> [Range<Int>] {
    var first = 0
    return stages.map { stage in
      defer { first += stage == .fhog ? descriptorCount : 2 * scheme.pointCount }
      return first..<first + (stage == .fhog ? descriptorCount : 2 * scheme.pointCount)
    }
  }

  /// The features of faces whose coordinates stand row after row, `(faces, features)`.
  ///
  /// - Throws: `DataError` when a stage needs to know more of the faces than is known.
  public func features(ofCoordinates coordinates: [Float], scheme: PointScheme) throws -> Matrix<Float> {
    try features(of: Faces(scheme: scheme, coordinates: coordinates))
  }

  /// The features of faces, `(faces, features)`.
  ///
  /// - Throws: `DataError` when a stage needs to know more of the faces than is known.
  public func features(of faces: Faces) throws -> Matrix<Float> {
    let count = faces.descriptors?.columns ?? 0
    let columns = columns(for: faces.scheme, descriptorCount: count)
    if stages == [.raw] { return Matrix(rows: faces.count, columns: columns[0].count, values: faces.coordinates) }
    let width = columns.last?.upperBound ?? 0
    var features = Matrix(rows: faces.count, columns: width, repeating: Float(0))
    for (stage, columns) in zip(stages, columns) {
      switch stage {
      case .raw: fill(&features, columns, with: faces.coordinates)
      case .aligned:
        guard let alignment = Alignment(faces.scheme) else {
          throw DataError(
            "features [aligned] need 68 or 98 points, these faces have \(faces.scheme.pointCount): use [raw]")
        }
        let size = 2 * faces.scheme.pointCount
        fill(
          &features, columns,
          with: (0..<faces.count).flatMap { alignment.aligned(faces.coordinates[$0 * size..<($0 + 1) * size]) })
      case .fhog:
        guard let descriptors = faces.descriptors else {
          throw DataError("features [fhog] need descriptors: mien extract IMAGES --descriptors fhog")
        }
        fill(&features, columns, with: descriptors.values)
      }
    }
    return features
  }

  private func fill<Scalar: BinaryFloatingPoint>(
    _ features: inout Matrix<Float>, _ columns: Range<Int>, with values: [Scalar]
  ) {
    let (rows, stride) = (features.rows, features.columns)
    features.values.withUnsafeMutableBufferPointer { target in
      values.withUnsafeBufferPointer { source in
        for row in 0..<rows {
          for column in 0..<columns.count {
            target[row &* stride &+ columns.lowerBound &+ column] = Float(source[row &* columns.count &+ column])
          }
        }
      }
    }
  }

  /// The features of all faces of a dataset with their classes.
  ///
  /// - Throws: `DataError` when the dataset has no rows or a stage cannot use its points.
  public func rows(of dataset: LandmarkDataset) throws -> LabelledRows {
    try LabelledRows(features: features(of: Faces(dataset)), labels: dataset.labels, classes: dataset.classes)
  }
}

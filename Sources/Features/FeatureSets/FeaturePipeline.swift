import Landmarks
import Learning

/// How faces become the numbers that a learner sees: the numbers of all stages side by side.
public struct FeaturePipeline: Hashable, Sendable, CustomStringConvertible {
  /// One kind of numbers. All but `raw` and those that look at pictures are read off the aligned face and rounded to 16 bits:
  /// they do not depend on where in the picture the face is, on its size, or on how far the head leans.
  public enum FeatureSet: String, Hashable, Sendable, CaseIterable {
    /// x and y of each point in image pixels, as in the table.
    case raw
    /// x and y of each point after the face is centered, turned upright and scaled to unit size.
    case aligned
    /// The symmetric and the antisymmetric half of the aligned face, as many numbers as `aligned` has.
    case symmetry
    /// Distances between chosen pairs of 68 points, in sizes of the face.
    case distances
    /// Angles between chosen triples of 68 points, in radians.
    case angles
    /// What one would say of mouth, eyes and brows: openings, heights, slopes, aspect ratios of 68 points.
    case regions
    /// What the face looks like around its landmarks: `DescriptorKind.fhog`.
    case fhog
    /// What it looks like around chosen keypoints: `DescriptorKind.keypointFHOG`.
    case keypointFHOG = "keypoint_fhog"
    /// How much the small patches of `DescriptorKind.chip` are like those of other faces: `PatchFilters`.
    case patches
  }

  /// The stages, first to last.
  public let stages: [FeatureSet]

  /// A pipeline of stages named as in an experiment.
  ///
  /// - Throws: `ParameterError` for a stage that does not exist or stands twice, or none.
  public init(stageNames: [String]) throws(ParameterError) {
    let known = FeatureSet.allCases.map(\.rawValue).joined(separator: ", ")
    var stages: [FeatureSet] = []
    for name in stageNames {
      guard let stage = FeatureSet(rawValue: name), !stages.contains(stage) else {
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

  private init(stages: [FeatureSet]) { self.stages = stages }

  /// These stages, then those of another pipeline that are not among them.
  package func union(_ other: FeaturePipeline) -> FeaturePipeline {
    FeaturePipeline(stages: stages + other.stages.filter { !stages.contains($0) })
  }

  /// The stages as an experiment names them: `[aligned, distances]`.
  public var description: String { "[" + stages.map(\.rawValue).joined(separator: ", ") + "]" }

  /// What must be read beside landmark tables.
  public var descriptors: [DescriptorKind] {
    DescriptorKind.allCases.filter { kind in stages.contains { $0.descriptor == kind } }
  }

  /// The features for faces of a scheme, in the order of their columns.
  ///
  /// Raw and aligned coordinates beside one another have their stage before the name, as in `raw_1_x`.
  ///
  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  public func features(for scheme: LandmarkScheme, descriptorCount: Int = 0) -> [Feature] {
    let namesakes: Set<FeatureSet> = [.raw, .aligned]
    return stages.flatMap { stage in
      let features = stage.features(for: scheme, descriptorCount: descriptorCount)
      guard namesakes.contains(stage), namesakes.isSubset(of: stages) else { return features }
      return features.map { Feature(name: "\(stage.rawValue)_\($0.name)", keypoints: $0.keypoints) }
    }
  }

  /// The names of the features for faces of a scheme: `1_x, 1_y, …`, `distance_49_55, …`, `fhog_r1_c1_o1, …`.
  ///
  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  public func featureNames(for scheme: LandmarkScheme, descriptorCount: Int = 0) -> [String] {
    features(for: scheme, descriptorCount: descriptorCount).map(\.name)
  }

  /// The columns of each stage among all features.
  ///
  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  public func columns(for scheme: LandmarkScheme, descriptorCount: Int = 0) -> [Range<Int>] {
    var first = 0
    return stages.map { stage in
      let count = stage.count(for: scheme, descriptorCount: descriptorCount)
      defer { first += count }
      return first..<first + count
    }
  }

  /// Refuses faces whose points a stage does not know.
  ///
  /// - Throws: `DataError` naming the stage.
  public func check(_ scheme: LandmarkScheme) throws(DataError) {
    for stage in stages where stage.needsKnownPoints && stage.reading(for: scheme) == nil {
      throw DataError(
        "features [\(stage.rawValue)] need \(stage.pointCounts) points, these faces have \(scheme.pointCount): "
          + "use [\(scheme.mirror == nil ? "raw" : "aligned")]")
    }
  }

  /// The features of faces whose coordinates stand row after row, `(faces, features)`.
  ///
  /// - Throws: `DataError` when a stage needs to know more of the faces than is known.
  public func features(ofCoordinates coordinates: [Float], scheme: LandmarkScheme) throws -> Matrix<Float> {
    try features(of: Faces(scheme: scheme, coordinates: coordinates))
  }

  /// The features of faces, `(faces, features)`.
  ///
  /// - Throws: `DataError` when a stage needs to know more of the faces than is known.
  public func features(of faces: Faces) throws -> Matrix<Float> {
    try check(faces.scheme)
    let columns = columns(for: faces.scheme, descriptorCount: faces.descriptors[.fhog]?.columns ?? 0)
    if stages == [.raw] { return Matrix(rows: faces.count, columns: columns[0].count, values: faces.coordinates) }
    let shapes = stages.contains(where: \.needsKnownPoints) ? Alignment(faces.scheme).map(faces.shapes) ?? [] : []
    var features = Matrix(rows: faces.count, columns: columns.last?.upperBound ?? 0, repeating: Float(0))
    for (stage, columns) in zip(stages, columns) {
      if let reading = stage.reading(for: faces.scheme) {
        // To 16 bits: a thousandth of the face's size, an eighth of what a tenth of a pixel is on a small face. It
        // halves the files of models that keep faces.
        fill(&features, columns, with: shapes.flatMap { reading.values($0).map { Float16($0) } })
      } else if stage == .raw {
        fill(&features, columns, with: faces.coordinates)
      } else if let kind = stage.descriptor, let descriptors = faces.descriptors[kind] {
        guard kind.isPossible(columns: descriptors.columns) else {
          throw DataError("features [\(stage.rawValue)] need other descriptors: \(descriptors.columns) numbers a face")
        }
        if stage == .patches {
          fill(&features, columns, with: try PatchFilters.standard.values(of: descriptors))
        } else {
          fill(&features, columns, with: descriptors.values)
        }
      } else {
        throw DataError("features [\(stage.rawValue)] need descriptors: mien extract IMAGES --descriptors fhog")
      }
    }
    return features
  }

  private func fill<Scalar: BinaryFloatingPoint>(
    _ features: inout Matrix<Float>, _ columns: Range<Int>, with values: [Scalar]
  ) {
    let (rows, stride) = (features.rows, features.columns)
    precondition(values.count == rows * columns.count, "as many numbers a face as the stage has")
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
  public func rows(of dataset: LandmarkDataset) throws -> LabeledRows {
    try LabeledRows(features: features(of: Faces(dataset)), labels: dataset.labels, classes: dataset.classes)
  }
}

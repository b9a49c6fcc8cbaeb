import Landmarks

extension FeaturePipeline.FeatureSet {
  /// Whether the stage must know what the points are.
  var needsKnownPoints: Bool { self != .raw && descriptor == nil }

  /// The descriptor that the stage looks at; `nil` for one that looks at points.
  package var descriptor: DescriptorKind? {
    switch self {
    case .fhog: .fhog
    case .keypointFHOG: .keypointFHOG
    case .patches: .chip
    default: nil
    }
  }

  /// The numbers of points that the stage knows, in words.
  var pointCounts: String { self == .aligned || self == .symmetry ? "68 or 98" : "68" }

  /// How the stage reads its numbers off an aligned face; `nil` for one that looks at something else, and for points
  /// that it does not know.
  func reading(for scheme: LandmarkScheme) -> ShapeFeatures? {
    guard let mirror = scheme.mirror else { return nil }
    switch self {
    case .aligned: return .coordinates(scheme)
    case .symmetry: return .symmetry(scheme, mirror: mirror)
    case .distances: return scheme == .ibug68 ? .distances(mirror: mirror) : nil
    case .angles: return scheme == .ibug68 ? .angles(mirror: mirror) : nil
    case .regions: return scheme == .ibug68 ? .regions(mirror: mirror) : nil
    case .raw, .fhog, .keypointFHOG, .patches: return nil
    }
  }

  /// How many numbers the stage has; none for points that it does not know.
  ///
  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  func count(for scheme: LandmarkScheme, descriptorCount: Int) -> Int {
    switch self {
    case .raw: 2 * scheme.pointCount
    case .fhog: descriptorCount
    case .keypointFHOG: KeypointPatches.columns
    case .patches: PatchFilters.standard.columns
    default: reading(for: scheme)?.features.count ?? 0
    }
  }

  /// What the numbers of the stage are; none for points that it does not know.
  ///
  /// - Parameter descriptorCount: the numbers of each face's descriptor.
  func features(for scheme: LandmarkScheme, descriptorCount: Int) -> [Feature] {
    switch self {
    case .raw: return Feature.coordinates(scheme)
    case .fhog:
      let names = FHOGLayout(columns: descriptorCount)?.names ?? (0..<descriptorCount).map { "\($0)" }
      return names.map { Feature(name: "fhog_\($0)", keypoints: []) }
    case .keypointFHOG: return KeypointPatches.names.map { Feature(name: "keypoint_fhog_\($0)", keypoints: []) }
    case .patches: return PatchFilters.standard.names.map { Feature(name: "patches_\($0)", keypoints: []) }
    default: return reading(for: scheme)?.features ?? []
    }
  }
}

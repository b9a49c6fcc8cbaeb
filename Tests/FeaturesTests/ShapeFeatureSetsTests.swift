import Features
import Foundation
import Landmarks
import Learning
import TestSupport
import Testing

/// Stages that are read off the aligned face's shape.
private let stages = ["aligned", "symmetry", "distances", "angles", "regions"]

/// A feature is rounded to 16 bits: a step is 2⁻⁸ from 4 on, where the largest angles are.
private let step: Float = 4e-3

/// A face whose mouth, eye and brow are drawn with ruler and compass: points of the picture's left as given, those of the
/// right their mirror images, all others one to the left, on, and one to the right of the origin.
private let drawnFace: [Float] = {
  let mirror = LandmarkScheme.ibug68.mirror ?? []
  let drawn: [Int: (x: Float, y: Float)] = [
    // Eye: 2 wide, lids 1 apart.
    36: (-3, 0), 39: (-1, 0), 37: (-2.5, -0.5), 38: (-1.5, -0.5), 40: (-1.5, 0.5), 41: (-2.5, 0.5),
    // Brow: the middle a tenth of its length above the line that joins the ends.
    17: (-4, -2), 21: (-1, -3), 18: (-2.6, -2.8), 19: (-2.6, -2.8), 20: (-2.6, -2.8),
    // Lips: 4 wide, 2 high; the upper bends out by a quarter of its half, the lower by a tenth.
    48: (-2, 4), 51: (0, 4), 57: (0, 6), 49: (-1, 3.5), 50: (-1, 3.5), 58: (-1.2, 5.2), 59: (-1.2, 5.2),
    61: (-1, 4.5), 62: (0, 4.5), 66: (0, 5), 67: (-1, 5),
  ]
  return (0..<68).flatMap { point -> [Float] in
    if let place = drawn[point] { return [place.x, place.y] }
    if let place = drawn[mirror[point]] { return [-place.x, place.y] }
    return [point == mirror[point] ? 0 : point < mirror[point] ? -1 : 1, 0]
  }
}()

/// The root mean square distance of a face's points from their centroid.
private func size(_ face: [Float]) -> Float {
  let count = Float(face.count / 2)
  let (x, y) = (
    stride(from: 0, to: face.count, by: 2).map { face[$0] }, stride(from: 1, to: face.count, by: 2).map { face[$0] }
  )
  let (cx, cy) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
  let squares = zip(x, y).reduce(0) { $0 + ($1.0 - cx) * ($1.0 - cx) + ($1.1 - cy) * ($1.1 - cy) }
  return (squares / count).squareRoot()
}

@Suite struct ShapeStagesTests {
  private let faces: Faces

  init() throws {
    let table = try LandmarkTable(contentsOf: Repository.landmarks + "/surprised.csv")
    faces = Faces(scheme: table.scheme, coordinates: (0..<20).flatMap { table.face(40 * $0) })
  }

  /// The features of a face by name.
  private func features(_ face: [Float], _ stage: String) throws -> [String: Float] {
    let pipeline = try FeaturePipeline(stageNames: [stage])
    let values = try pipeline.features(ofCoordinates: face, scheme: .ibug68).values
    return Dictionary(uniqueKeysWithValues: zip(pipeline.featureNames(for: .ibug68), values))
  }

  @Test func distancesAreThoseOfARulerInSizesOfTheFace() throws {
    let (distances, size) = (try features(drawnFace, "distances"), size(drawnFace))
    let expected: [(String, Float)] = [
      ("distance_49_55", 4), ("distance_52_58", 2), ("distance_63_67", 0.5), ("distance_62_68", 0.5),
      ("distance_64_66", 0.5), ("distance_37_40", 2), ("distance_43_46", 2), ("distance_38_42", 1),
      ("distance_44_48", 1), ("distance_22_23", 2), ("distance_18_37", Float(5).squareRoot()),
      ("distance_27_46", Float(5).squareRoot()), ("distance_22_40", 3), ("distance_49_52", 2),
      ("distance_49_58", Float(8).squareRoot()),
    ]
    for (name, pixels) in expected {
      let value = try #require(distances[name], "\(name)")
      #expect(abs(value - pixels / size) < step, "\(name)")
    }
  }

  @Test func anglesAreThoseOfAProtractorInRadians() throws {
    let angles = try features(drawnFace, "angles")
    let expected: [(String, Float)] = [
      // Corners look at the lips' middles at the same height and two down, two across.
      ("angle_52_49_58", .pi / 4), ("angle_58_55_52", .pi / 4),
      // The upper lip is level with the corners, the lower a right angle under them.
      ("angle_55_52_49", .pi), ("angle_49_58_55", .pi / 2),
      // Lids leave the outer corner half right, up and down.
      ("angle_38_37_42", .pi / 2), ("angle_47_46_45", .pi / 2),
    ]
    for (name, radians) in expected {
      let value = try #require(angles[name], "\(name)")
      #expect(abs(value - radians) < step, "\(name)")
    }
  }

  @Test func anAngleThatBendsTheOtherWayIsBeyondAFlatOne() throws {
    var smile = drawnFace
    // Corners one above the upper lip's middle and two beside it.
    for corner in [48, 54] { smile[2 * corner + 1] = 3 }
    let angle = try #require(try features(smile, "angles")["angle_55_52_49"])
    #expect(abs(angle - (.pi + 2 * atan(0.5))) < step)
  }

  @Test func measuresOfRegionsAreWorkedByHand() throws {
    let (measures, size) = (try features(drawnFace, "regions"), size(drawnFace))
    let lips = Float(2.93).squareRoot()
    let expected: [(String, Float)] = [
      ("mouth_opening", 0.5 / size), ("mouth_aspect", (2 * lips + 2) / 12), ("brow_distance", 2 / size),
      // The corner is at 4, the lips' middles at 4 and 6.
      ("corner_lift", 1 / size), ("upper_lip_curvature", 0.25), ("lower_lip_curvature", 0.1),
      ("brow_height", 2.68 / size), ("brow_slope", atan2(1, 3)), ("brow_curvature", 0.1), ("eye_aspect_ratio", 0.5),
    ]
    for (name, value) in expected {
      for side in measures[name] == nil ? ["left_", "right_"] : [""] {
        let found = try #require(measures[side + name], "\(side + name)")
        #expect(abs(found - value) < step, "\(side + name)")
      }
    }
    #expect(measures.count == 3 + 2 * 7)
  }

  @Test func theHalvesOfAShapeAddUpToItAndASymmetricFaceHasOnlyOne() throws {
    let mirror = try #require(faces.scheme.mirror)
    for face in [drawnFace, Array(faces.coordinates[..<136])] {
      let (aligned, halves) = (try features(face, "aligned"), try features(face, "symmetry"))
      #expect(halves.count == 136)
      for (name, value) in aligned {
        let parts = ["symmetric_", "antisymmetric_"].compactMap { halves[$0 + name] }
        let point = try #require(Int(name.prefix { $0 != "_" })) - 1
        #expect(parts.count == (mirror[point] < point ? 0 : mirror[point] == point ? 1 : 2), "\(name)")
        if mirror[point] >= point { #expect(abs(parts.reduce(0, +) - value) < step, "\(name)") }
      }
    }
    let halves = try features(drawnFace, "symmetry")
    for (name, value) in halves where name.hasPrefix("anti") { #expect(abs(value) < step, "\(name)") }
  }

  @Test func aTurnedHeadShowsInTheAntisymmetricHalf() throws {
    // A nose that moves aside between unmoved outlines, as when the head turns.
    var turned = drawnFace
    for point in 27..<36 { turned[2 * point] += 1 }
    let halves = try features(turned, "symmetry")
    let (nose, outline) = (
      try #require(halves["antisymmetric_31_x"]), try #require(halves["antisymmetric_1_x"])
    )
    #expect(nose > 0 && outline < 0 && abs(nose - outline - 1 / size(turned)) < 2e-2)
    // On the midline the symmetric half has no x.
    #expect(halves["symmetric_31_x"] == nil && halves["symmetric_31_y"] != nil)
  }

  @Test(arguments: stages)
  func positionSizeAndLeanDoNotMatter(stage: String) throws {
    let pipeline = try FeaturePipeline(stageNames: [stage])
    let standard = try pipeline.features(of: faces)
    for (degrees, scale, x, y) in [(0.0, 1.0, 300.0, -20.0), (20, 1, 0, 0), (-60, 6.25, -40, 10), (5, 0.2, 7, 7)] {
      let (cosine, sine) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
      let moved = stride(from: 0, to: faces.coordinates.count, by: 2).flatMap { index -> [Float] in
        let point = (x: Double(faces.coordinates[index]), y: Double(faces.coordinates[index + 1]))
        return [
          Float(scale * (point.x * cosine - point.y * sine) + x),
          Float(scale * (point.x * sine + point.y * cosine) + y),
        ]
      }
      let other = try pipeline.features(ofCoordinates: moved, scheme: faces.scheme)
      let furthest = zip(standard.values, other.values).map { abs($0 - $1) }.max() ?? 1
      #expect(furthest < 2 * step, "turned by \(degrees)°, enlarged \(scale) times")
    }
  }

  /// The name of the feature that a feature becomes in a mirror, and whether its sign changes.
  private func mirrored(_ name: String, _ mirror: [Int]) throws -> (name: String, sign: Float) {
    let parts = name.split(separator: "_").map(String.init)
    func joined(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "_") }
    func image(_ number: String) throws -> Int { mirror[try #require(Int(number)) - 1] + 1 }
    switch parts[0] {
    case "distance": return ("distance_" + joined(try parts.dropFirst().map(image).sorted()), 1)
    case "angle": return ("angle_" + joined(try parts.dropFirst().reversed().map(image)), 1)
    case "left": return ("right" + name.dropFirst(4), 1)
    case "right": return ("left" + name.dropFirst(5), 1)
    case "symmetric", "mouth", "brow": return (name, 1)
    case "antisymmetric": return (name, -1)
    default: return ("\(try image(parts[0]))_\(parts[1])", parts[1] == "x" ? -1 : 1)
    }
  }

  @Test(arguments: stages)
  func theMirrorImageOfAFaceHasTheFeaturesOfTheOtherSide(stage: String) throws {
    let mirror = try #require(faces.scheme.mirror)
    let pipeline = try FeaturePipeline(stageNames: [stage])
    let names = pipeline.featureNames(for: faces.scheme)
    let columns = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let (own, image) = (try pipeline.features(of: faces), try pipeline.features(of: faces.mirrored()))
    for (column, name) in names.enumerated() {
      let other = try mirrored(name, mirror)
      let place = try #require(columns[other.name], "\(name)")
      for row in 0..<faces.count {
        #expect(abs(image[row, place] - other.sign * own[row, column]) < 2 * step, "\(name), row \(row)")
      }
    }
  }

  @Test(arguments: stages)
  func pointsThatCoincideGiveFiniteNumbers(stage: String) throws {
    let pipeline = try FeaturePipeline(stageNames: [stage])
    let one = try pipeline.features(ofCoordinates: Array(repeating: 7, count: 136), scheme: .ibug68)
    #expect(one.values.allSatisfy { $0 == 0 })
    var random = KeyedRandom(seed: 3)
    for points in 1...40 {
      // A few places only, so that many points share one, and all of them on a line for the even ones.
      let height: UInt32 = points % 2 == 0 ? 1 : 1000
      let places = (0..<points).map { _ in (Float(random.below(1000)), Float(random.below(height))) }
      let face = (0..<68).flatMap { _ -> [Float] in
        let place = places[Int(random.below(UInt32(points)))]
        return [place.0, place.1]
      }
      let values = try pipeline.features(ofCoordinates: face, scheme: .ibug68).values
      #expect(values.allSatisfy { $0.isFinite && abs($0) <= 10 }, "\(points) places")
    }
  }

  @Test(arguments: [("aligned", 136), ("symmetry", 136), ("distances", 50), ("angles", 26), ("regions", 17)])
  func namesAndKeypointsAreKnownFromTheScheme(stage: String, count: Int) throws {
    let pipeline = try FeaturePipeline(stageNames: [stage])
    let features = pipeline.features(for: .ibug68)
    #expect(features.count == count && Set(features.map(\.name)).count == count)
    #expect(pipeline.columns(for: .ibug68) == [0..<count])
    #expect(try pipeline.features(of: faces).columns == count)
    for feature in features {
      #expect(!feature.keypoints.isEmpty && feature.keypoints.allSatisfy((0..<68).contains))
      let numbers = feature.name.split(separator: "_").compactMap { Int($0) }
      switch stage {
      case "regions": #expect(numbers.isEmpty)
      // A half names one of the two points that it is read off.
      case "symmetry": #expect(feature.keypoints.contains(numbers[0] - 1))
      default: #expect(Set(numbers.map { $0 - 1 }) == Set(feature.keypoints))
      }
    }
  }

  @Test func aFeaturesImportanceIsSharedEquallyAmongItsKeypoints() {
    let features = [
      Feature(name: "a", keypoints: [2, 0]), Feature(name: "b", keypoints: [2]), Feature(name: "c", keypoints: []),
    ]
    #expect(features.sharedAmongKeypoints([2, 3, 5], pointCount: 4) == [1, 0, 4, 0])
    #expect(features.indices(touching: [0, 3]) == [0] && features.indices(touching: [2]) == [0, 1])
  }

  @Test func stagesWithTheSameNamesAreToldApart() throws {
    let names = try FeaturePipeline(stageNames: ["raw", "regions", "aligned"]).featureNames(for: .ibug68)
    #expect(names[0] == "raw_1_x" && names[136] == "mouth_opening" && names[153] == "aligned_1_x")
    #expect(try FeaturePipeline(stageNames: ["aligned", "regions"]).featureNames(for: .ibug68)[0] == "1_x")
  }

  @Test func descriptorsAreNamedByCellAndChannel() throws {
    let names = try FeaturePipeline(stageNames: ["fhog"]).featureNames(for: .ibug68, descriptorCount: 31 * 9)
    #expect(names.count == 279 && names[0] == "fhog_r1_c1_o1" && names[30] == "fhog_r1_c1_o31")
    #expect(names[31] == "fhog_r1_c2_o1" && names[93] == "fhog_r2_c1_o1" && names[278] == "fhog_r3_c3_o31")
  }

  @Test(arguments: ["distances", "angles", "regions"])
  func otherPointsAreRefusedInOneLineThatNamesTheStage(stage: String) throws {
    let pipeline = try FeaturePipeline(stageNames: ["raw", stage])
    for (points, cure) in [(98, "aligned"), (5, "raw")] {
      let error = #expect(throws: DataError.self) {
        try pipeline.features(
          ofCoordinates: Array(repeating: 1, count: 2 * points), scheme: LandmarkScheme(pointCount: points))
      }
      #expect(
        error?.description == "features [\(stage)] need 68 points, these faces have \(points): use [\(cure)]")
    }
  }

  @Test func halvesAreThoseOf98PointsToo() throws {
    let pipeline = try FeaturePipeline(stageNames: ["symmetry"])
    #expect(pipeline.features(for: .wflw98).count == 196)
    let error = #expect(throws: DataError.self) {
      try pipeline.features(ofCoordinates: [1, 2, 3, 4], scheme: LandmarkScheme(pointCount: 2))
    }
    #expect(error?.description == "features [symmetry] need 68 or 98 points, these faces have 2: use [raw]")
  }
}

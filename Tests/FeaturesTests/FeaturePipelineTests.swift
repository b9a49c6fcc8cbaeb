import Features
import Foundation
import Landmarks
import Learning
import TestSupport
import Testing

@Suite struct FeaturePipelineTests {
  private let face: [Float]

  init() throws {
    let table = try LandmarkTable(contentsOf: Repository.landmarks + "/sad.csv")
    face = Array(table.face(11))
  }

  private func features(_ face: [Float], stage: String = "aligned") throws -> [Float] {
    try FeaturePipeline(stageNames: [stage]).features(ofCoordinates: face, scheme: .ibug68).values
  }

  /// The face turned, enlarged and moved.
  private func moved(_ face: [Float], degrees: Double, scale: Double, by offset: (Double, Double)) -> [Float] {
    let (cosine, sine) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    return stride(from: 0, to: face.count, by: 2).flatMap { index in
      let (x, y) = (Double(face[index]), Double(face[index + 1]))
      return [
        Float(scale * (x * cosine - y * sine) + offset.0), Float(scale * (x * sine + y * cosine) + offset.1),
      ]
    }
  }

  @Test func rawIsTheTable() throws {
    #expect(try features(face, stage: "raw") == face)
  }

  @Test(arguments: [(0.0, 1.0), (20, 1), (-60, 6.25), (89, 0.01), (5, 40)])
  func positionSizeAndLeanDoNotMatter(degrees: Double, scale: Double) throws {
    let standard = try features(face)
    let other = try features(moved(face, degrees: degrees, scale: scale, by: (300, -20)))
    // The moved coordinates are rounded to 24 bits some hundred pixels from the origin.
    // Aligned ones are rounded to 16 bits, a thousandth between 1 and 2 and a two-thousandth above.
    let tolerance = Float(2.1e-3 * max(1, 0.05 / scale))
    let furthest = zip(standard, other).map { abs($0 - $1) }.max() ?? 1
    #expect(furthest < tolerance)
  }

  @Test func anAlignedFaceIsCenteredUprightAndOfUnitSize() throws {
    let aligned = try features(moved(face, degrees: 30, scale: 3, by: (0, 0)))
    let x = stride(from: 0, to: 136, by: 2).map { Double(aligned[$0]) }
    let y = stride(from: 1, to: 136, by: 2).map { Double(aligned[$0]) }
    #expect(abs(x.reduce(0, +)) < 2e-2 && abs(y.reduce(0, +)) < 2e-2)
    #expect(abs(zip(x, y).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 } / 68 - 1) < 5e-4)
    #expect(y[8] > 0 && y[27] < 0)  // the chin below the eyes
  }

  @Test func aMirroredFaceAlignsToTheMirrorImage() throws {
    let mirror = try #require(LandmarkScheme.ibug68.mirror)
    func mirrored(_ face: [Float], width: Float) -> [Float] {
      mirror.flatMap { [width - face[2 * $0], face[2 * $0 + 1]] }
    }
    let (one, other) = (try features(mirrored(face, width: 47)), mirrored(try features(face), width: 0))
    #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func pointsThatCoincideGiveZerosAndNotNaN() throws {
    #expect(try features(Array(repeating: 7, count: 136)) == Array(repeating: 0, count: 136))
  }

  @Test func unknownPointsCannotBeAligned() throws {
    let pipeline = try FeaturePipeline(stageNames: ["aligned"])
    let error = #expect(throws: DataError.self) {
      try pipeline.features(ofCoordinates: [1, 2, 3, 4], scheme: LandmarkScheme(pointCount: 2))
    }
    #expect(error?.description == "features [aligned] need 68 or 98 points, these faces have 2: use [raw]")
  }

  @Test(arguments: [[], ["raw", "raw"], ["pixels"]])
  func otherPipelinesAreRefused(stages: [String]) {
    #expect(throws: ParameterError.self) { try FeaturePipeline(stageNames: stages) }
  }

  private var described: Faces {
    let points = (0..<2).flatMap { face in (0..<136).map { Float(($0 * 37 + face * 11) % 101) } }
    let numbers = (0..<2 * 31 * 4).map { Float16(Float($0 % 50) / 64) }
    return Faces(
      scheme: LandmarkScheme(pointCount: 68), coordinates: points,
      descriptors: [.fhog: DescriptorTable(rows: 2, columns: 31 * 4, values: numbers)])
  }

  @Test func stagesStandSideBySideInTheirOrder() throws {
    let faces = described
    let pipeline = try FeaturePipeline(stageNames: ["fhog", "raw"])
    let features = try pipeline.features(of: faces)
    #expect(features.columns == 124 + 136)
    #expect(Array(features[row: 1].prefix(124)) == faces.descriptors[.fhog]?.values.suffix(124).map(Float.init))
    #expect(Array(features[row: 1].suffix(136)) == Array(faces.coordinates.suffix(136)))
    #expect(pipeline.columns(for: faces.scheme, descriptorCount: 124) == [0..<124, 124..<260])
    #expect(throws: DataError.self) {
      try pipeline.features(ofCoordinates: faces.coordinates, scheme: faces.scheme)
    }
  }

  @Test func stagesHaveAsManyColumnsAsNames() throws {
    for stage in FeaturePipeline.FeatureSet.allCases {
      let pipeline = try FeaturePipeline(stageNames: [stage.rawValue])
      for points in [68, 98, 5] {
        let scheme = LandmarkScheme(pointCount: points)
        let names = pipeline.featureNames(for: scheme, descriptorCount: 124)
        #expect(pipeline.columns(for: scheme, descriptorCount: 124) == [0..<names.count], "\(stage), \(points) points")
      }
    }
  }

  @Test func someFacesHaveTheFeaturesThatTheyHaveAmongAll() throws {
    let pipeline = try FeaturePipeline(stageNames: ["fhog", "aligned", "distances"])
    let all = try pipeline.features(of: described)
    #expect(try pipeline.features(of: described.selecting([1, 0, 1])) == all.selecting(rows: [1, 0, 1]))
    #expect(described.selecting([]).count == 0)
  }

  @Test func aListReadsAsAnExperimentWritesIt() throws {
    let pipeline = try FeaturePipeline(stageNames: ["fhog", "aligned", "distances"])
    #expect(FeatureList(pipeline).description == pipeline.description)
    let options = [
      FeatureSetOptions(componentCount: 300), FeatureSetOptions(scale: .standard, weight: 0.05), FeatureSetOptions(),
    ]
    #expect(
      FeatureList(pipeline, options: options).description
        == "[fhog: {pca: 300}, aligned: {scale: standard, weight: 0.05}, distances]")
  }

  @Test func aListLooksAtTheColumnsOfItsOwnStages() throws {
    let options = [FeatureSetOptions(componentCount: 3), FeatureSetOptions()]
    let list = FeatureList(try FeaturePipeline(stageNames: ["fhog", "raw"]), options: options)
    let view = list.view(columns: [.raw: 0..<136, .aligned: 136..<272, .fhog: 272..<396], componentCount: 2, seed: 1)
    #expect(view.columns == [272..<396, 0..<136] && view.componentCount == 2 && !view.areNone)
    #expect(view.stages.map(\.options) == options)
  }

  @Test func aMirrorOfAMirrorIsTheFaceAgain() throws {
    let faces = described
    let mirrored = try faces.mirrored()
    #expect(mirrored.coordinates != faces.coordinates && mirrored.descriptors != faces.descriptors)
    let again = try mirrored.mirrored()
    #expect(again.descriptors == faces.descriptors)
    let furthest = zip(again.coordinates, faces.coordinates).map { abs($0 - $1) }.max() ?? 1
    #expect(furthest < 1e-3)
  }
}

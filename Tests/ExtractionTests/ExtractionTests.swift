import Basics
import Foundation
import Landmarks
import Testing
import TestSupport

import Extraction

/// Loading takes a second, so all tests share one.
private let predictor = Result { try LandmarkPredictor() }

private func faces(
  _ image: String, faceBox: ExtractionOptions.FaceBox = .auto, faces: ExtractionOptions.Faces = .largest,
  upsample: Int? = nil, jitters: Int = ExtractionOptions.maxJitteredBoxes,
  passes: Int = ExtractionOptions.maxPasses
) throws -> [FaceLandmarks] {
  let options = ExtractionOptions(faceBox: faceBox, faces: faces, upsample: upsample, jitters: jitters, passes: passes)
  return try FaceLandmarkDetector(predictor: predictor.get(), options: options)
    .faces(inImageAt: Repository.samples + "/" + image)
}

@Suite struct FaceReaderTests {
  struct DlibCase: Decodable {
    var image: String
    var factor: Int
    var width: Int
    var height: Int
    var box: [Int]
    var score: Double
    var points: [Int]
  }

  /// The fixture comes from dlib alone, on the same enlarged picture.
  @Test func boxesScoresAndPointsAreDlibsOwn() throws {
    for expected in try Repository.fixture("dlib.json", as: [DlibCase].self) {
      let face = try #require(try faces("faces/" + expected.image, jitters: 0, passes: 1).first)
      let scaleX = Double(expected.width - 1) / Double(expected.width * expected.factor - 1)
      let scaleY = Double(expected.height - 1) / Double(expected.height * expected.factor - 1)
      for (index, point) in expected.points.enumerated() {
        #expect(face.points[index] == Double(point) * (index % 2 == 0 ? scaleX : scaleY), "\(expected.image) \(index)")
      }
      #expect(face.left == Double(expected.box[0]) * scaleX && face.top == Double(expected.box[1]) * scaleY)
      #expect(face.width == Double(expected.box[2] - expected.box[0]) * scaleX + 1)
      #expect(abs((face.score ?? 0) - expected.score) < 1e-6)  // printed with nine digits
    }
  }

  @Test func aMirroredPictureHasMirroredLandmarksTheMoreSoTheOftenerItIsLookedAt() throws {
    let partner = try #require(LandmarkScheme.ibug68.mirror)
    func meanDistance(jitters: Int, passes: Int = 1) throws -> Double {
      let portrait = try #require(try faces("faces/happy/portrait.jpg", jitters: jitters, passes: passes).first)
      let mirrored = try #require(try faces("faces/happy/mirrored.jpg", jitters: jitters, passes: passes).first)
      let distances = partner.indices.map { point in
        let x = 299 - mirrored.points[2 * partner[point]] - portrait.points[2 * point]
        let y = mirrored.points[2 * partner[point] + 1] - portrait.points[2 * point + 1]
        return (x * x + y * y).squareRoot()
      }
      return distances.reduce(0, +) / 68
    }
    // The predictor itself is not symmetric: its points wander by a pixel or two on this 300 px picture.
    let (alone, together) = (try meanDistance(jitters: 0), try meanDistance(jitters: 6))
    #expect(alone < 2.5 && together < 0.9 * alone, "\(alone) \(together)")
    let twice = try meanDistance(jitters: 6, passes: 2)
    #expect(twice < 0.5 * together, "\(together) \(twice)")
  }

  @Test(arguments: ["faces/happy/portrait.jpg", "faces/happy/tiny_gray.png"])
  func aMirroredFacesDescriptorHasItsNumbersInOtherPlaces(image: String) throws {
    let picture = try Picture(decoding: Repository.samples + "/" + image)
    let points = try #require(try faces(image).first).points
    let own = try picture.fhog(points: points)
    let mirrored = try picture.fhog(points: points, mirrored: true)
    let layout = try #require(FHOGLayout(columns: own.count))
    #expect(layout.side == 14 && own.count == mirrored.count)
    // A vertical gradient lies between two directions and goes to the first of them, in a mirror too: only these differ.
    let undecided: Set = [4, 5, 13, 14, 22, 23]
    var (strays, sizes) = (Array(repeating: 0.0, count: 31), Array(repeating: 0.0, count: 31))
    for (place, from) in layout.mirror.enumerated() {
      strays[place % 31] += abs(Double(mirrored[place]) - Double(own[from]))
      sizes[place % 31] += abs(Double(own[from]))
    }
    for channel in 0..<31 {
      #expect(strays[channel] < (undecided.contains(channel) ? 0.3 : 0.03) * sizes[channel], "channel \(channel)")
    }
  }

  @Test func patchesAroundKeypointsAreThoseOfTheMirrorImageAroundTheirPartners() throws {
    let partner = try #require(LandmarkScheme.ibug68.mirror)
    let points = try #require(try faces("faces/happy/portrait.jpg").first).points
    let picture = try Picture(decoding: Repository.samples + "/faces/happy/portrait.jpg")
    let mirrored = try Picture(decoding: Repository.samples + "/faces/happy/mirrored.jpg")
    let others = (0..<68).flatMap { [299 - points[2 * partner[$0]], points[2 * partner[$0] + 1]] }
    let own = try picture.descriptor(.keypointFHOG, points: points)
    let other = try mirrored.descriptor(.keypointFHOG, points: others)
    #expect(own.count == 23 * 9 * 31 && own.contains { $0 > 0.1 })
    let places = try #require(DescriptorKind.keypointFHOG.mirror(columns: own.count))
    #expect(places.indices.allSatisfy { places[places[$0]] == $0 })
    func difference(_ from: (Int) -> Int) -> Double {
      other.indices.reduce(0) { $0 + abs(Double(other[$1]) - Double(own[from($1)])) }
    }
    // The pictures were compressed one by one, and faces are cut out at whole pixels.
    #expect(difference { places[$0] } < 0.4 * difference { $0 })
    #expect(throws: Never.self) { try picture.descriptor(.keypointFHOG, points: points.map { $0 - 140 }) }
  }

  @Test func descriptorsStandBesideTheirTableRowForRow() throws {
    let folder = NSTemporaryDirectory() + "mien-descriptors-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let options = ExtractionOptions(descriptors: DescriptorKind.allCases)
    _ = try Extractor(predictor: predictor.get(), options: options).extract(
      ImageFolder(path: Repository.samples + "/faces"), toFolder: folder)
    let dataset = try LandmarkDataset(folder: folder, descriptors: DescriptorKind.allCases)
    let happy = try #require(dataset.tables.first { $0.className == "happy" })
    let images = try #require(happy.metadata("image"))
    let row = try #require(images.firstIndex(of: "portrait.jpg"))
    let descriptors = try #require(happy.descriptors[.fhog])
    var reader = ExtractionOptions(descriptors: DescriptorKind.allCases)
    reader.faces = .largest
    let alone = try #require(
      try FaceLandmarkDetector(predictor: predictor.get(), options: reader)
        .faces(inImageAt: Repository.samples + "/faces/happy/portrait.jpg").first?.descriptors[.fhog])
    #expect(Array(descriptors.values[row * descriptors.columns..<(row + 1) * descriptors.columns]) == alone)
    let chips = try #require(happy.descriptors[.chip])
    let chip = chips.values[row * chips.columns..<(row + 1) * chips.columns]
    #expect(chips.columns == 48 * 48 && chip.allSatisfy { (0...255).contains($0) && $0 == $0.rounded() })
    #expect(Set(chip).count > 50, "a face has many gray levels")
    // Read as it was written, and sorted, as a spreadsheet would.
    let path = folder + "/happy.csv"
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    lines.swapAt(1, 2)
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: TableError.self) { try LandmarkDataset(folder: folder, descriptors: [.fhog]) }
    #expect(error?.description.contains("happy.csv: rows or coordinates were changed") ?? false)
    #expect(throws: Never.self) { try LandmarkDataset(folder: folder) }
    lines.swapAt(1, 2)
    try (lines.joined(separator: "\r\n") + "\r\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: Never.self) { try LandmarkDataset(folder: folder, descriptors: [.fhog]) }
    // Descriptors of other rows: one number differs.
    let chipFile = URL(fileURLWithPath: folder + "/happy.chip.npy")
    var bytes = try Data(contentsOf: chipFile)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: chipFile)
    let foreign = #expect(throws: TableError.self) { try LandmarkDataset(folder: folder, descriptors: [.chip]) }
    #expect(foreign?.description.contains("happy.chip.npy: does not belong to") ?? false)
    #expect(throws: Never.self) { try LandmarkDataset(folder: folder, descriptors: [.fhog]) }
    // Extracted again without descriptors, nothing is left of them.
    _ = try Extractor(predictor: predictor.get(), options: ExtractionOptions()).extract(
      ImageFolder(path: Repository.samples + "/faces"), toFolder: folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { $0.hasSuffix(".csv") })
    _ = try Extractor(predictor: predictor.get(), options: options).extract(
      ImageFolder(path: Repository.samples + "/faces"), toFolder: folder)
    try FileManager.default.removeItem(atPath: folder + "/sad.fhog.npy")
    #expect(throws: TableError.self) { try LandmarkDataset(folder: folder, descriptors: DescriptorKind.allCases) }
    #expect(throws: Never.self) { try LandmarkDataset(folder: folder) }
  }

  @Test func tinyGrayCropsWork() throws {
    let face = try #require(try faces("faces/happy/tiny_gray.png", faceBox: .detect).first)
    #expect(face.points.allSatisfy { (-5...53).contains($0) } && face.score != nil)
  }

  @Test func theWholeImageIsTheBoxWhenAskedFor() throws {
    let face = try #require(try faces("faces/happy/tiny_gray.png", faceBox: .image).first)
    #expect(face.left == 0 && face.top == 0 && face.score == nil)
    #expect(face.width == 48 && face.height == 48)
  }

  @Test func autoFallsBackToTheWholeImageAndDetectDoesNot() throws {
    #expect(try faces("others/no_face.png", faceBox: .auto).first?.score == nil)
    let failure = #expect(throws: ExtractionFailure.self) { try faces("others/no_face.png", faceBox: .detect) }
    #expect(
      failure?.description
        == "no face found (320×240); faces must be roughly frontal and at least 80 px, "
        + "try --upsample 1 or --face-box image")
  }

  @Test func allFacesComeFromLeftToRight() throws {
    let all = try faces("others/montage.png", faces: .all)
    #expect(all.count == 4)
    #expect(all.map(\.left) == all.map(\.left).sorted())
    #expect(try faces("others/montage.png", faces: .largest).count == 1)
  }

  @Test(arguments: [
    ("others/not_an_image.jpg", "not a JPEG, PNG or BMP image"),
    ("none.png", "cannot be opened: No such file or directory"),
  ])
  func whatIsNoImageIsNamed(image: String, reason: String) {
    let failure = #expect(throws: ExtractionFailure.self) { try faces(image) }
    #expect(failure?.description == reason)
  }

  @Test func anEnlargementBeyondTheLimitIsRefusedBeforeItIsMade() {
    let failure = #expect(throws: ExtractionFailure.self) { try faces("others/montage.png", upsample: 5) }
    #expect(failure?.description.contains("more than 50 megapixels") == true)
  }
}

@Suite struct ExtractionOptionsTests {
  @Test(arguments: [(48, 48, 2), (96, 96, 1), (160, 20, 0), (159, 159, 1), (10, 10, 2), (4000, 3000, 0)])
  func smallImagesAreDoubledUpTo160PixelsAtMostTwice(width: Int, height: Int, doublings: Int) {
    #expect(ExtractionOptions().doublings(width: width, height: height) == doublings)
  }
}

@Suite struct ExtractorTests {
  private func extract(_ folder: String, to out: String, threads: Int) throws -> Extractor.Summary {
    try Extractor(predictor: predictor.get(), options: ExtractionOptions(faceBox: .detect), threads: threads)
      .extract(ImageFolder(path: folder), toFolder: out)
  }

  @Test func tablesAreTheSameAtAnyNumberOfThreads() throws {
    let (one, four) = (try TemporaryFolder(), try TemporaryFolder())
    _ = try extract(Repository.samples + "/faces", to: one.path, threads: 1)
    _ = try extract(Repository.samples + "/faces", to: four.path, threads: 4)
    for name in ["happy", "neutral", "sad", "surprised"] {
      #expect(try one.read(name + ".csv") == four.read(name + ".csv"))
    }
    let happy = try LandmarkTable(contentsOf: one.path + "/happy.csv")
    #expect(happy.metadataNames == Extractor.metadataNames)
    #expect(happy.metadata("image") == ["mirrored.jpg", "portrait.jpg", "rotated.jpg", "small.png", "tiny_gray.png"])
  }

  @Test func imagesWithoutLandmarksAreListedAndCounted() throws {
    let (images, out) = (try TemporaryFolder(), try TemporaryFolder())
    for (name, source) in [
      ("happy/deep/good.jpg", "faces/happy/portrait.jpg"), ("happy/empty.png", "others/no_face.png"),
      ("sad/not.jpg", "others/not_an_image.jpg"), ("sad/good.jpg", "faces/sad/warped.jpg"),
    ] {
      _ = try images.write("", to: name)
      try FileManager.default.removeItem(atPath: images.path + "/" + name)
      try FileManager.default.copyItem(atPath: Repository.samples + "/" + source, toPath: images.path + "/" + name)
    }
    let summary = try extract(images.path, to: out.path, threads: 2)
    #expect(summary.classes.map(\.failed) == [1, 1] && summary.classes.map(\.detected) == [1, 1])
    let failures = try out.read("failures.csv").split(separator: "\n")
    #expect(failures.count == 3 && failures[0] == "image,reason")
    #expect(failures[1].hasPrefix("happy/empty.png,\"no face found (320×240); "))
    #expect(failures[2] == "sad/not.jpg,\"not a JPEG, PNG or BMP image\"")
    #expect(try LandmarkTable(contentsOf: out.path + "/happy.csv").metadata("image") == ["deep/good.jpg"])

    // A later run without failures leaves no old list behind.
    _ = try extract(Repository.samples + "/faces", to: out.path, threads: 2)
    #expect(!FileManager.default.fileExists(atPath: out.path + "/failures.csv"))
  }

  @Test func aFolderWithoutClassesSaysWhatIsExpected() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: FileError.self) { try ImageFolder(path: folder.path) }
    #expect(error?.kind == .missing)
    #expect(error?.description.contains("expected one sub-folder a class") == true)
  }

  @Test func aPredictorThatIsNoneIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("not a predictor", to: "x.dat")
    #expect((#expect(throws: PredictorError.self) { try LandmarkPredictor(path: path) })?.kind == .unreadable)
    #expect((#expect(throws: PredictorError.self) { try LandmarkPredictor(path: "/none") })?.kind == .missing)
  }
}

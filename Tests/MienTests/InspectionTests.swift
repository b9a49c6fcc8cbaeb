import Features
import Foundation
import Landmarks
import Learning
import ModelSelection
import TestSupport
import Testing

import Mien

/// The first rows of each class of the committed tables, with changes to the coordinates and the image names of a class.
private func faces(
  _ count: Int, classes: [String] = ["happy", "neutral", "sad", "surprised"],
  changing: (_ className: String, _ coordinates: inout [Float], _ metadata: inout [[String]]) -> Void = { _, _, _ in }
) throws -> LandmarkDataset {
  let all = try LandmarkDataset(folder: Repository.landmarks)
  return try LandmarkDataset(
    tables: all.tables.filter { classes.contains($0.className) }.map { table in
      var coordinates = Array(table.coordinates[..<(count * 136)])
      var metadata = table.metadata.map { Array($0[..<count]) }
      changing(table.className, &coordinates, &metadata)
      return LandmarkTable(
        className: table.className, scheme: table.scheme, metadataNames: table.metadataNames, metadata: metadata,
        coordinates: coordinates)
    })
}

private let quick = Inspection.Settings(seed: 42, threads: 2, embeds: false)

private func table(
  _ name: String, points: Int, _ coordinates: [Float], metadata: [(String, [String])] = []
) -> LandmarkTable {
  LandmarkTable(
    className: name, scheme: LandmarkScheme(pointCount: points), metadataNames: metadata.map(\.0),
    metadata: metadata.map(\.1), coordinates: coordinates)
}

@Suite struct ClassCountsTests {
  @Test func bothPartsAreCountedOverTheClassesOfEither() throws {
    let tables = try LandmarkDataset(tables: [
      table("b", points: 1, [1, 1, 2, 2]), table("a", points: 1, [1, 1]),
    ])
    let test = try LandmarkDataset(tables: [table("c", points: 1, [1, 1]), table("a", points: 1, [1, 1, 2, 2, 3, 3])])
    let counts = ClassCounts(tables, test: test)
    #expect(counts.classes == ["a", "b", "c"] && counts.rows == [1, 2, 0] && counts.testRows == [3, 0, 1])
    #expect(counts.csv.hasPrefix("class,rows,share,test_rows,test_share\na,1,0.3333,3,0.7500\n"))
    #expect(ClassCounts(tables, test: nil).testRows == nil)
  }
}

@Suite struct ImageSizesTests {
  @Test func theMostCommonSizeComesFirstAndUnknownOnesAreCounted() {
    let sizes = ImageSizes([(48, 48), nil, (64, 48), (48, 48), (32, 32)])
    #expect(sizes.sizes.map(\.width) == [48, 32, 64] && sizes.sizes.map(\.rows) == [2, 1, 1])
    #expect(sizes.unknownRows == 1 && sizes.csv.hasPrefix("width,height,rows\n48,48,2\n"))
  }

  @Test func tablesMayNoteThem() throws {
    let noted = table(
      "a", points: 1, [1, 1, 2, 2], metadata: [("image_width", ["48", ""]), ("image_height", ["40", "40"])])
    let sizes = ImageSizes(metadataOf: try LandmarkDataset(tables: [noted]))
    #expect(sizes?.sizes == [ImageSizes.Size(width: 48, height: 40, rows: 1)] && sizes?.unknownRows == 1)
    // Width and height alone are those of the face's box.
    let boxed = table("a", points: 1, [1, 1], metadata: [("width", ["48"]), ("height", ["40"])])
    #expect(ImageSizes(metadataOf: try LandmarkDataset(tables: [boxed])) == nil)
  }
}

@Suite struct ShapeStatisticsTests {
  @Test func meansAndCovariancesAreThoseOfTheFormula() throws {
    let dataset = try LandmarkDataset(tables: [
      table("a", points: 2, Array(repeating: 0, count: 12)), table("b", points: 2, Array(repeating: 0, count: 4)),
    ])
    let shapes = Matrix<Float>(
      rows: 4, columns: 4, values: [1, 0, 5, 5, 2, 2, 5, 5, 3, 4, 5, 5, 9, 9, 9, 9])
    let statistics = ShapeStatistics(dataset, shapes: shapes)
    #expect(statistics.classes.map(\.name) == ["a", "b"] && statistics.classes.map(\.rows) == [3, 1])
    #expect(statistics.classes[0].mean == [2, 2, 5, 5] && statistics.mean == [3.75, 3.75, 6, 6])
    // x is 1, 2, 3 and y 0, 2, 4: variances 1 and 4, covariance 2.
    let covariance = statistics.classes[0].covariances[0]
    #expect(covariance.xx == 1 && covariance.xy == 2 && covariance.yy == 4)
    #expect(statistics.classes[0].covariances[1].xx == 0 && statistics.classes[1].covariances[0].yy == 0)
    #expect(ShapeStatistics.distance([0, 0, 0, 0], [3, 4, 0, 0]) == 12.5.squareRoot())
  }

  @Test func whereAFaceStandsHowLargeItIsAndHowItLeansMakesNoDifference() throws {
    let plain = try faces(50, classes: ["happy"])
    let moved = try faces(50, classes: ["happy"]) { _, coordinates, _ in
      // Turned by 30°, three times as large and shifted.
      for place in stride(from: 0, to: coordinates.count, by: 2) {
        let (x, y) = (coordinates[place], coordinates[place + 1])
        coordinates[place] = 3 * (x * 0.8660254 - y * 0.5) + 100
        coordinates[place + 1] = 3 * (x * 0.5 + y * 0.8660254) - 20
      }
    }
    let (one, other) = (try ShapeStatistics(plain), try ShapeStatistics(moved))
    #expect(one.isTurned)
    // Aligned coordinates are rounded to 11 bits.
    #expect(zip(one.mean, other.mean).allSatisfy { abs($0 - $1) < 2e-3 })
  }

  @Test func pointsOfAnUnknownSchemeAreCenteredAndScaled() throws {
    let dataset = try LandmarkDataset(tables: [table("a", points: 2, [0, 0, 2, 0, 10, 10, 10, 30])])
    let statistics = try ShapeStatistics(dataset)
    #expect(!statistics.isTurned)
    // (−1, 0), (1, 0) and (0, −1), (0, 1).
    #expect(statistics.mean == [-0.5, -0.5, 0.5, 0.5])
  }
}

@Suite struct PrincipalModesTests {
  @Test func shapesThatMoveInTwoWaysHaveTwoModes() throws {
    // ±3 along (1, 1, 0, 0)/√2 and ±1 along (0, 0, 0, 1): shares 9 and 1 of 10.
    let values = (0..<200).flatMap { row -> [Float] in
      let along = Float((row % 2 == 0 ? 3 : -3) / 2.0.squareRoot())
      return [along + 1, along + 2, 3, row / 2 % 2 == 0 ? 5 : 3]
    }
    let space = try ShapeSpace(Matrix(rows: 200, columns: 4, values: values), count: 4)
    let modes = space.modes
    #expect(modes.modes.count == 2)
    // Components are kept in 16 bits: three digits.
    for (mode, expected) in zip(modes.modes, [(0.9, 3.0), (0.1, 1.0)]) {
      #expect(abs(mode.share - expected.0) < 2e-3 && abs(mode.standardDeviation - expected.1) < 4e-3)
    }
    #expect(modes.count(explaining: 0.85) == 1 && modes.count(explaining: 0.98) == 2)
    let (low, high) = (modes.shape(mode: 0, deviations: -1), modes.shape(mode: 0, deviations: 1))
    let way = zip(high, low).map { abs($0 - $1) / 2 }
    for (part, expected) in zip(way, [3 / 2.0.squareRoot(), 3 / 2.0.squareRoot(), 0, 0]) {
      #expect(abs(part - expected) < 1e-2)
    }
    #expect(zip(modes.shape(mode: 1, deviations: 0), [1.0, 2, 3, 4]).allSatisfy { abs($0 - $1) < 1e-5 })
    // Scores are in standard deviations: all are 1 from the mean either way.
    #expect(space.scores.values.allSatisfy { abs(abs($0) - 1) < 5e-3 })
  }

  @Test func sharesFallAndDoNotPassOne() throws {
    let inspection = try Inspection(faces(200), settings: quick)
    let shares = try #require(inspection.modes).modes.map(\.share)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 > $1 - 1e-4 })
    #expect(shares.reduce(0, +) > 0.98 && shares.reduce(0, +) < 1.01)
  }
}

@Suite struct SuspectsTests {
  @Test func aPlantedOutlierIsFoundAndOrdinaryFacesAreNot() throws {
    let inspection = try Inspection(
      faces(300) { name, coordinates, _ in
        // The mouth of one sad face stands where its left eyebrow is.
        guard name == "sad" else { return }
        for point in 48..<68 {
          coordinates[7 * 136 + 2 * point] -= 12
          coordinates[7 * 136 + 2 * point + 1] -= 28
        }
      }, settings: quick)
    let outliers = inspection.suspects.found.filter { $0.reason == .outlier }
    let rule = try #require(inspection.suspects.outlierRule)
    #expect(outliers.first?.row == 2 * 300 + 7 && outliers.first?.className == "sad")
    #expect((outliers.first?.measure ?? 0) > rule.limit && rule.limit > 1.5 * rule.median)
    // Of 1,200 faces as they come a handful are odd.
    #expect(outliers.count < 12, "\(outliers.count)")
  }

  @Test func degenerateFacesAreNamedWithWhatIsWrong() throws {
    let inspection = try Inspection(
      faces(100, classes: ["happy"]) { _, coordinates, metadata in
        for place in 0..<136 { coordinates[3 * 136 + place] = 20 }
        for point in 36..<42 {
          coordinates[5 * 136 + 2 * point] = 10
          coordinates[5 * 136 + 2 * point + 1] = 12
        }
        // A box far from the face.
        metadata[2][9] = "400"
        metadata[0][9] = "nine.png"
      }, settings: quick)
    let found = inspection.suspects.found
    func rows(_ reason: DataIssue.Reason) -> [Int] { found.filter { $0.reason == reason }.map(\.row) }
    #expect(rows(.coincidentPoints) == [3] && rows(.outsideBox) == [9])
    let collapsed = found.filter { $0.reason == .collapsedRegion }
    #expect(collapsed.map(\.row) == [5] && collapsed.first?.detail == "left_eye" && collapsed.first?.measure == 0)
    #expect(found.first { $0.reason == .coincidentPoints }?.measure == 67)
    #expect(found.first { $0.row == 9 }?.image == "nine.png")
  }

  @Test func repeatedRowsNameTheOneThatTheyRepeat() throws {
    let hash = 7
    var copied: ArraySlice<Float> = []
    let inspection = try Inspection(
      faces(60, classes: ["happy", "sad"]) { name, coordinates, metadata in
        for row in 0..<60 {
          metadata[0][row] = "\(row).png"
          metadata[hash][row] = ""
        }
        if name == "happy" {
          for place in 0..<136 { coordinates[20 * 136 + place] = coordinates[4 * 136 + place] }
          metadata[hash][30] = "ffff0000ffff0000"
          copied = coordinates[8 * 136..<9 * 136]
        } else {
          coordinates.replaceSubrange(50 * 136..<51 * 136, with: copied)
          metadata[hash][10] = "ffff0000ffff0003"
          metadata[hash][11] = "0000ffff0000ffff"
        }
      }, settings: quick)
    let same = inspection.suspects.found.filter { $0.reason == .sameLandmarks && $0.row == 20 }
    #expect(same.count == 1 && same.first?.detail == "row 4 (happy/4.png)" && same.first?.measure == 2)
    let near = inspection.suspects.found.filter { $0.reason == .nearDuplicate }
    #expect(near.map(\.row) == [70] && near.first?.detail == "row 30 (happy/30.png)")
    // Of landmarks that are the same one label is wrong; pictures that look alike may be of different people.
    #expect(inspection.suspects.contradictions == 1 && inspection.suspects.leaks == 0)
  }

  @Test func aTestRowWhosePictureWasInTheTablesCountsEvenIfItRepeatsAnotherTestRow() throws {
    let hash = 7
    let tables = try faces(60) { _, _, metadata in
      for row in 0..<60 { metadata[hash][row] = "" }
      metadata[hash][0] = "ffff0000ffff0000"
    }
    let test = try faces(6, classes: ["sad"]) { _, coordinates, metadata in
      for row in 0..<6 {
        for place in 0..<136 { coordinates[row * 136 + place] += row == 4 ? 2 : Float(row + 1) }
        metadata[0][row] = "test\(row).png"
        metadata[hash][row] = row == 1 || row == 4 ? "ffff0000ffff0000" : ""
      }
      for place in 0..<136 { coordinates[4 * 136 + place] = coordinates[1 * 136 + place] }
    }
    #expect(try Inspection(tables, test: test, settings: quick).suspects.leaks == 2)
  }

  @Test func testRowsThatWereInTheTablesAreCounted() throws {
    let tables = try faces(80)
    let inspection = try Inspection(tables, test: faces(5, classes: ["sad"]), settings: quick)
    #expect(inspection.suspects.leaks == 5)
    let leaked = inspection.suspects.found.filter(\.isTest)
    #expect(Set(leaked.map(\.row)) == [0, 1, 2, 3, 4])
    #expect(inspection.suspects.csv.contains(",test\n"))
  }

  @Test func eachReasonIsSortedByHowFarOffItIs() throws {
    let suspects = try Inspection(LandmarkDataset(folder: Repository.landmarks), settings: quick).suspects
    let distances = suspects.found.filter { $0.reason == .outlier }.map(\.measure)
    #expect(distances == distances.sorted(by: >) && distances.count > 10 && distances.count < 200)
    // Counted once when the tables were made.
    #expect(suspects.count(.sameLandmarks) == 805)
    let places = suspects.found.map { DataIssue.Reason.allCases.firstIndex(of: $0.reason) ?? 0 }
    #expect(places == places.sorted())
  }
}

@Suite struct RowSampleTests {
  @Test func everyClassGivesItsShareAndTheSeedFixesWhich() {
    let labels = Array(repeating: 0, count: 700) + Array(repeating: 1, count: 200) + Array(repeating: 2, count: 101)
    let sample = RowSample.stratified(labels: labels, classCount: 3, count: 100, seed: 5)
    #expect(sample == sample.sorted() && Set(sample).count == 100)
    #expect((0..<3).map { label in sample.count { labels[$0] == label } } == [70, 20, 10])
    #expect(RowSample.stratified(labels: labels, classCount: 3, count: 100, seed: 5) == sample)
    #expect(RowSample.stratified(labels: labels, classCount: 3, count: 100, seed: 6) != sample)
    #expect(RowSample.stratified(labels: [1, 0], classCount: 2, count: 5, seed: 1) == [0, 1])
  }
}

@Suite struct InspectionTests {
  @Test func theSameTablesAndSeedGiveTheSameResultsAtAnyNumberOfThreads() throws {
    let tables = try faces(20)
    func encoded(_ seed: UInt64, _ threads: Int) throws -> Data {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(Inspection(tables, settings: .init(seed: seed, threads: threads)))
    }
    let one = try encoded(1, 1)
    #expect(try encoded(1, 2) == one)
    #expect(try encoded(2, 2) != one)
    let decoded = try JSONDecoder().decode(Inspection.self, from: one)
    #expect(decoded.embedding?.rows == Array(0..<80) && decoded.embedding?.perplexity == 26)
  }

  @Test func tablesTooSmallForAPartSayWhatIsLeftOut() throws {
    let inspection = try Inspection(
      LandmarkDataset(tables: [table("a", points: 3, [0, 0, 1, 0, 0, 1])]), settings: .init(seed: 1, threads: 1))
    #expect(inspection.modes == nil && inspection.embedding == nil && inspection.components.isEmpty)
    #expect(inspection.notes.count == 3 && inspection.notes.last == "no embedding: too few different faces")
  }

  @Test func emptyTablesAndOtherPointsAreRefused() throws {
    let empty = try LandmarkDataset(tables: [table("a", points: 3, [])])
    #expect(throws: DataError.self) { try Inspection(empty, settings: quick) }
    let other = try LandmarkDataset(tables: [table("a", points: 3, [0, 0, 1, 0, 0, 1])])
    let error = #expect(throws: DataError.self) { try Inspection(faces(5), test: other, settings: quick) }
    #expect(error?.description == "the test tables have 3 points, the tables 68: both need the same")
  }

  @Test func aFolderThatHoldsFilesIsNeverWrittenTo() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("mine", to: "out/notes.txt")
    #expect(throws: (any Error).self) { try InspectionFolder(creating: folder.path + "/out", tables: ["x"]) }
    _ = try folder.write("", to: "hidden/.keep")
    #expect(throws: (any Error).self) { try InspectionFolder(creating: folder.path + "/hidden", tables: ["x"]) }
  }

  @Test func inspectionsOfTheSameTablesAreNumbered() throws {
    let folder = try TemporaryFolder()
    let tables = try LandmarkDataset(tables: [table("a", points: 3, [0, 0, 1, 0, 0, 1])])
    let inspection = try Inspection(tables, settings: quick)
    let ways = ["/tables", "/tables/", "/tables/happy.csv"]
    let outs = try ways.map { try InspectionFolder(creating: nil, tables: [folder.path + $0]) }
    let paths = try outs.map { try $0.write(inspection, dataset: tables, source: "x").path }
    #expect(paths == (1...3).map { "\(folder.path)/inspections/tables-\($0)" })
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/inspections").sorted()
    #expect(names == ["tables-1", "tables-2", "tables-3"])
  }

  @Test func aFolderIsThereWhenItIsWholeOrNotAtAll() throws {
    let folder = try TemporaryFolder()
    let tables = try LandmarkDataset(tables: [table("a", points: 3, [0, 0, 1, 0, 0, 1])])
    let inspection = try Inspection(tables, settings: quick)
    func names(_ path: String = "") throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path + path).sorted()
    }
    let deep = try InspectionFolder(creating: folder.path + "/a/b/out/", tables: ["x"])
    #expect(try names("/a/b").count == 1 && !names("/a/b").contains("out"))
    deep.discard()
    #expect(try names().isEmpty, "folders that were made on the way are gone, too")
    let standard = try InspectionFolder(creating: nil, tables: [folder.path + "/tables"])
    standard.discard()
    #expect(try names().isEmpty)

    let new = try InspectionFolder(creating: folder.path + "/new", tables: ["x"])
    #expect(try new.write(inspection, dataset: tables, source: "x").path == folder.path + "/new")
    #expect(try names() == ["new"] && names("/new").contains("inspect.html"))

    // An empty folder stays the one that it was: it may be a mount point.
    try FileManager.default.createDirectory(atPath: folder.path + "/old", withIntermediateDirectories: false)
    func number() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: folder.path + "/old")[.systemFileNumber] as? Int
    }
    let before = try number()
    try InspectionFolder(creating: folder.path + "/old", tables: ["x"]).discard()
    #expect(try names("/old").isEmpty && number() == before)
    let old = try InspectionFolder(creating: folder.path + "/old", tables: ["x"])
    #expect(try old.write(inspection, dataset: tables, source: "x").path == folder.path + "/old")
    #expect(try names("/old") == names("/new") && number() == before)
  }

  @Test func picturesOfRowsThatLookWrongAreBoundedTogether() throws {
    let folder = try TemporaryFolder()
    // Every row has the landmarks of the first one: 39 suspects, of which the page names 20.
    let tables = try LandmarkDataset(tables: [
      table(
        "a", points: 3, (0..<40).flatMap { _ -> [Float] in [0, 0, 1, 0, 0, 1] },
        metadata: [("image", (0..<40).map { "\($0).png" })])
    ])
    let inspection = try Inspection(tables, settings: quick)
    #expect(inspection.suspects.count(.sameLandmarks) == 39)
    let picture = folder.path + "/large.png"
    try (Data([0x89, 0x50, 0x4E, 0x47]) + Data(count: 190_000)).write(to: URL(fileURLWithPath: picture))
    let out = try InspectionFolder(creating: folder.path + "/out", tables: ["x"])
    _ = try out.write(inspection, dataset: tables, source: "x", picture: { _ in picture })
    let html = try folder.read("out/inspect.html")
    // 15 of 190 kB fit into 3 MB.
    #expect(html.matches(of: /<img alt="The picture of row/).count == 15)
    #expect(html.contains("Images of 5 rows are not shown") && html.utf8.count < 5_000_000)
  }

  @Test func everythingThatThePageShowsIsInAFileBesideIt() throws {
    let folder = try TemporaryFolder()
    let tables = try faces(30)
    let inspection = try Inspection(tables, settings: .init(seed: 1, threads: 2))
    let out = try InspectionFolder(creating: folder.path + "/out", tables: ["x"])
    let face = MeanFace(className: "happy", kind: .chip, count: 30, width: 2, height: 2, png: Data([1, 2, 3]))
    let path = try out.write(inspection, dataset: tables, source: "faces & \"co\"", meanFaces: [face]).path
    for name in [
      "inspect.html", "inspection.json", "class_counts.csv", "shapes.csv", "suspects.csv", "explained_variance.csv",
      "embedding.csv", "mean_faces/1_happy_chip.png", "plots/class_counts.gp", "plots/displacements.gp",
      "plots/class_pairs.gp", "plots/spread.gp", "plots/modes.gp", "plots/components.gp", "plots/embedding.gp",
      "plots/embedding_by_class.gp", "plots/mean_keypoints.gp",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(path)/\(name)"), "\(name)")
    }
    let links = try folder.read("out/inspect.html").matches(of: #/href="([^"#]+)"/#).map { String($0.1) }
    #expect(links.contains("plots/mean_keypoints.csv"))
    for link in links {
      #expect(link.hasSuffix(".csv") && FileManager.default.fileExists(atPath: "\(path)/\(link)"), "\(link)")
    }
    let embedding = try folder.read("out/embedding.csv").split(separator: "\n")
    #expect(embedding.count == 121 && embedding[1].hasPrefix("0,im0.png,happy,"))
    #expect(try folder.read("out/shapes.csv").split(separator: "\n").count == 1 + 4 * 68)
  }
}

import Basics
import Foundation
import Landmarks
import Testing
import TestSupport

@Suite struct LandmarkDatasetTests {
  @Test func classesAreSortedAndFailuresAreNoTable() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("image,1_x,1_y\nb.png,3,4\n", to: "sad.csv")
    _ = try folder.write("image,1_x,1_y\na.png,1,2\nc.png,5,6\n", to: "df_happy.csv")
    _ = try folder.write("image,reason\nx.png,no face\n", to: "failures.csv")
    _ = try folder.write("notes", to: "README.md")
    let dataset = try LandmarkDataset(folder: folder.path)
    #expect(dataset.classes == ["happy", "sad"] && dataset.labels == [0, 0, 1])
    #expect(dataset.metadata("image") == ["a.png", "c.png", "b.png"])
    #expect(dataset.metadata("nothing") == ["", "", ""])
  }

  @Test func theMeanShapeIsTheMeanOfAllFaces() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("1_x,1_y\n1,2\n3,4\n", to: "a.csv")
    _ = try folder.write("1_x,1_y\n8,0\n", to: "b.csv")
    let dataset = try LandmarkDataset(folder: folder.path)
    #expect(dataset.tables[0].meanShape == [2, 3])
    #expect(dataset.meanShape == [4, 2])
  }

  @Test func twoFilesForOneClassAreRefused() throws {
    let folder = try TemporaryFolder()
    for name in ["happy.csv", "df_happy.csv"] { _ = try folder.write("1_x,1_y\n1,2\n", to: name) }
    let error = #expect(throws: TableError.self) { try LandmarkDataset(folder: folder.path) }
    #expect(error?.description == "\(folder.path): two tables for class \"happy\"")
  }

  @Test func differentNumbersOfPointsAreRefused() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("1_x,1_y\n1,2\n", to: "a.csv")
    _ = try folder.write("1_x,1_y,2_x,2_y\n1,2,3,4\n", to: "b.csv")
    let error = #expect(throws: TableError.self) { try LandmarkDataset(folder: folder.path) }
    #expect(error?.description.contains("class \"b\" has 2 points, class \"a\" has 1") == true)
  }

  @Test func aFolderWithoutTablesSaysWhatIsExpected() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: TableError.self) { try LandmarkDataset(folder: folder.path) }
    #expect(error?.reason == "no landmark tables: expected one <class>.csv a class")
    #expect(throws: FileError.self) { try LandmarkDataset(folder: folder.path + "/none") }
  }

  @Test func theCommittedTablesAreWhole() throws {
    let dataset = try LandmarkDataset(folder: Repository.landmarks)
    #expect(dataset.classes == ["happy", "neutral", "sad", "surprised"] && dataset.scheme == .ibug68)
    #expect(dataset.tables.map(\.rowCount) == [7215, 4965, 4830, 3171])
    let wholeImages = dataset.tables.map { table in table.metadata("score")?.count { $0.isEmpty } }
    #expect(wholeImages == [605, 527, 1089, 253])
  }
}

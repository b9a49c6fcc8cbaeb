import Foundation
import Testing
import TestSupport

import Landmarks

private func read(_ text: String, path: String = "happy.csv", threads: Int = 1) throws -> LandmarkTable {
  try LandmarkTable(csv: Data(text.utf8), path: path, threads: threads)
}

@Suite struct TableReaderTests {
  @Test func metadataAndCoordinatesAreToldApart() throws {
    let table = try read("image,face,1_x,1_y,2_x,2_y,score\na.png,0,1.5,2,3,4.25,\nb.png,1,5,6,7,8,0.5\n")
    #expect(table.className == "happy")
    #expect(table.scheme.pointCount == 2 && table.rowCount == 2)
    #expect(table.metadataNames == ["image", "face", "score"])
    #expect(table.metadata("image") == ["a.png", "b.png"] && table.metadata("score") == ["", "0.5"])
    #expect(table.coordinates == [1.5, 2, 3, 4.25, 5, 6, 7, 8])
  }

  @Test func theArticlesTablesPass() throws {
    let columns = (1...98).flatMap { ["\($0)_x", "\($0)_y"] }
    let rows = (0..<3).map { row in ["\(row)"] + columns.indices.map { "\(Double($0) + 0.25)" } }
    let text = ([["Unnamed: 0"] + columns] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n")
    let table = try read(text, path: "/data/df_surprised.csv")
    #expect(table.className == "surprised" && table.scheme == .wflw98 && table.rowCount == 3)
    #expect(table.metadataNames == ["Unnamed: 0"] && table.coordinates[195] == 195.25)
  }

  @Test(arguments: [
    "\u{FEFF}1_x,1_y\n1,2\n", "1_x,1_y\r\n1,2\r\n", "\"1_x\",\"1_y\"\n\"1\",\"2\"\n", "1_x,1_y\n1,2",
    "1_X, 1_y \n1,2\n", "0_x,0_y\n1,2\n", "1_y,1_x\n2,1\n", "1_x,1_y\n\n 1 ,\t2\n\n", "1_x,1_y\n1.0e0,+2\n",
    "1_x,1_y\r\n\"1\",\"2\"\r\n", "\n1_x,1_y\n1,2\n",
  ])
  func harmlessVariantsReadTheSame(text: String) throws {
    #expect(try read(text).coordinates == [1, 2])
  }

  /// MediaPipe and others count from 0: all points are read, in the same order.
  @Test func pointsThatCountFromZeroAreAllRead() throws {
    let columns = (0..<68).flatMap { ["\($0)_x", "\($0)_y"] }
    let table = try read(columns.joined(separator: ",") + "\n" + columns.indices.map { "\($0)" }.joined(separator: ","))
    #expect(table.scheme == .ibug68 && table.metadataNames.isEmpty)
    #expect(table.coordinates == columns.indices.map(Float.init))
  }

  @Test func pointsInOnePlaceAndFarFromZeroAreNumbersAllTheSame() throws {
    #expect(try read("1_x,1_y,2_x,2_y\n1e6,5,1e6,5\n").coordinates == [1_000_000, 5, 1_000_000, 5])
    #expect(try read("1_x,1_y,2_x,2_y\n500,500,500.5,501\n").rowCount == 1)
  }

  @Test func quotedFieldsMayHoldCommasQuotesAndLineBreaks() throws {
    let table = try read("image,1_x,1_y\n\"a,\"\"b\"\"\nc.png\",1,2\nd,3,4\n")
    #expect(table.metadata("image") == ["a,\"b\"\nc.png", "d"])
    #expect(table.coordinates == [1, 2, 3, 4])
  }

  @Test func aHeaderAloneIsATableWithoutRows() throws {
    #expect(try read("image,1_x,1_y\n").rowCount == 0)
  }

  /// Bad text and the error it must give.
  static let refusals: [(text: String, error: String)] = [
    ("", "happy.csv: empty file, expected a header"),
    ("\n\n", "happy.csv:1: no header"),
    ("image,face\na,0\n", "happy.csv:1: no landmark columns: expected 1_x,1_y,2_x,2_y,… in the header"),
    ("1_x,1_y\n1,2\n3\n", "happy.csv:3: 1 fields, expected 2"),
    ("1_x,1_y\n1,2,3\n", "happy.csv:2: 3 fields, expected 2"),
    ("1_x,1_y\n1,2\n3,x\n", "happy.csv:3:2: \"x\" is not a number, in column 1_y"),
    ("1_x,1_y\n1,\"0,53\"\n", "happy.csv:2:2: \"0,53\" is not a number (use a decimal point), in column 1_y"),
    ("1_x,1_y\n1,nan\n", "happy.csv:2:2: \"nan\" is not a finite number, in column 1_y"),
    ("1_x,1_y\n-Inf,2\n", "happy.csv:2:1: \"-Inf\" is not a finite number, in column 1_x"),
    ("1_x,1_y\n1e99,2\n", "happy.csv:2:1: \"1e99\" is not a number, in column 1_x"),
    ("1_x,1_y\n0x10,2\n", "happy.csv:2:1: \"0x10\" is not a number, in column 1_x"),
    ("1_x,1_y\n1,\n", "happy.csv:2:2: no value, in column 1_y"),
    ("1_x,1_y\n--1,2\n", "happy.csv:2:1: \"--1\" is not a number, in column 1_x"),
    ("1_x,1_y\n.,2\n", "happy.csv:2:1: \".\" is not a number, in column 1_x"),
    ("1_x,1_y\n1 2,2\n", "happy.csv:2:1: \"1 2\" is not a number, in column 1_x"),
    ("1_x,1_y\n−1,2\n", "happy.csv:2:1: \"−1\" is not a number, in column 1_x"),
    ("1_x,1_y\n١,2\n", "happy.csv:2:1: \"١\" is not a number, in column 1_x"),
    ("1_x,1_y,1_x\n1,2,3\n", "happy.csv:1:3: column \"1_x\" stands twice, first as column 1"),
    ("a,a,1_x,1_y\n1,1,2,3\n", "happy.csv:1:2: column \"a\" stands twice, first as column 1"),
    ("1_x,1_y,2_x\n1,2,3\n", "happy.csv:1: column 2_y is missing"),
    ("1_x,1_y,3_x,3_y\n1,2,3,4\n", "happy.csv:1: column 2_x is missing"),
    ("2_x,2_y\n1,2\n", "happy.csv:1: column 1_x is missing"),
    ("1_x,1_y\n\"1,2\n", "happy.csv:2:1: a quoted field is not closed"),
    ("1_x,1_y\n\"1\"a,2\n", "happy.csv:2:1: text after the closing quote of a field"),
    ("1_x,1_y\n1,2\u{0}\n", "happy.csv: not a text file"),
    (
      "1_x;1_y\n1;2\n",
      "happy.csv:1: no landmark columns: fields are separated by \";\"; save the table with commas"
    ),
    (
      "1_x\t1_y\n1\t2\n",
      "happy.csv:1: no landmark columns: fields are separated by tabs; save the table with commas"
    ),
    ("1_x,1_y\r1,2\r3,4\r", "happy.csv: lines end in CR alone; save it with LF or CRLF line ends"),
    ("1_x,1_y, 1_X\n1,2,3\n", "happy.csv:1:3: column \" 1_X\" stands twice, first as column 1"),
    ("0_x,0_y,2_x,2_y\n1,2,3,4\n", "happy.csv:1: column 1_x is missing"),
    ("00_x,00_y\n1,2\n", "happy.csv:1: no landmark columns: expected 1_x,1_y,2_x,2_y,… in the header"),
    (
      "1_x,1_y\n1,2\n3,1000001\n",
      "happy.csv:3:2: \"1000001\" is too far from 0: coordinates are in pixels, at most ±1000000"
    ),
    (
      "1_x,1_y\n-1e19,2\n",
      "happy.csv:2:1: \"-1e19\" is too far from 0: coordinates are in pixels, at most ±1000000"
    ),
    (
      "1_x,1_y,2_x,2_y\n900000,900000,900000.5,900001\n",
      "happy.csv:2: the points lie closer together than 32-bit floats can tell apart so far from 0: "
        + "move the face towards 0 or scale it up"
    ),
    ("\"a\n\",1_x,1_y\n1,2,3\n1,2\n", "happy.csv:4: 2 fields, expected 3"),
  ]

  @Test(arguments: refusals)
  func badTablesAreRefusedWithPlaceAndReason(text: String, error expected: String) {
    let error = #expect(throws: TableError.self) { try read(text) }
    #expect(error?.description == expected)
  }

  @Test func utf16IsNamed() throws {
    let data = try #require("1_x,1_y\n1,2\n".data(using: .utf16))
    let error = #expect(throws: TableError.self) { try LandmarkTable(csv: data, path: "a.csv") }
    #expect(error?.description == "a.csv: UTF-16 text; save it as UTF-8")
  }

  @Test(arguments: [1, 2, 3, 7])
  func anyNumberOfThreadsReadsTheSame(threads: Int) throws {
    let rows = (0..<9000).map { "im\($0).png,\($0 % 97).5,\($0).25" }.joined(separator: "\n")
    let table = try read("image,1_x,1_y\n" + rows, threads: threads)
    #expect(table.rowCount == 9000 && table.metadata("image")?[8123] == "im8123.png")
    #expect(table.coordinates[2 * 8123] == Float(8123 % 97) + 0.5 && table.coordinates[2 * 8999 + 1] == 8999.25)
  }

  @Test func anErrorFarIntoAFileReadInPartsKeepsItsLine() throws {
    var rows = (0..<9000).map { "im\($0).png,\($0 % 97).5,\($0).25" }
    rows[7000] = "im.png,1"
    let error = #expect(throws: TableError.self) {
      try read("image,1_x,1_y\n" + rows.joined(separator: "\n"), threads: 4)
    }
    #expect(error?.description == "happy.csv:7002: 2 fields, expected 3")
  }

  @Test func whatIsWrittenReadsBackTheSame() throws {
    let table = LandmarkTable(
      className: "sad", scheme: LandmarkScheme(pointCount: 2), metadataNames: ["image", "score"],
      metadata: [["a,b.png", "c \"d\".png"], ["", "1.250"]], coordinates: [0, 47, 12.3, -0.1, 1.5, 2.5, 3.5, 1000])
    let folder = try TemporaryFolder()
    try table.write(toFolder: folder.path)
    let again = try LandmarkTable(contentsOf: folder.path + "/sad.csv")
    #expect(again.coordinates == table.coordinates && again.metadata == table.metadata)
    #expect(again.className == "sad" && again.metadataNames == table.metadataNames)
  }
}

@Suite struct LongClassNameTests {
  @Test func aClassNameAsLongAsFileNamesAllowIsWrittenAndRead() throws {
    let name = String(repeating: "n", count: 251)
    let table = LandmarkTable(
      className: name, scheme: LandmarkScheme(pointCount: 1), metadataNames: [], metadata: [], coordinates: [1, 2])
    let folder = try TemporaryFolder()
    try table.write(toFolder: folder.path)
    #expect(try LandmarkTable(contentsOf: folder.path + "/\(name).csv").coordinates == [1, 2])
  }
}

@Suite struct DecimalParserTests {
  private func parse(_ text: String) -> Float? {
    var text = text
    return text.withUTF8 { DecimalParser.float($0) }
  }

  @Test func theFastPathGivesWhatTheStandardLibraryGives() {
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let text = "\(Int64(bitPattern: state) >> 40).\(state % 100_000)"
      // Through Double, as the tables of pandas go.
      #expect(parse(text) == Double(text).map { Float($0) }, "\(text)")
    }
  }

  @Test(arguments: ["", "-", "+", ".", "e5", "1e", "1.2.3", "1-2", "1e5.5", "inf", "nan", "0x1", "1_000"])
  func whatIsNoNumberIsNone(text: String) {
    #expect(parse(text) == nil)
  }

  @Test(arguments: [
    ("12345678901234567890123", Float(12345678901234567890123)), ("-.5", -0.5), ("5.", 5), ("1E3", 1000),
    ("0.00000000000000000000000001", 1e-26), ("  7", 7),
  ])
  func rareFormsAreRead(text: String, expected: Float) {
    #expect(parse(text) == expected)
  }
}

import Foundation
import Learning
import TestSupport
import Testing

import ModelSelection

private let subject = Journal.Subject(mienVersion: "1", experimentSHA256: "e", dataSHA256: ["happy": "h", "sad": "s"])

private func result(_ number: Int) -> FoldResult {
  let values = (0..<6).map { 1 / Double(number + $0 + 3) }
  return FoldResult(
    scores: Dictionary(uniqueKeysWithValues: Scoring.allCases.map { ($0, Double(number) / 7) }), fitTime: 0.1,
    scoreTime: 0.2, probabilities: Matrix(rows: 3, columns: 2, values: values),
    peakMemory: number == 1 ? nil : number << 30)
}

@Suite struct JournalTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/journal.jsonl" }

  init() throws { folder = try TemporaryFolder() }

  private func written(_ count: Int) throws -> Data {
    let journal = try Journal(path: path, subject: subject)
    for number in 0..<count { try journal.append(result(number), at: .init(candidate: number, fold: number % 2)) }
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func resultsComeBackToTheBit() throws {
    _ = try written(3)
    let again = try Journal(path: path, subject: subject)
    #expect(again.savedCount == 3)
    for number in 0..<3 {
      let read = try #require(again.finished[.init(candidate: number, fold: number % 2)])
      #expect(read.probabilities == result(number).probabilities && read.scores == result(number).scores)
      #expect(read.fitTime == 0.1 && read.scoreTime == 0.2 && read.peakMemory == result(number).peakMemory)
    }
  }

  @Test func aRunIsNotContinuedOnOtherSplits() throws {
    var split = subject
    split.splitsSHA256 = "a"
    _ = try Journal(path: path, subject: split)
    split.splitsSHA256 = "b"
    let error = #expect(throws: JournalMismatch.self) { try Journal(path: path, subject: split) }
    #expect(error?.description.contains("the splits file has changed") == true)
  }

  @Test func aCutAtAnyByteKeepsTheWholeLinesBeforeItAndGoesOn() throws {
    let whole = try written(3)
    let lineEnds = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    for length in 0...whole.count {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      let journal = try Journal(path: path, subject: subject)
      #expect(journal.savedCount == max(0, lineEnds.count { $0 <= length } - 1), "\(length) bytes")
      try journal.append(result(9), at: .init(candidate: 9, fold: 0))
      let again = try Journal(path: path, subject: subject)
      #expect(again.savedCount == journal.savedCount, "\(length) bytes")
      #expect(again.finished[.init(candidate: 9, fold: 0)]?.probabilities == result(9).probabilities)
    }
  }

  @Test func aDamagedLineEndsTheJournal() throws {
    let whole = try written(3)
    let secondResult = try #require(whole.range(of: Data("\"candidate\":1".utf8)))
    for offset in 0..<8 {
      var damaged = whole
      damaged[secondResult.lowerBound + offset * 20] ^= 4
      try damaged.write(to: URL(fileURLWithPath: path))
      #expect(try Journal(path: path, subject: subject).savedCount == 1)
    }
  }

  @Test func resultsOfSomethingElseAreRefusedWithWhatChanged() throws {
    _ = try written(1)
    var other = subject
    other.dataSHA256 = ["happy": "h", "sad": "x", "surprised": "y"]
    other.experimentSHA256 = "f"
    let error = #expect(throws: JournalMismatch.self) { try Journal(path: path, subject: other) }
    #expect(
      error?.description
        == "\(path): cannot go on with this run: experiment.yaml has changed; table sad has changed; "
        + "table surprised has changed; start a new one")
    other = subject
    other.mienVersion = "2"
    let versions = #expect(throws: JournalMismatch.self) { try Journal(path: path, subject: other) }
    #expect(versions?.description.contains("the run was begun by Mien 1, this is 2") == true)
  }
}

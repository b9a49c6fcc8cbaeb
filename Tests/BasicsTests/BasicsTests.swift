import Basics
import Foundation
import Synchronization
import Testing
import TestSupport

@Suite struct DecimalTests {
  @Test(arguments: [
    (2.25, 1, "2.3"), (-2.25, 1, "-2.3"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"), (47.0, 1, "47.0"), (0.5, 0, "1"),
    (1234.5678, 3, "1234.568"), (0.001, 2, "0.00"), (1e300, 1, "1e+300"),
  ])
  func textRoundsHalfAwayFromZero(value: Double, places: Int, expected: String) {
    #expect(DecimalText.text(value, places) == expected)
  }

  @Test func smallNumbersHaveTwoSignificantDigits() {
    for largest in [0.9, 0.05, 0.0049, 0.0016, 0.00002] {
      let places = DecimalText.places(upTo: largest)
      #expect(DecimalText.text(largest / 4, places) != DecimalText.text(largest / 2, places), "\(largest)")
      #expect(abs(Double(DecimalText.text(largest, places))! / largest - 1) < 0.05)
    }
    #expect(
      DecimalText.places(upTo: 0.5) == 3 && DecimalText.places(upTo: 120) == 3 && DecimalText.places(upTo: 0) == 3)
  }
}

@Suite struct MemoryWatchTests {
  /// Peaks as a system would tell them, one a call.
  private func watch(_ peaks: [Int?]) -> PeakMemoryMeter {
    let rest = Mutex(peaks[...])
    return PeakMemoryMeter { rest.withLock { $0.popFirst() ?? nil } }
  }

  @Test func everyPieceOfWorkGetsThePeakOfItsOwnTime() {
    let watch = watch([900, 5, 70, 20, 8, 30])
    let outer = watch.during {
      let inner = watch.during { "x" }
      #expect(inner.result == "x" && inner.peak == 70)
    }
    // 900 was before it began.
    #expect(outer.peak == 70)
    #expect(watch.during {}.peak == 30)
  }

  @Test func whereTheSystemDoesNotSayNothingIsKnown() {
    let watch = watch([5, nil, 7, 8])
    #expect(watch.during {}.peak == nil && watch.during {}.peak == nil)
  }

  @Test(.enabled(if: ProcessMemory.takePeak() != nil, "needs a system that counts anew"))
  func memoryThatIsTouchedIsCounted() {
    let bytes = 64 << 20
    let held = PeakMemoryMeter().during { [UInt8](repeating: 1, count: bytes) }
    #expect(held.result.last == 1 && (held.peak ?? 0) > bytes)
  }
}

@Suite struct CSVTextTests {
  @Test func onlyFieldsThatNeedQuotesGetThem() {
    var csv = CSVText(header: ["plain", "with,comma"])
    csv.append(["say \"hi\"", "two\nlines"])
    #expect(csv.text == "plain,\"with,comma\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n")
  }
}

@Suite struct ChecksumTests {
  @Test func sha256IsTheOneOfTheStandard() {
    #expect(
      Checksum.sha256Hex(Data("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}

@Suite struct ParallelTests {
  private struct Odd: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 8])
  func resultsComeInIndexOrderWhateverTheThreads(threads: Int) throws {
    #expect(try Parallel.map(count: 100, threads: threads) { $0 * $0 } == (0..<100).map { $0 * $0 })
  }

  @Test func anErrorIsThrownAndNotSwallowed() {
    #expect(throws: Odd.self) {
      try Parallel.map(count: 10, threads: 2) { index in
        if index == 7 { throw Odd(index: index) }
      }
    }
  }

  @Test func aBodyKnowsHowManyAreAtWorkWithIt() throws {
    func seen(count: Int, threads: Int) throws -> [[Int]] {
      try Parallel.map(count: count, threads: threads) { _ in
        // A map within starts no threads.
        let within = Parallel.values(count: 9, threads: 7) { _ in
          Parallel.workerContext.map { [$0.bodies, $0.threads] }
        }
        return within.compactMap { $0 }.first ?? []
      }
    }
    #expect(try seen(count: 5, threads: 3) == Array(repeating: [3, 3], count: 5))
    #expect(try seen(count: 2, threads: 8) == Array(repeating: [2, 8], count: 2))
    #expect(try seen(count: 2, threads: 1) == Array(repeating: [1, 1], count: 2))
    #expect(Parallel.workerContext == nil)
  }

  @Test func eachThreadMakesOneContext() throws {
    let contexts = try Parallel.map(count: 50, threads: 3) {
      UUID()
    } _: { id, _ in
      id
    }
    #expect((1...3).contains(Set(contexts).count))
  }
}

@Suite struct DurableFileTests {
  @Test func aFileIsReplacedAndNothingElseIsLeft() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("old", to: folder.path + "/file")
    try AtomicFile.write("new", to: folder.path + "/file")
    #expect(try folder.read("file") == "new")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }

  @Test func aFolderThatDoesNotExistIsAnErrorOfItsOwnKind() throws {
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: "/nonexistent/folder/file") }
    #expect(error?.kind == .cannotCreate)
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: FileError.self) { try AtomicFile.read("/nonexistent.csv") }
    #expect(error?.description == "/nonexistent.csv: no such file")
  }
}

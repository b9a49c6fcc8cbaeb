import Basics
import Foundation
import Learning
import Synchronization

/// The results of a search as they come, one line a fit, so that a search that was stopped can go on.
///
/// A line is `{"sha256":"…","record":{…}}`, the checksum being that of the record's text. The first record says what
/// is searched; a line that is torn or damaged ends the journal, and what follows it is computed again.
public final class Journal: Sendable {
  /// What a journal's results belong to. Results of anything else cannot be used.
  public struct Subject: Codable, Hashable, Sendable {
    /// The version of Mien.
    public var mienVersion: String
    /// The SHA-256 of the resolved experiment.
    public var experimentSHA256: String
    /// The SHA-256 of each table by class.
    public var dataSHA256: [String: String]
    /// The SHA-256 of the file that says how rows are split, if there is one.
    public var splitsSHA256: String?

    /// A subject from its parts.
    public init(
      mienVersion: String, experimentSHA256: String, dataSHA256: [String: String], splitsSHA256: String? = nil
    ) {
      self.mienVersion = mienVersion
      self.experimentSHA256 = experimentSHA256
      self.dataSHA256 = dataSHA256
      self.splitsSHA256 = splitsSHA256
    }

    /// What differs from another subject, in words; empty when nothing does.
    func differences(from other: Subject) -> [String] {
      var differences: [String] = []
      if mienVersion != other.mienVersion {
        differences.append("the run was begun by Mien \(other.mienVersion), this is \(mienVersion)")
      }
      if experimentSHA256 != other.experimentSHA256 { differences.append("experiment.yaml has changed") }
      for name in Set(dataSHA256.keys).union(other.dataSHA256.keys).sorted()
      where dataSHA256[name] != other.dataSHA256[name] {
        differences.append("table \(name) has changed")
      }
      if splitsSHA256 != other.splitsSHA256 { differences.append("the splits file has changed") }
      return differences
    }
  }

  /// One candidate on one fold.
  package struct Place: Hashable, Sendable {
    var candidate: Int
    var fold: Int

    package init(candidate: Int, fold: Int) {
      self.candidate = candidate
      self.fold = fold
    }
  }

  private struct Tail {
    var file: FileHandle
    var savedCount: Int
  }

  /// The results that were in the journal when it was opened.
  package let finished: [Place: FoldResult]
  private let tail: Mutex<Tail>
  private let path: String

  /// Opens the journal of a run, or begins it.
  ///
  /// - Throws: `JournalMismatch` when it belongs to something else, `FileError` when it cannot be read or written.
  public init(path: String, subject: Subject) throws {
    self.path = path
    let content = FileManager.default.fileExists(atPath: path) ? try AtomicFile.read(path) : Data()
    let lines = Self.intactRecords(content)
    var finished: [Place: FoldResult] = [:]
    var intactLength = 0
    if let first = lines.first {
      let begun = try? JSONDecoder().decode(Subject.self, from: first.record)
      let differences = begun.map(subject.differences) ?? ["its journal has no valid header"]
      guard differences.isEmpty else { throw JournalMismatch(path: path, differences: differences) }
      intactLength = first.end
      for line in lines.dropFirst() {
        guard let record = try? JSONDecoder().decode(Record.self, from: line.record), let result = record.result else {
          break
        }
        finished[Place(candidate: record.candidate, fold: record.fold)] = result
        intactLength = line.end
      }
    }
    self.finished = finished
    tail = Mutex(Tail(file: try Self.open(path, length: intactLength), savedCount: finished.count))
    if lines.isEmpty { try append(subject, counts: false) }
  }

  /// The number of results in the journal.
  public var savedCount: Int { tail.withLock(\.savedCount) }

  /// Adds a result; when this returns, the line has left the process.
  package func append(_ result: FoldResult, at place: Place) throws {
    try append(Record(place, result), counts: true)
  }

  /// Ends the process with `body`, which learns how many results are saved, between two lines.
  public func endingProcess(_ body: (_ savedCount: Int) -> Never) -> Never {
    tail.withLock { tail in
      try? tail.file.synchronize()
      body(tail.savedCount)
    }
  }

  private func append(_ record: some Encodable, counts: Bool) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = try encoder.encode(record)
    var line = Data("{\"sha256\":\"\(Checksum.sha256Hex(text))\",\"record\":".utf8)
    line += text + Data("}\n".utf8)
    do {
      try tail.withLock { [line] tail in
        try tail.file.write(contentsOf: line)
        if counts { tail.savedCount += 1 }
      }
    } catch {
      throw FileError(.inputOutput, path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
  }

  private static func open(_ path: String, length: Int) throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path) { try AtomicFile.write(Data(), to: path) }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw FileError(.inputOutput, path: path, reason: "cannot be opened for writing")
    }
    do {
      try handle.truncate(atOffset: UInt64(length))
      try handle.seekToEnd()
    } catch {
      throw FileError(.inputOutput, path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
    return handle
  }

  /// The records of the whole lines at the start whose checksums are right, and where each line ends.
  private static func intactRecords(_ content: Data) -> [(record: Data, end: Int)] {
    var records: [(record: Data, end: Int)] = []
    let opening = Data("{\"sha256\":\"".utf8)
    let middle = Data("\",\"record\":".utf8)
    var start = content.startIndex
    while let newline = content[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = content[start..<newline]
      let digestStart = line.startIndex + opening.count
      let recordStart = digestStart + 64 + middle.count
      guard line.count > opening.count + 64 + middle.count, line.starts(with: opening),
        line.last == UInt8(ascii: "}"), line[(digestStart + 64)...].starts(with: middle)
      else { break }
      let record = line[recordStart..<line.endIndex - 1]
      guard Data(Checksum.sha256Hex(record).utf8) == line[digestStart..<digestStart + 64] else { break }
      start = newline + 1
      records.append((Data(record), start - content.startIndex))
    }
    return records
  }
}

/// A journal whose results belong to another search.
public struct JournalMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  let path: String
  let differences: [String]

  /// What has changed, in one line.
  public var description: String {
    "\(path): cannot go on with this run: \(differences.joined(separator: "; ")); start a new one"
  }
}

/// A result as a journal's line holds it.
private struct Record: Codable {
  var candidate: Int
  var fold: Int
  var fitTime: Double
  var scoreTime: Double
  var scores: [String: Double]
  var rows: Int
  /// Left out where it is true.
  var converged: Bool?
  /// Left out where it is not known.
  var peakMemory: Int?
  /// The probabilities' bits, eight bytes each, low byte first.
  var probabilities: Data

  init(_ place: Journal.Place, _ result: FoldResult) {
    candidate = place.candidate
    fold = place.fold
    fitTime = result.fitTime
    scoreTime = result.scoreTime
    scores = Dictionary(uniqueKeysWithValues: result.scores.map { ($0.key.rawValue, $0.value) })
    rows = result.probabilities.rows
    converged = result.hasConverged ? nil : false
    peakMemory = result.peakMemory
    probabilities = result.probabilities.values.reduce(into: Data()) { data, value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
  }

  /// The result, unless the numbers do not make one.
  var result: FoldResult? {
    let count = probabilities.count / 8
    guard rows > 0, count > 0, count % rows == 0, probabilities.count % 8 == 0 else { return nil }
    let values = probabilities.withUnsafeBytes { bytes in
      (0..<count).map {
        Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
      }
    }
    var known: [Scoring: Double] = [:]
    for (name, value) in scores { Scoring(rawValue: name).map { known[$0] = value } }
    guard known.count == Scoring.allCases.count else { return nil }
    return FoldResult(
      scores: known, fitTime: fitTime, scoreTime: scoreTime,
      probabilities: Matrix(rows: rows, columns: count / rows, values: values),
      hasConverged: converged ?? true, peakMemory: peakMemory)
  }
}

import Basics
import Foundation
import Glibc
import Landmarks
import Synchronization

/// Outcomes of an extraction as they come, so that one that is interrupted can be resumed: a file of records, each with its
/// length and checksum. A record that was cut off is not there.
final class ExtractionJournal: Sendable {
  /// What outcomes belong to. Those of other settings cannot be used.
  struct Settings: Codable, Hashable {
    var mienVersion: String
    var options: String
    var predictorSHA256: String
  }

  /// One image file: its path below the images' folder, and what tells it from a changed one.
  struct Key: Codable, Hashable {
    var image: String
    var size: Int
    /// Nanoseconds since 1970.
    var modified: Int

    init?(image: String, path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      self.image = image
      size = Int(status.st_size)
      modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    }
  }

  typealias Outcome = Result<[FaceLandmarks], ExtractionFailure>

  private struct Tail {
    let descriptor: Int32
    var length: Int
    var savedCount: Int
  }

  /// The outcomes that were in the file when it was opened.
  let finished: [Key: Outcome]
  private let path: String
  private let tail: Mutex<Tail>

  /// Opens a journal, or begins one.
  ///
  /// - Throws: `FileError` when it cannot be read or written, `ExtractionMismatch` when it belongs to other settings.
  init(path: String, settings: Settings) throws {
    self.path = path
    let content = FileManager.default.fileExists(atPath: path) ? try AtomicFile.read(path) : Data()
    var records = Self.intactRecords(content)[...]
    var finished: [Key: Outcome] = [:]
    var length = 0
    if let first = records.popFirst() {
      guard (try? PropertyListDecoder().decode(Settings.self, from: first.payload)) == settings else {
        throw ExtractionMismatch(path: path)
      }
      length = first.end
      for record in records {
        guard let entry = try? PropertyListDecoder().decode(Entry.self, from: record.payload),
          let outcome = entry.outcome
        else { break }
        finished[entry.key] = outcome
        length = record.end
      }
    }
    self.finished = finished
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0, ftruncate(descriptor, off_t(length)) == 0 else {
      throw FileError(.cannotCreate, path: path, reason: "cannot be written: " + String(cString: strerror(errno)))
    }
    tail = Mutex(Tail(descriptor: descriptor, length: length, savedCount: finished.count))
    if length == 0 { try append(settings, counts: false) }
  }

  deinit { close(tail.withLock { $0.descriptor }) }

  /// The number of images whose outcomes are in the file.
  var savedCount: Int { tail.withLock { $0.savedCount } }

  /// Adds an outcome; when this returns, it has left the process.
  func append(_ outcome: Outcome, of key: Key) throws { try append(Entry(key: key, outcome), counts: true) }

  /// Ends the process with `body`, which learns how many outcomes are saved, between two records.
  func endingProcess(_ body: (_ savedCount: Int) -> Never) -> Never {
    tail.withLock { tail in
      fsync(tail.descriptor)
      body(tail.savedCount)
    }
  }

  private func append(_ value: some Encodable, counts: Bool) throws {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    let payload = try encoder.encode(value)
    var record = Data()
    withUnsafeBytes(of: UInt64(payload.count).littleEndian) { record.append(contentsOf: $0) }
    record += Checksum.sha256(payload).prefix(Self.checksumBytes) + payload
    try tail.withLock { tail in
      var done = 0
      while done < record.count {
        let written = record.withUnsafeBytes {
          pwrite(tail.descriptor, $0.baseAddress.map { $0 + done }, record.count - done, off_t(tail.length + done))
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          throw FileError(.inputOutput, path: path, reason: "cannot be written: " + String(cString: strerror(errno)))
        }
        done += written
      }
      tail.length += record.count
      if counts { tail.savedCount += 1 }
    }
  }

  private static let checksumBytes = 8

  /// The payloads of the whole records at the start, and where each record ends.
  private static func intactRecords(_ content: Data) -> [(payload: Data, end: Int)] {
    var records: [(payload: Data, end: Int)] = []
    var start = 0
    let headBytes = 8 + checksumBytes
    while content.count - start >= headBytes {
      let length = content[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(content.count - start - headBytes) else { break }
      let end = start + headBytes + Int(length)
      let payload = content[start + headBytes..<end]
      guard Checksum.sha256(payload).prefix(checksumBytes) == content[start + 8..<start + headBytes] else { break }
      records.append((Data(payload), end))
      start = end
    }
    return records
  }
}

/// An unfinished extraction that was begun with other settings.
public struct ExtractionMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  let path: String

  /// What has changed, in one line.
  public var description: String {
    "\(path): begun with other options, another predictor or another version: use the same ones, or remove this file "
      + "to start again"
  }
}

/// An outcome as a record holds it.
private struct Entry: Codable {
  struct Face: Codable {
    var box: [Double]
    var score: Double?
    /// The bits of each coordinate, 8 bytes.
    var points: Data
    var imageHash: Int64
    /// 2 bytes a number, by kind.
    var descriptors: [String: Data]
  }

  var key: ExtractionJournal.Key
  var faces: [Face]?
  var failure: String?

  init(key: ExtractionJournal.Key, _ outcome: ExtractionJournal.Outcome) {
    self.key = key
    switch outcome {
    case .failure(let error): failure = error.description
    case .success(let found):
      faces = found.map { face in
        Face(
          box: [face.left, face.top, face.width, face.height], score: face.score,
          points: face.points.withUnsafeBytes { Data($0) }, imageHash: Int64(bitPattern: face.imageHash),
          descriptors: Dictionary(
            uniqueKeysWithValues: face.descriptors.map { kind, values in
              (kind.rawValue, values.withUnsafeBytes { Data($0) })
            }))
      }
    }
  }

  /// The outcome, unless the numbers do not make one.
  var outcome: ExtractionJournal.Outcome? {
    if let failure { return .failure(ExtractionFailure(failure)) }
    guard let faces else { return nil }
    var landmarks: [FaceLandmarks] = []
    for face in faces {
      guard face.box.count == 4 else { return nil }
      var found = FaceLandmarks(
        left: face.box[0], top: face.box[1], width: face.box[2], height: face.box[3], score: face.score,
        points: Self.numbers(face.points))
      found.imageHash = UInt64(bitPattern: face.imageHash)
      for (name, data) in face.descriptors {
        guard let kind = DescriptorKind(rawValue: name) else { return nil }
        found.descriptors[kind] = Self.numbers(data)
      }
      landmarks.append(found)
    }
    return .success(landmarks)
  }

  /// The numbers whose bytes `data` holds; the journal never leaves the machine.
  private static func numbers<Number: BitwiseCopyable>(_ data: Data) -> [Number] {
    let count = data.count / MemoryLayout<Number>.stride
    return [Number](unsafeUninitializedCapacity: count) { buffer, filled in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: data.prefix(count * MemoryLayout<Number>.stride))
      filled = count
    }
  }
}

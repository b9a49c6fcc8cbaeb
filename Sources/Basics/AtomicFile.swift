import Foundation
import Glibc
import Synchronization

/// A file could not be read or written.
public struct FileError: Error, CustomStringConvertible, Sendable {
  /// What failed.
  public enum Kind: Sendable { case missing, cannotCreate, inputOutput }
  /// What failed.
  public let kind: Kind
  /// The file or folder.
  public let path: String
  /// Why, and the cure where there is one.
  public let reason: String

  package init(_ kind: Kind, path: String, reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  /// `path: reason`.
  public var description: String { "\(path): \(reason)" }
}

/// Whole-file reads and writes: what is on disk is the old content or the new one, never a part.
package enum AtomicFile {
  /// Replaces the file at `path` by `data`: written beside it, flushed to disk, then renamed over it.
  package static func write(_ data: Data, to path: String) throws(FileError) {
    // Short, as the file's own name may be as long as names can be.
    let number = writeCount.wrappingAdd(1, ordering: .relaxed).newValue
    let folder = (path as NSString).deletingLastPathComponent
    let temporary = (folder.isEmpty ? "" : folder + "/") + ".mien-\(getpid())-\(number).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(.cannotCreate, path) }
    do throws(FileError) {
      try writeAll(data, to: descriptor, path: path)
      guard fsync(descriptor) == 0 else { throw failure(.inputOutput, path) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let error = failure(.inputOutput, path)
      unlink(temporary)
      throw error
    }
  }

  private static let writeCount = Atomic<Int>(0)

  package static func write(_ text: String, to path: String) throws(FileError) {
    try write(Data(text.utf8), to: path)
  }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) throws(FileError) {
    // A name too long for the system is a file that is not there.
    guard unlink(path) == 0 || errno == ENOENT || errno == ENAMETOOLONG else { throw failure(.inputOutput, path) }
  }

  /// The bytes of a file, mapped rather than copied where the system can.
  package static func read(_ path: String) throws(FileError) -> Data {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(.missing, path: path, reason: "no such file") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(.missing, path: path, reason: "is a folder, not a file")
    // Reading a pipe would wait for a writer that may never come.
    default: throw FileError(.missing, path: path, reason: "is not a regular file")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw FileError(.inputOutput, path: path, reason: "cannot be read (\(error.localizedDescription))")
    }
  }

  /// Makes a folder and those above it; it can be written to when this returns.
  package static func createFolder(_ path: String) throws(FileError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError(.cannotCreate, path: path, reason: "cannot create the folder")
    }
    guard access(path, W_OK | X_OK) == 0 else {
      throw FileError(.cannotCreate, path: path, reason: "cannot be written to")
    }
  }

  /// The names in a folder, sorted by their bytes, without hidden ones.
  package static func visibleNames(inFolder path: String) throws(FileError) -> [String] {
    try listing(ofFolder: path).names
  }

  /// What is in a folder, without hidden files and folders.
  package struct Listing {
    /// The names, sorted by their bytes.
    package var names: [String] = []
    /// Names that are not UTF-8 and so cannot be opened, with `\xE9` for a byte that is not.
    package var unusableNames: [String] = []
  }

  /// - Throws: `FileError` when there is no such folder or it cannot be listed.
  package static func listing(ofFolder path: String) throws(FileError) -> Listing {
    guard let folder = opendir(path) else {
      guard errno != ENOENT, errno != ENOTDIR else { throw FileError(.missing, path: path, reason: "no such folder") }
      throw FileError(.inputOutput, path: path, reason: "cannot be listed: " + String(cString: strerror(errno)))
    }
    defer { closedir(folder) }
    var listing = Listing()
    while true {
      errno = 0
      guard let entry = readdir(folder) else { break }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard bytes.first != UInt8(ascii: ".") else { continue }
      if let name = String(validating: bytes, as: UTF8.self) {
        listing.names.append(name)
      } else {
        listing.unusableNames.append(escaped(bytes))
      }
    }
    guard errno == 0 else {
      throw FileError(.inputOutput, path: path, reason: "cannot be listed: " + String(cString: strerror(errno)))
    }
    listing.names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    listing.unusableNames.sort()
    return listing
  }

  /// Bytes as text, those outside of ASCII as `\xE9`.
  private static func escaped(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      byte >= 0x20 && byte < 0x7F
        ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }

  private static func writeAll(_ data: Data, to descriptor: Int32, path: String) throws(FileError) {
    var offset = 0
    while offset < data.count {
      let written = data.withUnsafeBytes { bytes in
        bytes.baseAddress.map { Glibc.write(descriptor, $0 + offset, data.count - offset) } ?? 0
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure(.inputOutput, path) }
      offset += written
    }
  }

  private static func failure(_ kind: FileError.Kind, _ path: String) -> FileError {
    FileError(kind, path: path, reason: "cannot be written: " + String(cString: strerror(errno)))
  }
}

import Foundation

#if canImport(Glibc)
  import Glibc
#endif

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
package enum DurableFile {
  /// Replaces the file at `path` by `data`: written beside it, flushed to disk, then renamed over it.
  package static func write(_ data: Data, to path: String) throws(FileError) {
    let temporary = path + ".partial-\(getpid())"
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

  package static func write(_ text: String, to path: String) throws(FileError) {
    try write(Data(text.utf8), to: path)
  }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure(.inputOutput, path) }
  }

  /// The bytes of a file, mapped rather than copied where the system can.
  package static func read(_ path: String) throws(FileError) -> Data {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw FileError(.missing, path: path, reason: "no such file")
    }
    guard !isDirectory.boolValue else { throw FileError(.missing, path: path, reason: "is a folder, not a file") }
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
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
      throw FileError(.missing, path: path, reason: "no such folder")
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw FileError(.inputOutput, path: path, reason: "cannot be listed")
    }
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

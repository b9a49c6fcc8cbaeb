import Foundation
import Glibc

/// Holds a folder for one process. The system releases the lock when the process ends, however it ends.
package final class FolderLock: Sendable {
  private let descriptor: Int32
  private let folder: String
  private let path: String

  /// Takes the lock of a folder: its file `fileName`, which holds the process's number.
  ///
  /// - Throws: `FolderBusy` when another process has it; `FileError` when the lock file cannot be written.
  package init(folder: String, fileName: String) throws {
    self.folder = folder
    path = folder + "/" + fileName
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard opened >= 0 else {
        throw FileError(.cannotCreate, path: path, reason: "cannot be written: " + String(cString: strerror(errno)))
      }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        defer { close(opened) }
        throw FolderBusy(folder: folder, holder: Self.holder(opened))
      }
      // A holder that has just ended takes its file away: a lock on that one keeps nobody out.
      guard Self.isFile(opened, at: path) else {
        close(opened)
        continue
      }
      let text = Array("\(getpid())\n".utf8)
      // Written over what a dead process left, and cut afterwards: there is a number at any time.
      _ = pwrite(opened, text, text.count, 0)
      _ = ftruncate(opened, off_t(text.count))
      descriptor = opened
      return
    }
  }

  /// Releases the lock and takes its file away.
  package func release() {
    if Self.isFile(descriptor, at: path) { unlink(path) }
    close(descriptor)
  }

  /// - Throws: `FileError` when the folder was removed or replaced since the lock was taken.
  package func checkIsInPlace() throws(FileError) {
    guard Self.isFile(descriptor, at: path) else {
      throw FileError(.inputOutput, path: folder, reason: "was removed or replaced while it was being written to")
    }
  }

  private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino
      && opened.st_dev == named.st_dev
  }

  /// The number of the process that holds the lock. It writes it right after it has taken the lock.
  private static func holder(_ descriptor: Int32) -> Int? {
    for _ in 0..<100 {
      var bytes = [UInt8](repeating: 0, count: 32)
      let count = pread(descriptor, &bytes, bytes.count, 0)
      let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      if let line = text.split(separator: "\n", omittingEmptySubsequences: false).first, let number = Int(line) {
        return number
      }
      usleep(10_000)
    }
    return nil
  }
}

/// A folder that another process is at work on.
public struct FolderBusy: Error, Hashable, Sendable, CustomStringConvertible {
  let folder: String
  let holder: Int?

  /// Which folder, and which process has it.
  public var description: String {
    "\(folder): in use by process \(holder.map(String.init) ?? "unknown"); wait until it ends, or stop it"
  }
}

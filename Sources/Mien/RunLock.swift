import Basics
import Foundation
import Glibc

/// Holds a run folder for one process. The system gives the lock back when the process ends, however it ends.
public final class RunLock: Sendable {
  static let fileName = "run.lock"

  private let descriptor: Int32
  private let path: String

  /// Takes the lock of a folder.
  ///
  /// - Throws: `RunBusy` when another process has it; `FileError` when the lock file cannot be written.
  init(folder: String) throws {
    path = folder + "/" + Self.fileName
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw FileError(.cannotCreate, path: path, reason: "cannot be written: " + String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      close(descriptor)
      throw RunBusy(folder: folder, holder: holder.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let text = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
  }

  /// Gives the lock back and takes its file away.
  func release() {
    unlink(path)
    close(descriptor)
  }
}

/// A run that another process is at work on.
public struct RunBusy: Error, Hashable, Sendable, CustomStringConvertible {
  let folder: String
  let holder: String

  /// Which run, and which process has it.
  public var description: String {
    "\(folder): in use by process \(holder.isEmpty ? "unknown" : holder); wait until it ends, or stop it"
  }
}

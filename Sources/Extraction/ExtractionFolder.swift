import Basics
import Foundation
import Landmarks

/// The folder that an extraction writes to, held for this process while the value lives.
public final class ExtractionFolder: Sendable {
  /// The folder.
  public let path: String
  let journal: ExtractionJournal
  private let lock: FolderLock

  private static let lockFile = "extraction.lock"
  private static let journalFile = "extraction.journal"

  /// Takes a folder for an extraction with these settings; makes it if it is not there.
  ///
  /// - Parameter resumes: whether an extraction that was interrupted goes on; without one there, it begins.
  /// - Throws: `FolderBusy` when another process is at work on it, `ExtractionMismatch` when it was begun with other
  ///   settings, `FileError` when it cannot be written to or holds an unfinished extraction that is not to go on.
  public init(_ path: String, for extractor: Extractor, resumes: Bool = false) throws {
    self.path = path
    try AtomicFile.createFolder(path)
    lock = try FolderLock(folder: path, fileName: Self.lockFile)
    let file = path + "/" + Self.journalFile
    do {
      guard resumes || !FileManager.default.fileExists(atPath: file) else {
        throw FileError(
          .cannotCreate, path: path,
          reason: "holds an extraction that was interrupted: go on with --resume, or remove \(file)")
      }
      journal = try ExtractionJournal(path: file, settings: extractor.journalSettings)
    } catch {
      lock.release()
      throw error
    }
  }

  /// The number of images whose outcomes are saved.
  public var savedCount: Int { journal.savedCount }

  /// Ends the process with `body`, which learns how many images are saved, between two of them.
  public func endingProcess(_ body: (_ savedCount: Int) -> Never) -> Never { journal.endingProcess(body) }

  /// Ends the work on the folder.
  ///
  /// - Parameter isComplete: whether every table is written, so that nothing is left to resume.
  func close(isComplete: Bool) {
    if isComplete { try? AtomicFile.remove(path + "/" + Self.journalFile) }
    lock.release()
  }

  func checkIsInPlace() throws(FileError) { try lock.checkIsInPlace() }
}

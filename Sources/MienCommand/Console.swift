import Basics
import Foundation
import Glibc
import Synchronization

/// What a person sees: results on standard output, everything else on standard error.
enum Console {
  /// Prints a result.
  ///
  /// - Throws: `FileError` when it cannot be written; a reader that went away (`mien … | head`) is no failure.
  static func print(_ text: String) throws {
    guard write(text + "\n", to: STDOUT_FILENO) || errno == EPIPE else {
      throw FileError(
        .inputOutput, path: "standard output", reason: "cannot be written: " + String(cString: strerror(errno)))
    }
  }

  /// Prints a line for the person who watches. There is nobody to tell when that fails.
  static func error(_ text: String) { errorPart(text + "\n") }
  static func errorPart(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Occupies the descriptors of standard input, output and error that are closed, so that no file is opened as one of them
  /// and gets what is printed. Writing to them still fails.
  static func occupyClosedDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      let mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
      let opened = open("/dev/null", mode)
      guard opened >= 0, opened != descriptor else { continue }
      dup2(opened, descriptor)
      close(opened)
    }
  }

  /// Turns a write to a reader that went away into an error instead of the end of the process.
  static func surviveClosedPipes() { signal(SIGPIPE, SIG_IGN) }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      bytes = bytes.dropFirst(written)
    }
    return true
  }

  /// Columns padded to their widest value; numbers to the right.
  static func table(header: [String], rows: [[String]], rightAligned: Set<Int> = []) -> String {
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    return ([header] + rows).map { row in
      let cells = row.enumerated().map { column, text in
        let padding = String(repeating: " ", count: widths[column] - text.count)
        return rightAligned.contains(column) ? padding + text : text + padding
      }
      return cells.joined(separator: "  ").trimmingSuffix(of: " ")
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate func trimmingSuffix(of character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}

extension String {
  /// The text as a shell takes it for one word.
  var quotedForShell: String {
    let plain =
      !isEmpty
      && utf8.allSatisfy { byte in
        byte >= 0x80 || Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
          || "-_./=:,+@%".utf8.contains(byte)
      }
    return plain ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

/// Progress on standard error: one line drawn over again on a terminal, now and then a plain line elsewhere.
final class ProgressLine: Sendable {
  private struct State {
    var lastDrawn = ContinuousClock.now - .seconds(1)
    var lastTenth = 0
    var width = 0
  }

  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) != 0
  private let state = Mutex(State())

  /// Shows that `done` of `total` is done; `text` is only asked for when something is drawn.
  func update(done: Int, total: Int, _ text: () -> String) {
    state.withLock { state in
      if isTerminal {
        guard done == total || ContinuousClock.now - state.lastDrawn > .milliseconds(100) else { return }
        state.lastDrawn = .now
        let line = text()
        let rest = String(repeating: " ", count: max(0, state.width - line.count))
        Console.errorPart("\r" + line + rest + (done == total ? "\n" : ""))
        state.width = line.count
      } else {
        let tenth = total > 0 ? 10 * done / total : 10
        guard tenth > state.lastTenth else { return }
        state.lastTenth = tenth
        Console.error(text())
      }
    }
  }

  /// `0:07`, `12:40` or `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let whole = seconds < 1e15 ? Int(max(0, seconds).rounded(.up)) : Int(1e15)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(whole % 60)
  }
}

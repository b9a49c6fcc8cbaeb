import Basics
import Foundation
import Glibc

/// A picture as gnuplot draws it: data files and a script.
package struct Plot: Sendable {
  /// What is made of a script.
  package enum Format: Sendable {
    /// An SVG, and a PNG with twice as many pixels.
    case figure
    /// A PNG alone, pixel by pixel.
    case pixels
  }

  /// The file name without extension, such as `mean_keypoints`.
  package var name: String
  /// Width and height in pixels of the SVG; the PNG of a figure has twice as many.
  package var size: (width: Int, height: Int)
  /// Data files by name; the script reads them from its own folder.
  package var data: [String: String]
  /// The script after terminal and output are set.
  package var script: String
  /// Data files that are not text, by name.
  package var binaryData: [String: Data] = [:]
  /// What is made of the script.
  package var format = Format.figure
}

/// Draws plots with the `gnuplot` on the PATH.
package struct Gnuplot: Sendable {
  /// Why a plot was not drawn.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
    /// Whether gnuplot was ended as it took too long.
    package var isTimeout = false
  }

  private let executable: String
  /// How long a plot may take; the largest take a few seconds.
  private let timeout: Duration

  /// The gnuplot on the PATH, or `nil` when there is none.
  package init?() {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = folders.map { "\($0)/gnuplot" }
    guard let executable = paths.first(where: FileManager.default.isExecutableFile) else { return nil }
    self.init(executable: executable)
  }

  package init(executable: String, timeout: Duration = .seconds(60)) {
    self.executable = executable
    self.timeout = timeout
  }

  /// Draws plots with the gnuplot on the PATH. Without one, or where one fails, scripts and data are there all the same.
  ///
  /// - Parameters:
  ///   - gnuplot: the program, if it is not the one on the PATH.
  ///   - each: does what it is given, a picture with all its files.
  /// - Returns: notes on pictures that are left out, and why.
  /// - Throws: `FileError` when a file cannot be written.
  package static func draw(
    _ plots: [Plot], inFolder folder: String, with gnuplot: Gnuplot? = nil,
    each: (() throws -> Void) throws -> Void = { try $0() }
  ) throws -> [String] {
    guard let gnuplot = gnuplot ?? Gnuplot() else {
      for plot in plots { try each { try write(plot, toFolder: folder) } }
      return [
        "plots not drawn: gnuplot is not installed (apt install gnuplot-nox): "
          + plots.map(\.name).joined(separator: ", ")
      ]
    }
    var notes: [String] = []
    for (index, plot) in plots.enumerated() {
      do {
        try each { try gnuplot.draw(plot, inFolder: folder) }
      } catch let failure as Failure where failure.isTimeout {
        // The others would wait as long each.
        for other in plots[(index + 1)...] { try each { try write(other, toFolder: folder) } }
        notes.append("plots not drawn: \(failure): \(plots[index...].map(\.name).joined(separator: ", "))")
        break
      } catch let failure as Failure {
        notes.append("plot not drawn: \(failure)")
      }
    }
    return notes
  }

  /// Writes `<name>.gp` and its data to `folder`, and from them `<name>.svg` and `<name>.png`, or the PNG alone.
  ///
  /// - Throws: `FileError` when a file cannot be written, `Failure` when gnuplot refuses the script.
  package func draw(_ plot: Plot, inFolder folder: String) throws {
    try Self.write(plot, toFolder: folder)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = ["\(plot.name).gp"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder, isDirectory: true)
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    // A file, as what gnuplot starts may keep a pipe open after gnuplot has ended.
    let errors = try TemporaryFile()
    process.standardError = errors.handle
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch { throw Failure(description: "gnuplot cannot be started: \(error)") }
    let seconds = Double(timeout.components.seconds) + Double(timeout.components.attoseconds) * 1e-18
    guard ended.wait(timeout: .now() + seconds) == .success else {
      // Not waited for: Foundation takes a process for alive as long as one that it started is.
      kill(process.processIdentifier, SIGKILL)
      throw Failure(description: "gnuplot did not end within \(DecimalText.text(seconds, 0)) seconds", isTimeout: true)
    }
    let message = errors.content
    // gnuplot goes on after a warning and leaves something out: that is no picture either.
    guard process.terminationStatus == 0, message.isEmpty else {
      let lines = String(decoding: message, as: UTF8.self).split(separator: "\n")
      throw Failure(description: "gnuplot refused \(plot.name).gp: " + lines.joined(separator: " "))
    }
  }

  /// Writes the script and the data alone, for a machine without gnuplot.
  package static func write(_ plot: Plot, toFolder folder: String) throws {
    try AtomicFile.createFolder(folder)
    for (name, content) in plot.data { try AtomicFile.write(content, to: folder + "/" + name) }
    for (name, content) in plot.binaryData { try AtomicFile.write(content, to: folder + "/" + name) }
    try AtomicFile.write(
      plot.format == .figure ? figureScript(plot) : pixelScript(plot), to: folder + "/\(plot.name).gp")
  }

  private static let font = "DejaVu Sans"

  private static func figureScript(_ plot: Plot) -> String {
    """
    # Draws \(plot.name).svg and \(plot.name).png; run it in this folder: gnuplot \(plot.name).gp
    do for [format in "svg png"] {
      reset
      set encoding utf8
      set datafile separator "\\t"
      if (format eq "svg") {
        set terminal svg size \(plot.size.width),\(plot.size.height) font "\(font),12" background rgb "white"
      } else {
        set terminal pngcairo size \(2 * plot.size.width),\(2 * plot.size.height) font "\(font),12" fontscale 2 linewidth 2 pointscale 2
      }
      set output "\(plot.name).".format
    \(plot.script.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  " + $0 }.joined(separator: "\n"))
      unset output
    }

    """
  }

  private static func pixelScript(_ plot: Plot) -> String {
    """
    # Draws \(plot.name).png; run it in this folder: gnuplot \(plot.name).gp
    set encoding utf8
    set datafile separator "\\t"
    set terminal pngcairo size \(plot.size.width),\(plot.size.height) font "\(font),12"
    set output "\(plot.name).png"
    \(plot.script)
    unset output

    """
  }

  /// The text of a tic, which gnuplot takes for a number format.
  static func quotedTic(_ text: String) -> String {
    quoted(text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%"))
  }

  /// Lines below one another, as `quoted` has each of them.
  static func quoted(lines: [String]) -> String {
    "\"" + lines.map { String(quoted($0).dropFirst().dropLast()) }.joined(separator: "\\n") + "\""
  }

  /// Text between double quotes of a script, with nothing in it that gnuplot would interpret.
  static func quoted(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      // What stands between two of these gnuplot would run as a command, even within quotes.
      case "`": escaped += "\\140"
      case "\n", "\r", "\r\n", "\t": escaped += " "
      default: escaped.append(character)
      }
    }
    return "\"\(escaped)\""
  }
}

/// A file without a name, which goes with the value.
private final class TemporaryFile {
  let handle: FileHandle

  init() throws(Gnuplot.Failure) {
    var template = Array((FileManager.default.temporaryDirectory.path + "/mien-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw Gnuplot.Failure(description: "no temporary file for gnuplot: " + String(cString: strerror(errno)))
    }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// What was written to it.
  var content: Data {
    guard (try? handle.seek(toOffset: 0)) != nil, let data = try? handle.readToEnd() else { return Data() }
    return data
  }
}

import ArgumentParser
import Basics
import Extraction
import Foundation
import Mien

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show what Mien finds on this machine, and how to get what is missing.")

  @Flag(help: "Print JSON.")
  var json = false

  private struct Finding: Encodable {
    var what: String
    var found: String?
    /// How to get it; `nil` for what is there.
    var cure: String?
    var isNeeded: Bool
  }

  func run() throws {
    let findings = [
      Finding(what: "Mien", found: mienVersion, isNeeded: true),
      Finding(what: "system", found: ProcessInfo.processInfo.operatingSystemVersionString, isNeeded: true),
      Finding(what: "threads", found: "\(Parallel.availableThreads)", isNeeded: true),
      Finding(what: "memory", found: "\(ProcessInfo.processInfo.physicalMemory >> 20) MiB", isNeeded: true),
      Finding(what: "SIMD", found: Self.simd, isNeeded: false),
      predictor,
      tool("gnuplot", for: "plots", package: "gnuplot-nox"),
      defaultModel,
    ]
    if json {
      try Console.print(String(decoding: JSONEncoder.forFiles.encode(findings), as: UTF8.self))
    } else {
      let rows = findings.map { [$0.what, $0.found ?? "missing", $0.cure ?? ""] }
      try Console.print(Console.table(header: ["what", "found", "cure"], rows: rows))
    }
    if findings.contains(where: { $0.isNeeded && $0.found == nil }) {
      throw MissingTool(description: "a required component is missing")
    }
  }

  private var predictor: Finding {
    let path = LandmarkPredictor.defaultPath
    do {
      let points = try LandmarkPredictor().scheme.pointCount
      return Finding(what: "predictor", found: "\(path) (\(points) points)", isNeeded: true)
    } catch {
      return Finding(what: "predictor", cure: "\(error)", isNeeded: true)
    }
  }

  private var defaultModel: Finding {
    do {
      let model = try ModelLocator.Supplied.appearance.load()
      let about = "\(model.classes.joined(separator: ", ")); \(model.scheme.pointCount) points"
      return Finding(what: "default model", found: about, isNeeded: false)
    } catch {
      return Finding(what: "default model", cure: "\(error)", isNeeded: false)
    }
  }

  private func tool(_ name: String, for purpose: String, package: String) -> Finding {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let path = folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    return Finding(
      what: "\(name) (\(purpose))", found: path, cure: path == nil ? "apt install \(package)" : nil, isNeeded: false)
  }

  /// The vector instructions of the processor that matter here.
  private static var simd: String? {
    let known = ["sse2", "sse4_2", "avx", "avx2", "fma", "avx512f", "asimd"]
    let present = known.filter(Processor.features.contains)
    return present.isEmpty ? nil : present.joined(separator: " ")
  }
}

/// Something outside Mien that is not there.
struct MissingTool: Error, CustomStringConvertible {
  let description: String
}

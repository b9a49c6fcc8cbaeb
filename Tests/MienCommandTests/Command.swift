import Foundation
import TestSupport

/// Runs the built `mien` as a person does.
struct Command {
  var status: Int32
  var output: String
  var errors: String

  init(_ arguments: String..., in folder: String = Repository.root, environment: [String: String] = [:]) throws {
    try self.init(arguments, in: folder, environment: environment)
  }

  /// `mien` with arguments, not begun.
  static func process(_ arguments: [String]) -> Process {
    let process = Process()
    // The test bundle and the program are built into one folder.
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("mien")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    return process
  }

  init(_ arguments: [String], in folder: String = Repository.root, environment: [String: String] = [:]) throws {
    try self.init(Self.process(arguments), in: folder, environment: environment)
  }

  private init(_ process: Process, in folder: String, environment: [String: String]) throws {
    process.currentDirectoryURL = URL(fileURLWithPath: folder, isDirectory: true)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Errors go to a file: of two pipes, one could fill up while the other is read.
    let folder = try TemporaryFolder()
    let errors = try folder.write("", to: "errors")
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    self.errors = try folder.read("errors")
    status = process.terminationStatus
  }

  /// Runs a line of a shell that finds `mien` as `$MIEN`: for limits, redirections and the like.
  init(shell line: String, in folder: String = Repository.root, environment: [String: String] = [:]) throws {
    let mien = Self.process([]).executableURL?.path ?? ""
    try self.init(
      Self.shell(line), in: folder, environment: environment.merging(["MIEN": mien]) { $1 })
  }

  private static func shell(_ line: String) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.standardInput = FileHandle.nullDevice
    return process
  }
}

let samples = Repository.samples

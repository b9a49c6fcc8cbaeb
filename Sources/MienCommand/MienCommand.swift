import ArgumentParser
import Basics
import Foundation
import Mien

@main
struct MienCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mien",
    abstract: "Classify facial expressions from face landmarks with classical machine learning.",
    version: mienVersion,
    subcommands: [
      ExtractCommand.self, InspectCommand.self, SearchCommand.self, EvaluateCommand.self, ExplainCommand.self,
      ClassifyCommand.self, RunsCommand.self, CompareCommand.self, DoctorCommand.self,
    ])

  static func main() {
    Console.occupyClosedDescriptors()
    Console.surviveClosedPipes()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // Wrong arguments, help and the version are the argument parser's to print.
      if ExitStatus(error) == .ours, exitCode(for: error) != .failure { exit(withError: error) }
      Console.error("mien: \(ExitStatus(error) == .ours ? "internal error: \(error)" : "\(error)")")
      Foundation.exit(ExitStatus(error).rawValue)
    }
  }
}

import ArgumentParser
import Foundation
import Mien

@main
struct MienCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mien",
    abstract: "Reads expressions from face landmarks with classical machine learning.",
    version: mienVersion,
    subcommands: [ExtractCommand.self, SearchCommand.self, ClassifyCommand.self])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard let status = ExitStatus(error) else { exit(withError: error) }
      Console.error("mien: \(error)")
      Foundation.exit(status.rawValue)
    }
  }
}

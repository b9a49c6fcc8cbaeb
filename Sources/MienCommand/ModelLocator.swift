import ArgumentParser
import Foundation
import ModelFiles

/// Finds the model that `classify` uses when none is named.
enum ModelLocator {
  private static let defaultFile = "models/default.mien"

  /// Splits arguments into a model and files: a first argument that ends in `.mien` names the model.
  static func split(_ arguments: [String]) throws -> (model: TrainedModel, files: [String]) {
    let isNamed = arguments.first.map(isModel) == true
    let files = Array(arguments.dropFirst(isNamed ? 1 : 0))
    if let misplaced = files.first(where: isModel) {
      throw ValidationError("\(misplaced) is a model; the model comes first, and there is one")
    }
    return (try isNamed ? TrainedModel(contentsOf: arguments[0]) : defaultModel(), files)
  }

  /// The model that is used when none is named.
  static func defaultModel() throws -> TrainedModel { try TrainedModel(contentsOf: defaultPath) }

  private static func isModel(_ file: String) -> Bool { file.lowercased().hasSuffix(".mien") }

  /// `models/default.mien` in the working folder, or else above the program, as in a built checkout.
  private static var defaultPath: String {
    var folders = [FileManager.default.currentDirectoryPath]
    if var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent() {
      while folder.path != "/" {
        folders.append(folder.path)
        folder.deleteLastPathComponent()
      }
    }
    let paths = folders.map { $0 + "/" + defaultFile }
    return paths.first(where: FileManager.default.fileExists) ?? defaultFile
  }
}

import Foundation
import ModelFiles

/// Finds the model that `classify` uses when none is named.
enum ModelLocator {
  static let defaultModel = "models/default.mien"

  /// Splits arguments into a model and files: a first argument that ends in `.mien` names the model.
  static func split(_ arguments: [String]) throws -> (model: TrainedModel, files: [String]) {
    if let first = arguments.first, first.hasSuffix(".mien") {
      return (try TrainedModel(contentsOf: first), Array(arguments.dropFirst()))
    }
    return (try TrainedModel(contentsOf: defaultPath), arguments)
  }

  /// `models/default.mien` in the working folder, or else above the program, as in a built checkout.
  private static var defaultPath: String {
    var folders = [FileManager.default.currentDirectoryPath]
    if var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent() {
      while folder.path != "/" {
        folders.append(folder.path)
        folder.deleteLastPathComponent()
      }
    }
    let paths = folders.map { $0 + "/" + defaultModel }
    return paths.first(where: FileManager.default.fileExists) ?? defaultModel
  }
}

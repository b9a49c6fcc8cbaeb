import ArgumentParser
import Foundation
import Landmarks
import ModelFiles

/// Finds the models that commands use when none is named.
enum ModelLocator {
  /// The models that come with Mien.
  enum Supplied: String, CaseIterable {
    /// Looks at descriptors of pictures.
    case appearance = "models/expression-4.mien"
    /// Looks at landmarks alone.
    case landmarks = "models/expression-4-landmarks.mien"
    /// Looks at landmarks alone, and can say why it answers what it does.
    case explained = "models/aligned-forest.mien"

    /// What to know of it, beside its path.
    var note: String { "\(rawValue) (trained on the training images of FER2013)" }

    func load() throws -> TrainedModel { try TrainedModel(contentsOf: ModelLocator.path(of: self)) }
  }

  /// Splits arguments into a model and files: a first argument that ends in `.mien` names the model.
  static func split(_ arguments: [String]) throws -> (model: TrainedModel?, files: [String]) {
    let isNamed = arguments.first.map(isModel) == true
    let files = Array(arguments.dropFirst(isNamed ? 1 : 0))
    if let misplaced = files.first(where: isModel) {
      throw ValidationError("\(misplaced) is a model; the model comes first, and there is one")
    }
    return (try isNamed ? TrainedModel(contentsOf: arguments[0]) : nil, files)
  }

  /// The model for tables when none is named: the one that looks at descriptors if they stand beside all of them; and, if
  /// only some do, what is missing.
  static func supplied(forTables paths: [String]) -> (model: Supplied, missing: String?) {
    let isFolder = paths.count == 1 && !paths[0].lowercased().hasSuffix(".csv")
    let tables = isFolder ? (try? LandmarkDataset.tablePaths(in: paths[0])) ?? [] : paths
    let files = tables.flatMap { table in
      DescriptorKind.allCases.map { (table: table, path: $0.path(besideTable: table)) }
    }
    let missing = files.filter { !FileManager.default.fileExists(atPath: $0.path) }
    guard let first = missing.first else { return (files.isEmpty ? .landmarks : .appearance, nil) }
    guard missing.count < files.count else { return (.landmarks, nil) }
    let (name, table) = ((first.path as NSString).lastPathComponent, (first.table as NSString).lastPathComponent)
    let more = missing.count > 1 ? " (and \(missing.count - 1) more)" : ""
    return (
      .landmarks,
      "\(name) is missing beside \(table)\(more), so landmarks alone are used; extract again with --descriptors fhog"
    )
  }

  private static func isModel(_ file: String) -> Bool { file.lowercased().hasSuffix(".mien") }

  /// The model's path in the working folder, or else above the program, as in a built checkout.
  private static func path(of model: Supplied) -> String {
    var folders = [FileManager.default.currentDirectoryPath]
    if var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent() {
      while folder.path != "/" {
        folders.append(folder.path)
        folder.deleteLastPathComponent()
      }
    }
    let paths = folders.map { $0 + "/" + model.rawValue }
    return paths.first(where: FileManager.default.fileExists) ?? model.rawValue
  }
}

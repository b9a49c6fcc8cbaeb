import Basics
import Foundation
import Landmarks

/// A folder of images with a sub-folder for each class.
public struct ImageFolder: Sendable {
  /// A class and the images below its folder.
  public struct ClassImages: Hashable, Sendable {
    /// The name of the folder.
    public let name: String
    /// The images' paths below the class folder, sorted by their bytes.
    public let images: [String]
  }

  /// The folder.
  public let path: String
  /// The classes, sorted by the bytes of their names.
  public let classes: [ClassImages]

  /// Lists a folder. Hidden files and folders are passed over; every other file counts as an image. Links to files and
  /// to class folders are followed, links to folders below them are not.
  ///
  /// - Throws: `FileError` when a folder cannot be read, none has files, or a class has a name that its table cannot
  ///   have.
  public init(path: String) throws {
    self.path = path
    let classes = try DurableFile.visibleNames(inFolder: path).compactMap { name -> ClassImages? in
      guard Self.kind(path + "/" + name) == .folder else { return nil }
      let images = try Self.files(below: path + "/" + name)
      return images.isEmpty ? nil : ClassImages(name: name, images: images)
    }
    guard !classes.isEmpty else {
      throw FileError(
        .missing, path: path,
        reason: "no images: expected one sub-folder a class, such as \(path)/happy/face.jpg")
    }
    for name in classes.map(\.name) where !LandmarkTable.canBeClassName(name) {
      throw FileError(
        .missing, path: path + "/" + name,
        reason: "a class cannot be called \"\(name)\", as its table \(name).csv is read as something else: "
          + "rename the folder")
    }
    self.classes = classes
  }

  private enum Kind { case file, folder, other }

  /// What a path is, links followed.
  private static func kind(_ path: String) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return .other }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    default: .other
    }
  }

  private static func files(below folder: String) throws -> [String] {
    try DurableFile.visibleNames(inFolder: folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      switch kind(path) {
      case .file: return [name]
      case .folder where (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil:
        return try files(below: path).map { name + "/" + $0 }
      default: return []
      }
    }
  }
}

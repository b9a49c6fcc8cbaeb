import Basics
import Foundation

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

  /// Lists a folder. Hidden files and folders are passed over; every other file counts as an image.
  ///
  /// - Throws: `FileError` when the folder cannot be read or has no sub-folder with files.
  public init(path: String) throws {
    self.path = path
    let manager = FileManager.default
    var isDirectory: ObjCBool = false
    guard manager.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
      throw FileError(.missing, path: path, reason: "no such folder of images")
    }
    let classes = try Self.visibleNames(in: path).compactMap { name -> ClassImages? in
      let images = try Self.files(below: path + "/" + name)
      return images.isEmpty ? nil : ClassImages(name: name, images: images)
    }
    guard !classes.isEmpty else {
      throw FileError(
        .missing, path: path,
        reason: "no images: expected one sub-folder a class, such as \(path)/happy/face.jpg")
    }
    self.classes = classes
  }

  private static func visibleNames(in folder: String) throws -> [String] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
      return []
    }
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func files(below folder: String) throws -> [String] {
    try visibleNames(in: folder).flatMap { name -> [String] in
      var isDirectory: ObjCBool = false
      let path = folder + "/" + name
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return [] }
      guard isDirectory.boolValue else { return [name] }
      return try files(below: path).map { name + "/" + $0 }
    }
  }
}

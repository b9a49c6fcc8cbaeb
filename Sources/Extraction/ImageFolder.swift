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
  /// What stands among the images and cannot be opened as one: the path below the folder, and the reason.
  public let unusable: [(path: String, reason: String)]

  /// Lists a folder. Hidden files and folders are passed over; every other file counts as an image, or is noted as unusable.
  /// Links to files and to class folders are followed, links to folders below them are not.
  ///
  /// - Throws: `FileError` when a folder cannot be read, none has files, or a class has a name that its table cannot
  ///   have.
  public init(path: String) throws {
    self.path = path
    let listing = try AtomicFile.listing(ofFolder: path)
    var contents = Contents()
    contents.addUnusable(listing.unusableNames, below: "")
    let classes = try listing.names.compactMap { name -> ClassImages? in
      guard Self.kind(path + "/" + name) == .folder else { return nil }
      contents.images = []
      try contents.add(folder: name, of: path)
      let prefix = name.utf8.count + 1
      let images = contents.images.map { String($0.utf8.dropFirst(prefix)) ?? $0 }
      return images.isEmpty ? nil : ClassImages(name: name, images: images)
    }
    unusable = contents.unusable
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

  /// What was found below the folder; all paths are below it.
  private struct Contents {
    var images: [String] = []
    var unusable: [(path: String, reason: String)] = []

    mutating func addUnusable(_ names: [String], below folder: String) {
      for name in names {
        unusable.append((folder + name, "the name is not UTF-8, so it cannot be opened: rename it"))
      }
    }

    mutating func add(folder: String, of root: String) throws {
      let listing = try AtomicFile.listing(ofFolder: root + "/" + folder)
      addUnusable(listing.unusableNames, below: folder + "/")
      for name in listing.names {
        let path = folder + "/" + name
        switch ImageFolder.kind(root + "/" + path) {
        case .file: images.append(path)
        case .folder where (try? FileManager.default.destinationOfSymbolicLink(atPath: root + "/" + path)) == nil:
          try add(folder: path, of: root)
        case .folder: unusable.append((path, "a link to a folder, which is not followed"))
        case .other: unusable.append((path, "neither a file nor a folder, or a link to nothing"))
        }
      }
    }
  }
}

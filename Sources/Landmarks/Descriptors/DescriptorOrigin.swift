import Basics
import Foundation

/// What a table and its descriptors were when they were extracted, in `<class>.descriptors.json`: a table that was sorted or
/// cut since then, or files of another class, may have as many rows.
struct DescriptorOrigin: Codable {
  /// The SHA-256 of the table's coordinates in 32 bits, row after row.
  private var landmarks: String
  /// The SHA-256 of the numbers of each kind of descriptor.
  private var descriptors: [String: String]

  init(_ table: LandmarkTable) {
    landmarks = table.coordinates.withUnsafeBytes { Checksum.sha256Hex(Data($0)) }
    descriptors = Dictionary(
      uniqueKeysWithValues: table.descriptors.map { kind, descriptors in
        (kind.rawValue, descriptors.values.withUnsafeBytes { Checksum.sha256Hex(Data($0)) })
      })
  }

  static func path(besideTable path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return (folder.isEmpty ? "" : folder + "/") + LandmarkTable.className(ofFile: path) + ".descriptors.json"
  }

  /// Throws if descriptor files do not belong to this table; files without provenance are accepted unchecked.
  ///
  /// - Throws: `TableError` when the rows are others or the note is not one; `FileError` when it cannot be read.
  static func check(_ table: LandmarkTable, at path: String) throws {
    let file = Self.path(besideTable: path)
    guard FileManager.default.fileExists(atPath: file) else { return }
    let data = try AtomicFile.read(file)
    guard let origin = try? JSONDecoder().decode(DescriptorOrigin.self, from: data) else {
      throw TableError(path: file, reason: "damaged: extract the table and its descriptors again")
    }
    let found = DescriptorOrigin(table)
    guard found.landmarks == origin.landmarks else {
      throw TableError(
        path: path,
        reason: "rows or coordinates were changed since the descriptors beside it were extracted: extract both again, "
          + "use a model of landmarks alone, or remove \(file) if you changed both alike")
    }
    for kind in DescriptorKind.allCases where found.descriptors[kind.rawValue] != nil {
      guard found.descriptors[kind.rawValue] == origin.descriptors[kind.rawValue] else {
        throw TableError(
          path: kind.path(besideTable: path), reason: "does not belong to \(path): extract both again")
      }
    }
  }
}

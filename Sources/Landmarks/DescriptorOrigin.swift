import Basics
import Foundation

/// Which rows the descriptors beside a table were extracted from, in `<class>.descriptors.json`: a table that was sorted or
/// cut since then has others, even as many.
struct DescriptorOrigin: Codable {
  /// The SHA-256 of the table's coordinates in 32 bits, row after row.
  var landmarks: String

  static func path(besideTable path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return (folder.isEmpty ? "" : folder + "/") + LandmarkTable.className(ofFile: path) + ".descriptors.json"
  }

  /// Refuses descriptors of other rows than a table has; those without a note of their origin are believed.
  ///
  /// - Throws: `TableError` when the rows are others or the note is not one; `FileError` when it cannot be read.
  static func check(_ table: LandmarkTable, at path: String) throws {
    let file = Self.path(besideTable: path)
    guard FileManager.default.fileExists(atPath: file) else { return }
    guard let origin = try? JSONDecoder().decode(DescriptorOrigin.self, from: DurableFile.read(file)) else {
      throw TableError(path: file, reason: "damaged: extract the table and its descriptors anew")
    }
    guard origin.landmarks == table.fingerprint else {
      throw TableError(
        path: path,
        reason: "its rows are not those that the descriptors beside it were extracted with, or in another order: "
          + "extract both anew, or remove \(file) if you changed both alike")
    }
  }
}

extension LandmarkTable {
  /// What tells the faces and their order from others: the SHA-256 of their coordinates.
  fileprivate var fingerprint: String { coordinates.withUnsafeBytes { Checksum.sha256Hex(Data($0)) } }

  /// Writes descriptors, row for row those of this table, beside it into a folder, each file whole or not at all; what an
  /// earlier extraction has left there goes.
  ///
  /// - Throws: `FileError` when one cannot be written.
  public func write(_ descriptors: [DescriptorKind: DescriptorTable], toFolder folder: String) throws {
    precondition(descriptors.values.allSatisfy { $0.rows == rowCount }, "a row a face")
    let origin = DescriptorOrigin.path(besideTable: "\(folder)/\(className).csv")
    for file in DescriptorKind.allCases.map({ "\(folder)/\($0.fileName(ofClass: className))" }) + [origin] {
      try? FileManager.default.removeItem(atPath: file)
    }
    guard !descriptors.isEmpty else { return }
    for (kind, table) in descriptors { try table.write(to: "\(folder)/\(kind.fileName(ofClass: className))") }
    // As it will be read: with the digits that the file has.
    let written = try LandmarkTable(csv: Data(csv.utf8), path: "\(folder)/\(className).csv")
    try DurableFile.write(JSONEncoder().encode(DescriptorOrigin(landmarks: written.fingerprint)), to: origin)
  }
}

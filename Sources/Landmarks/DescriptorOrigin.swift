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

  /// Refuses a table with descriptors of other rows; those without a note of their origin are believed.
  ///
  /// - Throws: `TableError` when the rows are others or the note is not one; `FileError` when it cannot be read.
  static func check(_ table: LandmarkTable, at path: String) throws {
    let file = Self.path(besideTable: path)
    guard FileManager.default.fileExists(atPath: file) else { return }
    let data = try DurableFile.read(file)
    guard let origin = try? JSONDecoder().decode(DescriptorOrigin.self, from: data) else {
      throw TableError(path: file, reason: "damaged: extract the table and its descriptors anew")
    }
    let found = DescriptorOrigin(table)
    guard found.landmarks == origin.landmarks else {
      throw TableError(
        path: path,
        reason: "rows or coordinates were changed since the descriptors beside it were extracted: extract both anew, "
          + "use a model of landmarks alone, or remove \(file) if you changed both alike")
    }
    for kind in DescriptorKind.allCases where found.descriptors[kind.rawValue] != nil {
      guard found.descriptors[kind.rawValue] == origin.descriptors[kind.rawValue] else {
        throw TableError(
          path: kind.path(besideTable: path), reason: "not what was extracted with \(path): extract both anew")
      }
    }
  }
}

extension LandmarkTable {
  /// Writes `<class>.csv` into a folder and descriptors beside it, row for row the table's; each file whole or not at all.
  /// Descriptors that an earlier extraction has left there go.
  ///
  /// - Throws: `FileError` when one cannot be written.
  public func write(toFolder folder: String, descriptors: [DescriptorKind: DescriptorTable] = [:]) throws {
    precondition(descriptors.values.allSatisfy { $0.rows == rowCount }, "a row a face")
    let path = "\(folder)/\(className).csv"
    let origin = DescriptorOrigin.path(besideTable: path)
    // Those of an earlier extraction would be taken for these rows'; what says that they are not goes last.
    for file in DescriptorKind.allCases.map({ $0.path(besideTable: path) }) + [origin] {
      try DurableFile.remove(file)
    }
    try DurableFile.write(csv, to: path)
    guard !descriptors.isEmpty else { return }
    // With coordinates as they will be read, with the digits that the file has.
    var written = try LandmarkTable(csv: Data(csv.utf8), path: path)
    written.descriptors = descriptors
    for (kind, table) in descriptors { try table.write(to: kind.path(besideTable: path)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try DurableFile.write(encoder.encode(DescriptorOrigin(written)), to: origin)
  }
}

import Basics
import Foundation

extension LandmarkTable {
  /// Digits after the point of a coordinate in a table: a tenth of a pixel is well below the predictor's own error.
  public static let decimals = 1

  /// The table as CSV text: metadata columns, then `1_x,1_y,…`.
  public var csv: String {
    var text = CSVText(header: metadataNames + scheme.columnNames)
    for row in 0..<rowCount {
      text.append(metadata.map { $0[row] } + face(row).map { DecimalText.text(Double($0), Self.decimals) })
    }
    return text.text
  }

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
      try AtomicFile.remove(file)
    }
    let text = csv
    try AtomicFile.write(text, to: path)
    guard !descriptors.isEmpty else { return }
    // With coordinates as they will be read, with the digits that the file has.
    var written = try LandmarkTable(csv: Data(text.utf8), path: path)
    written.descriptors = descriptors
    for (kind, table) in descriptors { try table.write(to: kind.path(besideTable: path)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(encoder.encode(DescriptorOrigin(written)), to: origin)
  }
}

/// The faces of one class: metadata and landmarks, one row a face.
public struct LandmarkTable: Sendable {
  /// The class that every row belongs to.
  public let className: String
  /// How the points are placed.
  public let scheme: LandmarkScheme
  /// The names of the metadata columns, in the file's order.
  public let metadataNames: [String]
  /// The metadata as text, column after column: `metadata[column][row]`.
  public let metadata: [[String]]
  /// x and y of each point in image pixels (origin top left, y down), `(rows, 2 × points)` row after row.
  public let coordinates: [Float]
  /// The number of faces.
  public let rowCount: Int
  /// What the faces look like, row for row, as far as that was read.
  public internal(set) var descriptors: [DescriptorKind: DescriptorTable] = [:]

  /// The largest coordinate of a table's file, either side of 0, in pixels; beyond, 32-bit floats are coarser than a tenth.
  public static let maxCoordinate: Float = 1_000_000

  /// A table from its parts. Columns and coordinates must agree in length.
  public init(
    className: String, scheme: LandmarkScheme, metadataNames: [String], metadata: [[String]], coordinates: [Float]
  ) {
    precondition(metadataNames.count == metadata.count, "one name for each metadata column")
    precondition(coordinates.count % (2 * scheme.pointCount) == 0, "whole faces only")
    self.className = className
    self.scheme = scheme
    self.metadataNames = metadataNames
    self.metadata = metadata
    self.coordinates = coordinates
    rowCount = coordinates.count / (2 * scheme.pointCount)
    precondition(metadata.allSatisfy { [rowCount] in $0.count == rowCount }, "one metadata value for each row")
  }

  /// The numbers of one face: `1_x, 1_y, 2_x, …` in pixels.
  public func face(_ row: Int) -> ArraySlice<Float> {
    let width = 2 * scheme.pointCount
    return coordinates[row * width..<(row + 1) * width]
  }

  /// The values of a metadata column, or `nil` when the table has no such column.
  public func metadata(_ name: String) -> [String]? {
    metadataNames.firstIndex(of: name).map { metadata[$0] }
  }
}

extension LandmarkTable {
  /// Whether an `image` names a file below the folder of its class. A table may come from anywhere; what leads out of that
  /// folder is not to be opened.
  package static func isBelowItsFolder(image: String) -> Bool {
    !image.isEmpty && !image.hasPrefix("/") && !image.split(separator: "/").contains("..")
  }
}

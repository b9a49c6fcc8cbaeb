import Landmarks

/// One face of an image: its box and landmarks, in pixels of the image as decoded.
public struct FaceLandmarks: Hashable, Sendable {
  /// The left edge of the box.
  public let left: Double
  /// The top edge of the box.
  public let top: Double
  /// The width of the box.
  public let width: Double
  /// The height of the box.
  public let height: Double
  /// The detector's score; `nil` where the box is the whole image.
  public let score: Double?
  /// x and y of each point: `2 × points` numbers.
  public let points: [Double]
  /// The difference hash of the whole image.
  public var imageHash: UInt64 = 0
  /// What it looks like, as far as that was asked for.
  public var descriptors: [DescriptorKind: [Float16]] = [:]
}

extension [FaceLandmarks] {
  /// A descriptor of all faces, row for row.
  package func descriptors(_ kind: DescriptorKind) -> DescriptorTable {
    let rows = map { $0.descriptors[kind] ?? [] }
    let columns = rows.first?.count ?? kind.standardColumns
    return DescriptorTable(rows: count, columns: columns, values: rows.flatMap { $0 })
  }

  /// The descriptors of all faces, by kind.
  package var descriptorTables: [DescriptorKind: DescriptorTable] {
    Dictionary(uniqueKeysWithValues: (first?.descriptors ?? [:]).keys.map { ($0, descriptors($0)) })
  }
}

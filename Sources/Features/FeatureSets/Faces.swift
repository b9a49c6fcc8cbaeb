import Landmarks
import Learning

/// Faces as they were extracted: what features are made of.
public struct Faces: Sendable {
  /// How the points are placed.
  public let scheme: LandmarkScheme
  /// x and y of each point in image pixels, `(faces × 2 points)` row after row.
  public let coordinates: [Float]
  /// What the faces look like, row for row, as far as that is known.
  public let descriptors: [DescriptorKind: DescriptorTable]

  /// Faces from their parts, which must agree in length.
  public init(scheme: LandmarkScheme, coordinates: [Float], descriptors: [DescriptorKind: DescriptorTable] = [:]) {
    precondition(coordinates.count % (2 * scheme.pointCount) == 0, "whole faces only")
    precondition(
      descriptors.values.allSatisfy { $0.rows == coordinates.count / (2 * scheme.pointCount) }, "a row a face")
    self.scheme = scheme
    self.coordinates = coordinates
    self.descriptors = descriptors
  }

  /// The faces of a table.
  public init(_ table: LandmarkTable) {
    self.init(scheme: table.scheme, coordinates: table.coordinates, descriptors: table.descriptors)
  }

  /// The faces of all tables, one after the other.
  public init(_ dataset: LandmarkDataset) { self.init(dataset, rows: Array(0..<dataset.rowCount)) }

  /// The faces of some rows, which are counted one table after the other; no others are copied.
  public init(_ dataset: LandmarkDataset, rows: [Int]) {
    let tables = dataset.tables.filter { $0.rowCount > 0 }
    let places = tables.indices.flatMap { table in (0..<tables[table].rowCount).map { (table: table, row: $0) } }
    var descriptors: [DescriptorKind: DescriptorTable] = [:]
    for kind in DescriptorKind.allCases {
      let known = tables.compactMap { $0.descriptors[kind] }
      guard let width = known.first?.columns, known.count == tables.count else { continue }
      var values: [Float16] = []
      values.reserveCapacity(rows.count * width)
      for (table, row) in rows.lazy.map({ places[$0] }) {
        values += known[table].values[row * width..<(row + 1) * width]
      }
      descriptors[kind] = DescriptorTable(rows: rows.count, columns: width, values: values)
    }
    self.init(
      scheme: dataset.scheme, coordinates: rows.flatMap { tables[places[$0].table].face(places[$0].row) },
      descriptors: descriptors)
  }

  /// The number of faces.
  public var count: Int { coordinates.count / (2 * scheme.pointCount) }

  /// The faces with the given indices, in their order.
  public func selecting(_ chosen: [Int]) -> Faces {
    let width = 2 * scheme.pointCount
    return Faces(
      scheme: scheme, coordinates: chosen.flatMap { coordinates[$0 * width..<($0 + 1) * width] },
      descriptors: descriptors.mapValues { $0.selecting(rows: chosen) })
  }

  /// The faces as an alignment leaves them.
  func shapes(_ alignment: Alignment) -> [Shape] {
    let width = 2 * scheme.pointCount
    return (0..<count).map { alignment.shape(of: coordinates[$0 * width..<($0 + 1) * width]) }
  }

  /// The faces as a mirror shows them.
  ///
  /// - Throws: `DataError` when it is not known which points or descriptor numbers change places.
  public func mirrored() throws -> Faces {
    guard scheme.mirror != nil else {
      throw DataError("faces of \(scheme.pointCount) points cannot be mirrored: use 68 or 98 points")
    }
    let width = 2 * scheme.pointCount
    let copy = LandmarkAugmentation(isMirrored: true, degrees: 0)
    let points = (0..<count).flatMap { face in
      copy.coordinates(of: coordinates[face * width..<(face + 1) * width], scheme: scheme)
    }
    var other: [DescriptorKind: DescriptorTable] = [:]
    for (kind, table) in descriptors {
      guard let mirror = kind.mirror(columns: table.columns) else {
        throw DataError("descriptors of \(table.columns) numbers cannot be mirrored")
      }
      let values = [Float16](unsafeUninitializedCapacity: table.values.count) { values, filled in
        table.values.withUnsafeBufferPointer { source in
          for base in stride(from: 0, to: source.count, by: table.columns) {
            for (place, from) in mirror.enumerated() { values[base + place] = source[base + from] }
          }
        }
        filled = table.values.count
      }
      other[kind] = DescriptorTable(rows: table.rows, columns: table.columns, values: values)
    }
    return Faces(scheme: scheme, coordinates: points, descriptors: other)
  }
}

import Basics
import Foundation

/// The tables of all classes, in the order of the class names, and so the rows in one fixed order.
public struct LandmarkDataset: Sendable {
  /// One table a class, sorted by class name.
  public let tables: [LandmarkTable]
  /// How the points of every table are placed.
  public let scheme: LandmarkScheme

  /// The class names, sorted as scikit-learn sorts labels: by code point.
  public var classes: [String] { tables.map(\.className) }
  /// The number of faces of all classes.
  public var rowCount: Int { tables.reduce(0) { $0 + $1.rowCount } }

  /// A dataset of tables with the same points and different classes.
  ///
  /// - Throws: `TableError` when there are no tables, point counts differ or a class stands twice.
  public init(tables: [LandmarkTable], source: String = "tables") throws {
    guard let first = tables.first else {
      throw TableError(path: source, reason: "no landmark tables: expected one <class>.csv a class")
    }
    for table in tables where table.scheme != first.scheme {
      throw TableError(
        path: source,
        reason: "class \"\(table.className)\" has \(table.scheme.pointCount) points, "
          + "class \"\(first.className)\" has \(first.scheme.pointCount): all tables need the same points")
    }
    for kind in DescriptorKind.allCases {
      let widths = Set(tables.filter { $0.rowCount > 0 }.compactMap { $0.descriptors[kind]?.columns })
      guard widths.count <= 1 else {
        throw TableError(path: source, reason: "descriptors of \(widths.sorted()) numbers: extract all classes alike")
      }
    }
    self.tables = tables.sorted { $0.className.unicodeScalars.lexicographicallyPrecedes($1.className.unicodeScalars) }
    for (table, next) in zip(self.tables, self.tables.dropFirst()) where table.className == next.className {
      throw TableError(path: source, reason: "two tables for class \"\(table.className)\"")
    }
    scheme = first.scheme
  }

  /// Reads every `<class>.csv` of a folder (`df_<class>.csv` is the same class); `failures.csv` is not a table.
  ///
  /// - Throws: `TableError` naming file, line and column; `FileError` when the folder cannot be read.
  public init(
    folder: String, descriptors: [DescriptorKind] = [], threads: Int = Parallel.availableThreads
  ) throws {
    let paths = try Self.tablePaths(in: folder)
    guard !paths.isEmpty else {
      throw TableError(path: folder, reason: "no landmark tables: expected one <class>.csv a class")
    }
    // The reader spreads one file over all threads, so files follow one another.
    try self.init(
      tables: try paths.map { try LandmarkTable(contentsOf: $0, descriptors: descriptors, threads: threads) },
      source: folder)
  }

  /// Reads tables, or one folder of them.
  ///
  /// - Throws: as the folder's and the tables' own readers.
  public init(
    paths: [String], descriptors: [DescriptorKind] = [], threads: Int = Parallel.availableThreads
  ) throws {
    if paths.count == 1, !paths[0].lowercased().hasSuffix(".csv") {
      try self.init(folder: paths[0], descriptors: descriptors, threads: threads)
    } else {
      try self.init(
        tables: try paths.map { try LandmarkTable(contentsOf: $0, descriptors: descriptors, threads: threads) },
        source: paths.joined(separator: ", "))
    }
  }

  /// The label of each row: an index into `classes`.
  public var labels: [Int] {
    tables.enumerated().flatMap { index, table in Array(repeating: index, count: table.rowCount) }
  }

  /// A metadata column of all rows; empty text where a table lacks the column.
  public func metadata(_ name: String) -> [String] {
    tables.flatMap { $0.metadata(name) ?? Array(repeating: "", count: $0.rowCount) }
  }

  /// The SHA-256 of each table's file in a folder, by class; those of descriptors, if they are asked for, by
  /// `<class>.<kind>`.
  public static func checksums(folder: String, descriptors: [DescriptorKind] = []) throws -> [String: String] {
    try checksums(paths: [folder], descriptors: descriptors)
  }

  /// The SHA-256 of each table's file, or of each table of one folder, by class; those of descriptors, if they are asked
  /// for, by `<class>.<kind>`.
  public static func checksums(paths: [String], descriptors kinds: [DescriptorKind] = []) throws -> [String: String] {
    var checksums: [String: String] = [:]
    let isFolder = paths.count == 1 && !paths[0].lowercased().hasSuffix(".csv")
    for path in isFolder ? try tablePaths(in: paths[0]) : paths {
      let name = LandmarkTable.className(ofFile: path)
      checksums[name] = Checksum.sha256Hex(try AtomicFile.read(path))
      for kind in kinds {
        checksums["\(name).\(kind.rawValue)"] = Checksum.sha256Hex(try AtomicFile.read(kind.path(besideTable: path)))
      }
    }
    return checksums
  }

  /// The files of a folder that are landmark tables, sorted by name.
  public static func tablePaths(in folder: String) throws -> [String] {
    try AtomicFile.visibleNames(inFolder: folder)
      .filter { $0.hasSuffix(".csv") && $0 != Self.failuresFile }
      .map { folder.hasSuffix("/") ? folder + $0 : folder + "/" + $0 }
  }

  /// The name of the file beside the tables that lists the images without landmarks.
  public static let failuresFile = "failures.csv"
}

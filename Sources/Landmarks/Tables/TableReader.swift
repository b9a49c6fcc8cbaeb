import Basics
import Foundation

extension LandmarkTable {
  /// Reads a table from a CSV file.
  ///
  /// Any column that is not `<k>_x` or `<k>_y` is metadata, the number of points is read off the header, and the file
  /// name is the class (`df_happy.csv` and `happy.csv` are class `happy`). A byte order mark, CRLF, quoted fields,
  /// blank lines, columns in any order, points that count from 0 and spaces around numbers are fine; a quote inside an
  /// unquoted field is text. Everything else is refused, and so are coordinates beyond ±`maxCoordinate` and faces whose
  /// points 32-bit floats cannot tell apart.
  ///
  /// - Parameter descriptors: what is to be read beside the table, each from `<class>.<kind>.npy`.
  /// - Throws: `TableError` with file, line and field; `FileError` when the file cannot be read.
  /// - Complexity: O(bytes), spread over `threads` when no field is quoted.
  public init(
    contentsOf path: String, descriptors kinds: [DescriptorKind] = [], threads: Int = Parallel.availableThreads
  ) throws {
    try self.init(csv: AtomicFile.read(path), path: path, threads: threads)
    for kind in kinds {
      let file = kind.path(besideTable: path)
      guard FileManager.default.fileExists(atPath: file) else {
        throw TableError(
          path: file, reason: "not found; mien extract IMAGES --descriptors fhog writes it beside the table")
      }
      let table = try DescriptorTable(contentsOf: file)
      guard table.rows == rowCount else {
        throw TableError(path: file, reason: "\(table.rows) rows, but \(path) has \(rowCount): extract both again")
      }
      guard kind.isPossible(columns: table.columns) else {
        throw TableError(
          path: file,
          reason: "\(table.columns) numbers a row, \(kind.rawValue) has \(kind.standardColumns): "
            + "mien extract IMAGES --descriptors fhog writes it")
      }
      descriptors[kind] = table
    }
    if !kinds.isEmpty { try DescriptorOrigin.check(self, at: path) }
  }

  /// The class that a table's file name stands for: `happy` for `happy.csv` and `df_happy.csv`.
  static func className(ofFile path: String) -> String {
    var name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    if name.hasPrefix("df_"), name.count > 3 { name.removeFirst(3) }
    return name
  }

  /// Whether a table of this class can be told from others by its file name.
  package static func canBeClassName(_ name: String) -> Bool {
    className(ofFile: name + ".csv") == name && name + ".csv" != LandmarkDataset.failuresFile
  }

  /// Reads a table from the bytes of a CSV file; `path` names it in errors and gives the class.
  package init(csv data: Data, path: String, threads: Int = 1) throws {
    self = try data.withUnsafeBytes { bytes in
      try TableReader(bytes: bytes.bindMemory(to: UInt8.self), path: path).table(threads: threads)
    }
  }
}

/// Reads one CSV file held in memory.
private struct TableReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let path: String

  func table(threads: Int) throws -> LandmarkTable {
    try checkIsText()
    let (header, bodyStart) = try readHeader()
    let chunks = chunkRanges(from: bodyStart, threads: threads)
    let shared = SharedBytes(bytes: bytes)
    let outcomes = try Parallel.map(count: chunks.count, threads: threads) { index in
      Result { () throws(RecordParser.Fault) in
        var parser = RecordParser(shared.bytes, range: chunks[index])
        return try parser.rows(header: header)
      }
    }
    var rows = RecordParser.Rows(metadata: Array(repeating: [], count: header.metadataNames.count))
    for outcome in outcomes {
      switch outcome {
      case .failure(let fault): throw located(fault)
      case .success(let part) where rows.coordinates.isEmpty: rows = part
      case .success(let part):
        rows.coordinates += part.coordinates
        for column in rows.metadata.indices { rows.metadata[column] += part.metadata[column] }
      }
    }
    return LandmarkTable(
      className: LandmarkTable.className(ofFile: path), scheme: LandmarkScheme(pointCount: header.pointCount),
      metadataNames: header.metadataNames, metadata: rows.metadata, coordinates: rows.coordinates)
  }

  /// The file's bytes outlive the parallel reading of them, which never writes.
  private struct SharedBytes: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>
  }

  private func checkIsText() throws(TableError) {
    guard !bytes.isEmpty else { throw TableError(path: path, reason: "empty file, expected a header") }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw TableError(path: path, reason: "UTF-16 text; save it as UTF-8")
    }
    if bytes.prefix(4096).contains(0) { throw TableError(path: path, reason: "not a text file") }
    if !bytes.contains(UInt8(ascii: "\n")), let first = bytes.firstIndex(of: UInt8(ascii: "\r")),
      first + 1 < bytes.count
    {
      throw TableError(path: path, reason: "lines end in CR alone; save it with LF or CRLF line ends")
    }
  }

  private func readHeader() throws(TableError) -> (TableHeader, bodyStart: Int) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var parser = RecordParser(bytes, range: start..<bytes.count)
    do throws(RecordParser.Fault) {
      guard let names = try parser.nextRecord() else {
        throw RecordParser.Fault(recordStart: start, reason: "no header")
      }
      return (try header(names), parser.position)
    } catch {
      throw located(error)
    }

    func header(_ names: [String]) throws(RecordParser.Fault) -> TableHeader {
      do throws(TableError) {
        return try TableHeader(names: names, path: path, line: 1)
      } catch {
        throw RecordParser.Fault(recordStart: start, column: error.column, reason: error.reason)
      }
    }
  }

  /// Runs of whole lines, one a thread. A quoted field may hold a line break, so quotes keep the file in one run.
  private func chunkRanges(from start: Int, threads: Int) -> [Range<Int>] {
    let body = start..<bytes.count
    let minChunk = 1 << 16
    let count = min(threads, body.count / minChunk)
    guard count > 1, !bytes[body].contains(UInt8(ascii: "\"")) else { return [body] }
    var ranges: [Range<Int>] = []
    var lower = start
    for index in 1...count {
      var upper = index == count ? bytes.count : start + body.count / count * index
      while upper < bytes.count, bytes[upper - 1] != UInt8(ascii: "\n") { upper += 1 }
      ranges.append(lower..<upper)
      lower = upper
    }
    return ranges
  }

  private func located(_ fault: RecordParser.Fault) -> TableError {
    let line = 1 + bytes[..<fault.recordStart].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    return TableError(path: path, line: line, column: fault.column, reason: fault.reason)
  }
}

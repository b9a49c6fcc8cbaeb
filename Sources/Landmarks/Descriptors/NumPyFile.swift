import Basics
import Foundation

/// NumPy's `.npy` format, version 1.0, for matrices of 16-bit floats (`<f2`), which `numpy.load` reads.
package enum NumPyFile {
  private static let magic = Data([0x93] + "NUMPY".utf8 + [1, 0])

  /// The bytes of a file that holds a table.
  static func data(_ table: DescriptorTable) -> Data {
    var header = "{'descr': '<f2', 'fortran_order': False, 'shape': (\(table.rows), \(table.columns)), }"
    // Data starts at a multiple of 64 bytes.
    let length = magic.count + 2 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - length % 64) % 64) + "\n"
    var data = magic
    withUnsafeBytes(of: UInt16(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: header.utf8)
    // In memory as in the file: little-endian, as all processors are that Swift runs on.
    table.values.withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }

  /// The table that a file holds.
  ///
  /// - Throws: `FileError` when it cannot be read, `TableError` when it is not such a file, was cut off or holds a number
  ///   that is not finite.
  static func table(path: String) throws -> DescriptorTable {
    let data = try AtomicFile.read(path)
    func refused(_ reason: String) -> TableError { TableError(path: path, reason: reason) }
    guard data.count >= 10, data.prefix(8) == magic else { throw refused("not a NumPy file of version 1.0") }
    let headerLength = Int(data[data.startIndex + 8]) | Int(data[data.startIndex + 9]) << 8
    let start = 10 + headerLength
    guard data.count >= start else { throw refused("cut off within its header") }
    let header = String(decoding: data.dropFirst(10).prefix(headerLength), as: UTF8.self)
    let pattern = #/'descr': '<f2', 'fortran_order': False, 'shape': \((\d{1,12}), (\d{1,12})\)/#
    guard let match = header.firstMatch(of: pattern), let rows = Int(match.1), let columns = Int(match.2), columns > 0
    else { throw refused("expected rows of 16-bit floats ('<f2'); extract writes them") }
    let (count, overflows) = rows.multipliedReportingOverflow(by: columns)
    guard !overflows, count <= (data.count - start) / 2, data.count - start == 2 * count else {
      throw refused("\(data.count - start) bytes are not \(rows) × \(columns) numbers: cut off or damaged")
    }
    let values = [Float16](unsafeUninitializedCapacity: count) { values, filled in
      data.dropFirst(start).withUnsafeBytes { UnsafeMutableRawBufferPointer(values).copyMemory(from: $0) }
      filled = count
    }
    guard values.allSatisfy(\.isFinite) else { throw refused("holds a number that is not finite") }
    return DescriptorTable(rows: rows, columns: columns, values: values)
  }
}

extension DescriptorTable {
  /// Reads `<class>.<kind>.npy`.
  ///
  /// - Throws: `FileError` when it cannot be read, `TableError` when it is damaged or of another kind.
  public init(contentsOf path: String) throws { self = try NumPyFile.table(path: path) }

  /// Writes a file, whole or not at all, in 16-bit floats.
  ///
  /// - Throws: `FileError` when it cannot be written.
  public func write(to path: String) throws { try AtomicFile.write(NumPyFile.data(self), to: path) }
}

import Foundation

/// Numbers in 16 bits each.
enum HalfFloats {
  /// The bytes of numbers, low byte first.
  static func data(_ values: [Float16]) -> Data {
    values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
  }

  /// The numbers in bytes; an odd one at the end is left out.
  static func values(_ data: Data) -> [Float16] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map {
        Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)))
      }
    }
  }

  /// The numbers in 16 bits if they lose nothing by it.
  static func exactly(_ values: [Float]) -> [Float16]? {
    let halves = values.map { Float16($0) }
    return zip(halves, values).allSatisfy { Float($0) == $1 } ? halves : nil
  }
}

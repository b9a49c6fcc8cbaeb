import Foundation

/// Numbers in 16 bits each, for those that lose nothing by it.
enum HalfFloats {
  /// The bytes of numbers, low byte first.
  static func data(_ values: [Float]) -> Data {
    values.map { Float16($0).bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
  }

  /// The numbers in bytes; an odd one at the end is left out.
  static func values(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map {
        Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))))
      }
    }
  }

  /// Whether all numbers are the same after they have been through 16 bits.
  static func hold(_ values: [Float]) -> Bool { values.allSatisfy { Float(Float16($0)) == $0 } }
}

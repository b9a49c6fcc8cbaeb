import Foundation

/// The size of an image, read from the first bytes of its file, so that nothing is decoded to learn that it is huge.
package struct ImageHeader: Hashable, Sendable {
  /// Why a file has no size that could be read.
  package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    fileprivate init(_ description: String) { self.description = description }
  }

  package let width: Int
  package let height: Int

  /// Reads the header of a JPEG, PNG or BMP file.
  ///
  /// - Throws: `Refusal` when the file cannot be read or is none of these.
  package init(path: String) throws(Refusal) {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
      throw Refusal("is a folder, not an image")
    }
    guard let file = FileHandle(forReadingAtPath: path) else { throw Refusal("cannot be opened") }
    defer { try? file.close() }
    guard let start = try? file.read(upToCount: 32), !start.isEmpty else { throw Refusal("empty file") }
    let bytes = [UInt8](start)
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      guard bytes.count >= 24 else { throw Self.cutShort }
      self.init(width: Self.bigEndian(bytes[16..<20]), height: Self.bigEndian(bytes[20..<24]))
    } else if bytes.starts(with: [0xFF, 0xD8]) {
      self = try Self.jpeg(file)
    } else if bytes.starts(with: Array("BM".utf8)) {
      guard bytes.count >= 26 else { throw Self.cutShort }
      let height = Int32(truncatingIfNeeded: Self.littleEndian(bytes[22..<26]))  // negative: stored top down
      self.init(width: Self.littleEndian(bytes[18..<22]), height: Int(height.magnitude))
    } else {
      throw Refusal("not a JPEG, PNG or BMP image")
    }
  }

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  private static let cutShort = Refusal("damaged image: the header is cut short")

  /// Walks from segment to segment up to the one that starts a frame.
  private static func jpeg(_ file: FileHandle) throws(Refusal) -> ImageHeader {
    var offset: UInt64 = 2
    while true {
      guard (try? file.seek(toOffset: offset)) != nil, let segment = try? file.read(upToCount: 9),
        segment.count == 9, segment[segment.startIndex] == 0xFF
      else { throw cutShort }
      let bytes = [UInt8](segment)
      switch bytes[1] {
      case 0xFF: offset += 1  // a fill byte
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        return ImageHeader(width: bigEndian(bytes[7..<9]), height: bigEndian(bytes[5..<7]))
      case 0x01, 0xD0...0xD7: offset += 2  // markers without a body
      default: offset += 2 + UInt64(bigEndian(bytes[2..<4]))
      }
    }
  }

  private static func bigEndian(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  private static func littleEndian(_ bytes: some BidirectionalCollection<UInt8>) -> Int { bigEndian(bytes.reversed()) }
}

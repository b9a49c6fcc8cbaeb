import CImageCodecs
import Foundation

/// Encodes pictures as PNG files.
package enum PNGEncoder {
  /// The bytes of a PNG file with these RGB pixels, `(height, width, 3)`.
  ///
  /// - Throws: `ImageError` when there is no memory.
  package static func png(_ rgb: UnsafeBufferPointer<UInt8>, width: Int, height: Int) throws(ImageError) -> Data {
    precondition(rgb.count == 3 * width * height && !rgb.isEmpty, "three numbers a pixel")
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    try Codec.check { mien_png_encode(rgb.baseAddress, UInt32(width), UInt32(height), &bytes, &count, $0) }
    guard let bytes else { throw ImageError(.outOfMemory, "out of memory") }
    return Data(bytesNoCopy: bytes, count: count, deallocator: .custom { memory, _ in mien_codec_free(memory) })
  }
}

import CImageCodecs
import Foundation

/// 8-bit RGB pixels, `(height, width, 3)` row after row without padding.
package final class RGBImage: @unchecked Sendable {
  package let width: Int
  package let height: Int
  /// Never written to once the image is made.
  private let pixels: UnsafeMutablePointer<UInt8>

  /// Takes over pixels that a codec allocated.
  init(width: Int, height: Int, owning pixels: UnsafeMutablePointer<UInt8>) {
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// An image whose bytes `fill` writes, into memory that is zero.
  ///
  /// - Throws: `ImageError` when there is no memory, and what `fill` throws.
  convenience init(
    width: Int, height: Int, fill: (UnsafeMutableBufferPointer<UInt8>) throws(ImageError) -> Void
  ) throws(ImageError) {
    guard let memory = calloc(height, 3 * width) else { throw ImageError(.outOfMemory, "out of memory") }
    let pixels = memory.assumingMemoryBound(to: UInt8.self)
    self.init(width: width, height: height, owning: pixels)
    try fill(UnsafeMutableBufferPointer(start: pixels, count: 3 * width * height))
  }

  deinit { mien_codec_free(pixels) }

  /// The image's bytes, valid during the call.
  package func withBytes<Result, Failure>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: pixels, count: 3 * width * height))
  }

  /// The picture that stored pixels show when EXIF's `orientation`, 1 to 8, is applied.
  func upright(orientation: Int) throws(ImageError) -> RGBImage {
    guard orientation != 1 else { return self }
    let swapsSides = orientation >= 5
    return try RGBImage(width: swapsSides ? height : width, height: swapsSides ? width : height) {
      mien_orient(pixels, UInt32(width), UInt32(height), Int32(orientation), $0.baseAddress)
    }
  }
}

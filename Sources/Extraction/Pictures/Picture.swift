import CDlib
import Foundation
import ImageDecoding

/// A decoded picture in memory that dlib owns.
package final class Picture {
  let handle: OpaquePointer
  package let width: Int
  package let height: Int

  private init(_ handle: OpaquePointer) {
    self.handle = handle
    width = mien_image_width(handle)
    height = mien_image_height(handle)
  }

  deinit { mien_image_free(handle) }

  /// Decodes an image file; EXIF orientation is applied.
  ///
  /// - Throws: `ExtractionFailure` when the file is not an image that can be read, or is too large.
  package convenience init(decoding path: String) throws(ExtractionFailure) {
    let image: RGBImage
    do throws(ImageError) { image = try ImageFile(path: path).decoded() } catch {
      throw ExtractionFailure(error.description)
    }
    let handle = try image.withBytes { (bytes) throws(ExtractionFailure) in
      try Shim.object {
        mien_image_from_rgb(bytes.baseAddress, image.width, image.height, 3 * image.width, $0, $1)
      }
    }
    self.init(handle)
  }

  /// A picture of red, green and blue of each pixel, row after row.
  package convenience init(width: Int, height: Int, rgb: [UInt8]) throws(ExtractionFailure) {
    precondition(rgb.count == 3 * width * height, "three numbers a pixel")
    self.init(try Shim.object { mien_image_from_rgb(rgb, width, height, 3 * width, $0, $1) })
  }

  /// Adds red, green and blue of each pixel, row after row, to sums.
  package func add(to sums: inout [UInt32]) {
    precondition(sums.count == 3 * width * height, "three numbers a pixel")
    mien_image_add(handle, &sums)
  }

  /// Red, green and blue of each pixel, row after row.
  package var rgb: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      mien_image_copy_rgb(handle, start)
      count = 3 * width * height
    }
  }

  /// The bytes of the picture as a PNG file.
  ///
  /// - Throws: `ExtractionFailure` when the file cannot be made.
  package func png() throws(ExtractionFailure) -> Data {
    let (rgb, width, height) = (rgb, width, height)
    do {
      return try rgb.withUnsafeBufferPointer { try PNGEncoder.png($0, width: width, height: height) }
    } catch {
      throw ExtractionFailure("\(error)")
    }
  }

  /// The face with these 68 landmarks, x and y of each in pixels, turned upright and brought to a square of `side` pixels,
  /// with `padding` around dlib's mean face as a share of its size.
  package func faceChip(points: [Double], side: Int, padding: Double) throws(ExtractionFailure) -> Picture {
    precondition(points.count == 2 * 68, "68 points")
    let chip = mien_chip(side: side, padding: padding, cell: 1)
    return Picture(try Shim.object { [handle] in mien_face_chip(handle, points, chip, $0, $1) })
  }

  /// 64 bits of which pictures that look alike share most.
  package func differenceHash() throws(ExtractionFailure) -> UInt64 {
    var hash: UInt64 = 0
    try Shim.check { mien_image_dhash(handle, &hash, $0) }
    return hash
  }

  /// The picture with another number of pixels; both pictures' corner pixels have the same centers.
  func resized(width: Int, height: Int) throws(ExtractionFailure) -> Picture {
    Picture(try Shim.object { [handle] in mien_image_resize(handle, width, height, $0, $1) })
  }

  /// The picture with each side `2^doublings` times as long.
  func enlarged(doublings: Int) throws(ExtractionFailure) -> Picture {
    guard doublings > 0 else { return self }
    let factor = 1 << doublings
    guard width * height * factor * factor <= ImageFile.Limits().maxPixels else {
      throw ExtractionFailure(
        "\(width)×\(height) pixels enlarged \(factor) times are more than 50 megapixels: use a smaller --upsample")
    }
    return try resized(width: width * factor, height: height * factor)
  }
}

/// Why an image gave no landmarks.
public struct ExtractionFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and the cure where there is one.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Calls into the C shim, with its messages turned into errors.
enum Shim {
  /// Runs a call that fills a message on failure.
  static func check(_ call: (mien_message) -> mien_status) throws(ExtractionFailure) {
    var text = [CChar](repeating: 0, count: 256)
    let status = text.withUnsafeMutableBufferPointer { buffer in
      call(mien_message(text: buffer.baseAddress, capacity: buffer.count))
    }
    guard status == MIEN_OK else {
      let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw ExtractionFailure(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Runs a call that makes an object.
  static func object(
    _ call: (UnsafeMutablePointer<OpaquePointer?>, mien_message) -> mien_status
  ) throws(ExtractionFailure) -> OpaquePointer {
    var made: OpaquePointer?
    try check { call(&made, $0) }
    guard let made else { throw ExtractionFailure("dlib made nothing") }
    return made
  }
}

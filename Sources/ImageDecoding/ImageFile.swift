import CImageCodecs
import Foundation

/// The bytes of an image file, and the decoders that they are given to.
///
/// Formats are recognized by content. Pictures are upright: EXIF orientation is applied.
package struct ImageFile: Sendable {
  /// What decoders may do.
  package struct Limits: Sendable {
    /// The maximum number of pixels; more are refused before any memory is allocated for them.
    package var maxPixels = 50_000_000
    /// The maximum size of a file in bytes.
    package var maxBytes = 512 << 20
    /// The maximum number of scans of a progressive JPEG; encoders write about ten.
    package var maxScans = 64
    /// The maximum of pixels times scans, as each scan is a pass over all pixels.
    package var maxScanPixels = 1_000_000_000

    package init() {}
  }

  /// Width and height of a picture in pixels.
  package struct Size: Hashable, Sendable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  package let format: ImageFormat
  private let bytes: Data
  private let limits: Limits

  /// Reads a file whole.
  ///
  /// - Throws: `ImageError` when it is not a regular file, cannot be read, is too large or of another format.
  package init(path: String, limits: Limits = Limits()) throws(ImageError) {
    try self.init(bytes: Self.read(path, prefix: nil, limits: limits), limits: limits)
  }

  package init(bytes: Data, limits: Limits = Limits()) throws(ImageError) {
    format = try ImageFormat(ofFileBeginning: bytes.prefix(16))
    self.bytes = bytes
    self.limits = limits
  }

  /// The upright size of an image file's picture, read from the header alone.
  ///
  /// - Throws: `ImageError` when the file cannot be read or has no valid header.
  /// - Complexity: O(1) for usual files: their first 256 KiB are read, and the whole file only if the header is longer.
  package static func size(ofFileAt path: String, limits: Limits = Limits()) throws(ImageError) -> Size {
    let headBytes = 256 << 10
    let head = try read(path, prefix: headBytes, limits: limits)
    let file = try ImageFile(bytes: head, limits: limits)
    do throws(ImageError) {
      return try file.uprightSize()
    } catch {
      guard head.count == headBytes, error.kind == .damaged else { throw error }
      return try ImageFile(path: path, limits: limits).uprightSize()
    }
  }

  /// The upright size of the picture.
  package func uprightSize() throws(ImageError) -> Size {
    let header: mien_codec_header
    switch format {
    case .jpeg: header = try headerOnly(mien_jpeg_header)
    case .png: header = try headerOnly(mien_png_header)
    case .bmp:
      let bitmap = try BitmapHeader(bytes)
      header = mien_codec_header(width: UInt32(bitmap.width), height: UInt32(bitmap.height), orientation: 1)
    }
    guard header.width > 0, header.height > 0 else {
      throw ImageError(.damaged, "damaged \(format.rawValue): no pixels")
    }
    let swapsSides = header.orientation >= 5
    return Size(
      width: Int(swapsSides ? header.height : header.width), height: Int(swapsSides ? header.width : header.height))
  }

  /// The upright picture.
  ///
  /// - Throws: `ImageError` when the file is damaged, of a variant that is not decoded, or too large.
  package func decoded() throws(ImageError) -> RGBImage {
    switch format {
    case .jpeg: try decoded(mien_jpeg_decode)
    case .png: try decoded(mien_png_decode)
    case .bmp: try BitmapHeader(bytes).image(from: bytes, maxPixels: limits.maxPixels)
    }
  }

  private typealias HeaderReader = (
    UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<mien_codec_header>?, mien_codec_message
  ) -> mien_codec_status
  private typealias Decoder = (
    UnsafePointer<UInt8>?, Int, mien_codec_limits, UnsafeMutablePointer<mien_codec_header>?,
    UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, mien_codec_message
  ) -> mien_codec_status

  private func headerOnly(_ read: HeaderReader) throws(ImageError) -> mien_codec_header {
    var header = mien_codec_header()
    try call { read($0, $1, &header, $2) }
    return header
  }

  private func decoded(_ decode: Decoder) throws(ImageError) -> RGBImage {
    var header = mien_codec_header()
    var pixels: UnsafeMutablePointer<UInt8>?
    let limits = mien_codec_limits(
      max_pixels: UInt64(limits.maxPixels), max_scans: UInt32(limits.maxScans),
      max_scan_pixels: UInt64(limits.maxScanPixels))
    try call { decode($0, $1, limits, &header, &pixels, $2) }
    guard let pixels else { throw ImageError(.damaged, "damaged \(format.rawValue): no pixels") }
    return try RGBImage(width: Int(header.width), height: Int(header.height), owning: pixels)
      .upright(orientation: Int(header.orientation))
  }

  /// Calls a codec with the file's bytes, and turns its status and message into an error.
  private func call(
    _ codec: (UnsafePointer<UInt8>?, Int, mien_codec_message) -> mien_codec_status
  ) throws(ImageError) {
    try Codec.check { message in
      bytes.withUnsafeBytes { buffer in
        codec(buffer.bindMemory(to: UInt8.self).baseAddress, buffer.count, message)
      }
    } describe: { kind, text in
      switch kind {
      case .damaged: "damaged \(format.rawValue): \(text)"
      case .unsupported: "\(format.rawValue) not supported: \(text)"
      default: text
      }
    }
  }

  /// The first `prefix` bytes of a file, or all of them.
  private static func read(_ path: String, prefix: Int?, limits: Limits) throws(ImageError) -> Data {
    // Without O_NONBLOCK opening a pipe waits until somebody writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ImageError(.unreadable, "cannot be opened: " + String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ImageError(.unreadable, "cannot be read") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw ImageError(.unreadable, "is a folder, not an image")
    default: throw ImageError(.unreadable, "is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limits.maxBytes else {
      throw ImageError(.tooLarge, "\(size >> 20) MiB; files of at most \(limits.maxBytes >> 20) MiB are read")
    }
    let wanted = min(size, prefix ?? size)
    var bytes = Data(count: wanted)
    var done = 0
    while done < wanted {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + done }, wanted - done, off_t(done))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ImageError(.unreadable, "cannot be read: " + String(cString: strerror(errno))) }
      guard count > 0 else { break }  // the file has become shorter
      done += count
    }
    return bytes.prefix(done)
  }
}

/// Calls into the C shim, with its status and message turned into errors.
enum Codec {
  static func check(
    _ call: (mien_codec_message) -> mien_codec_status,
    describe: (ImageError.Kind, String) -> String = { $1 }
  ) throws(ImageError) {
    var text = [CChar](repeating: 0, count: 256)
    let status = text.withUnsafeMutableBufferPointer { buffer in
      call(mien_codec_message(text: buffer.baseAddress, capacity: buffer.count))
    }
    let kind: ImageError.Kind
    switch status {
    case MIEN_CODEC_OK: return
    case MIEN_CODEC_UNSUPPORTED: kind = .unsupported
    case MIEN_CODEC_TOO_LARGE: kind = .tooLarge
    case MIEN_CODEC_OUT_OF_MEMORY: kind = .outOfMemory
    default: kind = .damaged
    }
    let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    throw ImageError(kind, describe(kind, reason))
  }
}

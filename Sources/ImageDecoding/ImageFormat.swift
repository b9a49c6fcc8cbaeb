/// A format of image files, recognized by content, whatever a file is called.
package enum ImageFormat: String, Sendable {
  case jpeg = "JPEG"
  case png = "PNG"
  case bmp = "BMP"

  /// The format of a file that begins with these bytes.
  ///
  /// - Throws: `ImageError` for anything else, with the format's name where it is a known one.
  init(ofFileBeginning bytes: some Collection<UInt8>) throws(ImageError) {
    guard !bytes.isEmpty else { throw ImageError(.unsupported, "empty file") }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8]) {
      self = .jpeg
    } else if bytes.starts(with: Array("BM".utf8)) {
      self = .bmp
    } else if let name = Self.nameOfOther(bytes) {
      throw ImageError(.unsupported, "a \(name) file; convert it to JPEG or PNG")
    } else {
      throw ImageError(.unsupported, "not a JPEG, PNG or BMP image")
    }
  }

  /// The name of a format that is recognized but not decoded.
  private static func nameOfOther(_ bytes: some Collection<UInt8>) -> String? {
    let text = bytes.prefix(12).map { $0 < 128 ? Character(Unicode.Scalar($0)) : "?" }
    func has(_ signature: String, at offset: Int = 0) -> Bool {
      text.dropFirst(offset).starts(with: Array(signature))
    }
    if has("GIF8") { return "GIF" }
    if has("RIFF"), has("WEBP", at: 8) { return "WebP" }
    if has("II*\0") || has("MM\0*") { return "TIFF" }
    if has("ftyphe", at: 4) || has("ftypmif1", at: 4) { return "HEIC" }
    if has("ftypavif", at: 4) { return "AVIF" }
    if has("%PDF") { return "PDF" }
    return nil
  }
}

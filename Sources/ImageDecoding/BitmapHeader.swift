import Foundation

/// The header of a BMP file, and the decoder of uncompressed pixels.
///
/// Written here because no small library for BMP is packaged, and dlib's loader takes some compressed files for
/// uncompressed ones. Layout: Microsoft, "Bitmap Storage" (BITMAPFILEHEADER, BITMAPINFOHEADER, BITMAPV4HEADER).
struct BitmapHeader {
  let width: Int
  let height: Int
  private let isTopDown: Bool
  private let bitsPerPixel: Int
  private let pixelOffset: Int
  private let paletteOffset: Int
  private let colorsUsed: Int
  private let hasSmallPalette: Bool
  private let hasAlpha: Bool

  /// - Throws: `ImageError` when the header is truncated or of a variant that is not decoded.
  init(_ bytes: Data) throws(ImageError) {
    let field = Fields(bytes: bytes)
    let headerSize = try field.uint32(14)
    pixelOffset = try field.uint32(10)
    paletteOffset = 14 + headerSize
    let compression: Int
    if headerSize == 12 {
      width = try field.uint16(18)
      height = try field.uint16(20)
      isTopDown = false
      bitsPerPixel = try field.uint16(24)
      compression = 0
      colorsUsed = 0
      hasSmallPalette = true
    } else {
      guard headerSize >= 40, headerSize <= 256 else {
        throw ImageError(.unsupported, "BMP not supported: header of \(headerSize) bytes")
      }
      width = Int(Int32(truncatingIfNeeded: try field.uint32(18)))
      let signedHeight = Int(Int32(truncatingIfNeeded: try field.uint32(22)))
      height = abs(signedHeight)
      isTopDown = signedHeight < 0
      bitsPerPixel = try field.uint16(28)
      compression = try field.uint32(30)
      colorsUsed = try field.uint32(46)
      hasSmallPalette = false
    }
    guard width > 0, height > 0 else { throw ImageError(.damaged, "damaged BMP: no pixels") }
    // Bit fields are read where they say what is usual without them.
    var hasUsualMasks = false
    var alphaMask = 0
    if compression == 3, bitsPerPixel == 32 {
      let masks = (try field.uint32(54), try field.uint32(58), try field.uint32(62))
      // Headers of the first version have no mask of alpha.
      if headerSize >= 56 { alphaMask = try field.uint32(66) }
      hasUsualMasks = masks == (0xFF0000, 0xFF00, 0xFF) && [0, 0xFF00_0000].contains(alphaMask)
    }
    hasAlpha = alphaMask != 0
    guard [1, 4, 8, 24, 32].contains(bitsPerPixel), compression == 0 || hasUsualMasks else {
      throw ImageError(
        .unsupported,
        "BMP not supported: \(bitsPerPixel) bits a pixel, compression \(compression); convert it to PNG")
    }
  }

  /// The picture of a file with this header.
  func image(from bytes: Data, maxPixels: Int) throws(ImageError) -> RGBImage {
    guard width <= maxPixels, height <= maxPixels, width * height <= maxPixels else {
      throw ImageError(
        .tooLarge, "\(width)×\(height) pixels; at most \(maxPixels / 1_000_000) megapixels are read")
    }
    // Rows end at a multiple of four bytes.
    let stride = (width * bitsPerPixel + 31) / 32 * 4
    guard pixelOffset >= paletteOffset, pixelOffset + stride * height <= bytes.count else {
      throw ImageError(.damaged, "damaged BMP: the file ends too early")
    }
    let palette = try self.palette(in: bytes)
    return try RGBImage(width: width, height: height) { (rgb) throws(ImageError) in
      let isWhole = bytes.withUnsafeBytes { (file: UnsafeRawBufferPointer) -> Bool in
        for y in 0..<height {
          let row = pixelOffset + (isTopDown ? y : height - 1 - y) * stride
          for x in 0..<width {
            var color: (UInt8, UInt8, UInt8)
            if bitsPerPixel >= 24 {
              let place = row + x * bitsPerPixel / 8
              color = (file[place + 2], file[place + 1], file[place])
              if hasAlpha { color = Self.overWhite(color, alpha: file[place + 3]) }
            } else {
              let bit = x * bitsPerPixel
              let index = Int(file[row + bit / 8]) >> (8 - bitsPerPixel - bit % 8) & (1 << bitsPerPixel - 1)
              guard index < palette.count else { return false }
              color = palette[index]
            }
            let place = 3 * (y * width + x)
            (rgb[place], rgb[place + 1], rgb[place + 2]) = color
          }
        }
        return true
      }
      guard isWhole else { throw ImageError(.damaged, "damaged BMP: a pixel's color is not in its palette") }
    }
  }

  private static func overWhite(_ color: (UInt8, UInt8, UInt8), alpha: UInt8) -> (UInt8, UInt8, UInt8) {
    func mixed(_ value: UInt8) -> UInt8 {
      let sum = Int(value) * Int(alpha) + 255 * (255 - Int(alpha))
      return UInt8((sum + 127) / 255)
    }
    return (mixed(color.0), mixed(color.1), mixed(color.2))
  }

  private func palette(in bytes: Data) throws(ImageError) -> [(UInt8, UInt8, UInt8)] {
    guard bitsPerPixel <= 8 else { return [] }
    let most = 1 << bitsPerPixel
    guard colorsUsed <= most else { throw ImageError(.damaged, "damaged BMP: a palette of \(colorsUsed) colors") }
    let size = hasSmallPalette ? 3 : 4
    let count = min(colorsUsed == 0 ? most : colorsUsed, (pixelOffset - paletteOffset) / size)
    let start = bytes.startIndex + paletteOffset
    return (0..<count).map { index in
      let place = start + size * index
      return (bytes[place + 2], bytes[place + 1], bytes[place])
    }
  }

  /// Little-endian numbers of a file.
  private struct Fields {
    let bytes: Data

    func uint16(_ offset: Int) throws(ImageError) -> Int { try number(offset, size: 2) }
    func uint32(_ offset: Int) throws(ImageError) -> Int { try number(offset, size: 4) }

    private func number(_ offset: Int, size: Int) throws(ImageError) -> Int {
      guard offset + size <= bytes.count else { throw ImageError(.damaged, "damaged BMP: the header is truncated") }
      return (0..<size).reduce(0) { $0 | Int(bytes[bytes.startIndex + offset + $1]) << (8 * $1) }
    }
  }
}

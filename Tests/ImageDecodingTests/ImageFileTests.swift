import Foundation
import ImageDecoding
import TestSupport
import Testing

/// The bytes of a decoded picture.
private func rgb(_ image: RGBImage) -> [UInt8] { image.withBytes { Array($0) } }

private func data(_ name: String) throws -> Data {
  try Data(contentsOf: URL(fileURLWithPath: Repository.samples + "/" + name))
}

/// The picture that bytes of a file hold.
private func decoded(_ bytes: Data, limits: ImageFile.Limits = ImageFile.Limits()) throws -> RGBImage {
  try ImageFile(bytes: bytes, limits: limits).decoded()
}

private func failure(of bytes: Data, limits: ImageFile.Limits = ImageFile.Limits()) -> ImageError? {
  do {
    _ = try decoded(bytes, limits: limits)
    return nil
  } catch {
    return error as? ImageError
  }
}

/// A TIFF structure with one entry: the orientation, in either byte order.
private func exif(orientation: UInt8, isBigEndian: Bool) -> [UInt8] {
  isBigEndian
    ? [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
    : [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
}

private func bigEndian(_ number: Int, bytes: Int = 4) -> [UInt8] {
  (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// A PNG chunk with its checksum.
private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
  let checked = Array(name.utf8) + content
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in checked {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return bigEndian(content.count) + checked + bigEndian(Int(~crc))
}

/// Where the signature and the IHDR chunk of a PNG end.
private let afterPNGHeader = 33

@Suite struct OrientationTests {
  /// Where EXIF 2.32, section 4.6.4, says that row 0 and column 0 of the stored pixels are in the upright picture.
  private static func upright(
    _ pixels: [UInt8], width: Int, height: Int, orientation: Int
  ) -> (pixels: [UInt8], width: Int, height: Int) {
    let (w, h) = orientation >= 5 ? (height, width) : (width, height)
    var upright = [UInt8](repeating: 0, count: pixels.count)
    for y in 0..<height {
      for x in 0..<width {
        let (row, column) =
          switch orientation {
          case 1: (y, x)  // row 0 at the top, column 0 at the left
          case 2: (y, width - 1 - x)  // top, right
          case 3: (height - 1 - y, width - 1 - x)  // bottom, right
          case 4: (height - 1 - y, x)  // bottom, left
          case 5: (x, y)  // left, top
          case 6: (x, height - 1 - y)  // right, top
          case 7: (width - 1 - x, height - 1 - y)  // right, bottom
          default: (width - 1 - x, y)  // left, bottom
          }
        for channel in 0..<3 { upright[3 * (row * w + column) + channel] = pixels[3 * (y * width + x) + channel] }
      }
    }
    return (upright, w, h)
  }

  @Test(arguments: 1...8, [true, false])
  func exifOrientationIsAppliedToJPEG(orientation: Int, isBigEndian: Bool) throws {
    let plain = try data("others/oriented.jpg")
    let stored = try decoded(plain)
    let content = Array("Exif\0\0".utf8) + exif(orientation: UInt8(orientation), isBigEndian: isBigEndian)
    let segment = [0xFF, 0xE1] + bigEndian(content.count + 2, bytes: 2) + content
    // After the first two bytes, before whatever markers the file has.
    let turned = plain.prefix(2) + Data(segment) + plain.dropFirst(2)
    // The sample itself has an orientation, which the first Exif segment replaces.
    let own = Self.stored(stored)
    let expected = Self.upright(own.pixels, width: own.width, height: own.height, orientation: orientation)
    let image = try decoded(turned)
    #expect(image.width == expected.width && image.height == expected.height)
    #expect(rgb(image) == expected.pixels)
  }

  /// The stored pixels of the sample: its orientation is 6.
  private static func stored(_ image: RGBImage) -> (pixels: [UInt8], width: Int, height: Int) {
    upright(rgb(image), width: image.width, height: image.height, orientation: 8)
  }

  @Test(arguments: 1...8)
  func exifOrientationIsAppliedToPNG(orientation: Int) throws {
    let (width, height) = (5, 3)
    let pixels = (0..<3 * width * height).map { UInt8($0 * 5) }
    let plain = try pixels.withUnsafeBufferPointer { try PNGEncoder.png($0, width: width, height: height) }
    let chunk = chunk("eXIf", exif(orientation: UInt8(orientation), isBigEndian: orientation % 2 == 0))
    let image = try decoded(plain.prefix(afterPNGHeader) + Data(chunk) + plain.dropFirst(afterPNGHeader))
    let expected = Self.upright(pixels, width: width, height: height, orientation: orientation)
    #expect(image.width == expected.width && image.height == expected.height && rgb(image) == expected.pixels)
  }

  @Test(arguments: [0, 9, 255])
  func orientationsThatDoNotExistChangeNothing(orientation: UInt8) throws {
    let plain = try data("faces/happy/portrait.jpg")
    let content = Array("Exif\0\0".utf8) + exif(orientation: orientation, isBigEndian: true)
    let segment = [0xFF, 0xE1] + bigEndian(content.count + 2, bytes: 2) + content
    #expect(rgb(try decoded(plain.prefix(2) + Data(segment) + plain.dropFirst(2))) == rgb(try decoded(plain)))
  }

  @Test func everyCutOfExifDataIsHarmless() throws {
    let plain = try data("faces/happy/tiny_gray.png")
    let expected = rgb(try decoded(plain))
    let whole = exif(orientation: 1, isBigEndian: false)
    for length in 4..<whole.count {
      let chunk = chunk("eXIf", Array(whole.prefix(length)))
      let image = try? decoded(plain.prefix(afterPNGHeader) + Data(chunk) + plain.dropFirst(afterPNGHeader))
      if let image { #expect(rgb(image) == expected, "\(length)") }
    }
  }
}

@Suite struct ImageFileTests {
  @Test(arguments: [
    ("faces/happy/portrait.jpg", 300, 300), ("faces/happy/tiny_gray.png", 48, 48), ("others/montage.png", 700, 184),
    ("others/oriented.jpg", 260, 320), ("others/truncated.jpg", 300, 300),
  ])
  func sizesAreReadFromTheHeader(image: String, width: Int, height: Int) throws {
    let size = try ImageFile.size(ofFileAt: Repository.samples + "/" + image)
    #expect(size == ImageFile.Size(width: width, height: height))
  }

  /// The same 32 × 32 picture in every variant, made by make_image_fixtures.py; `tolerance` is the largest mean difference of
  /// a channel that compression or rounding explains.
  @Test(arguments: [
    ("rgb.png", 0), ("interlaced.png", 0), ("rgba_opaque.png", 0), ("rgb16.png", 0), ("rgba16.png", 0),
    ("bmp24.bmp", 0), ("bmp32.bmp", 0), ("bmp24_top_down.bmp", 0), ("rgb.jpg", 3), ("progressive.jpg", 3),
    ("cmyk.jpg", 4), ("ycck.jpg", 4), ("misnamed_png.jpg", 0),
  ])
  func everyVariantGivesTheSamePicture(file: String, tolerance: Double) throws {
    let reference = rgb(try ImageFile(path: Repository.root + "/Tests/Fixtures/images/rgb.png").decoded())
    let image = rgb(try ImageFile(path: Repository.root + "/Tests/Fixtures/images/" + file).decoded())
    try #require(image.count == reference.count)
    let total = zip(image, reference).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
    #expect(total / Double(image.count) <= tolerance, "\(file)")
  }

  @Test(arguments: [
    ("gray.png", 0), ("gray16.png", 0), ("gray_alpha.png", 0), ("palette8.bmp", 0), ("gray.jpg", 2),
  ])
  func grayVariantsGiveTheSamePicture(file: String, tolerance: Double) throws {
    let reference = rgb(try ImageFile(path: Repository.root + "/Tests/Fixtures/images/gray.png").decoded())
    let image = rgb(try ImageFile(path: Repository.root + "/Tests/Fixtures/images/" + file).decoded())
    try #require(image.count == reference.count)
    let total = zip(image, reference).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
    #expect(total / Double(image.count) <= tolerance, "\(file)")
  }

  /// Left half transparent, right half opaque red.
  @Test(arguments: ["alpha.png", "palette_alpha.png", "alpha.bmp"])
  func transparencyIsCompositedOverWhite(file: String) throws {
    let image = try ImageFile(path: Repository.root + "/Tests/Fixtures/images/" + file).decoded()
    let row = rgb(image).prefix(3 * image.width)
    #expect(row.prefix(3).elementsEqual([255, 255, 255]))
    #expect(row.suffix(3).elementsEqual([255, 0, 0]))
  }

  @Test(arguments: ["rgb.jpg", "progressive.jpg", "rgb.png", "interlaced.png", "bmp24.bmp"])
  func everyTruncationIsDamage(file: String) throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/Tests/Fixtures/images/" + file))
    for length in 0..<whole.count - 1 {
      // The last byte of a JPEG is half of its end marker; of a BMP it is the last pixel's.
      guard let error = failure(of: whole.prefix(length)) else {
        Issue.record("\(file) cut to \(length) of \(whole.count) bytes is taken")
        continue
      }
      #expect(error.kind == .damaged || length < 8, "\(file) cut to \(length): \(error)")
    }
  }

  @Test func aDecoderSaysTheSameOfTheSameBytesEveryTime() throws {
    for file in ["cmyk.jpg", "ycck.jpg", "rgb16.png"] {
      let file = try ImageFile(path: Repository.root + "/Tests/Fixtures/images/" + file)
      let first = rgb(try file.decoded())
      for _ in 0..<10 { #expect(rgb(try file.decoded()) == first) }
    }
  }

  /// Pixels that a header claims and no file could hold.
  static let bombs: [(name: String, bytes: [UInt8])] = [
    (
      "png",
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + chunk("IHDR", bigEndian(1_000_000) + bigEndian(1_000_000) + [8, 2, 0, 0, 0]) + chunk("IDAT", [])
    ),
    (
      "jpeg",
      [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xFF, 0xDC, 0xFF, 0xDC, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
        + [0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]
    ),
    (
      "bmp",
      Array("BM".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 0x60, 0xEA, 0, 0, 0x60, 0xEA, 0, 0]
        + [1, 0, 24, 0] + [UInt8](repeating: 0, count: 24)
    ),
  ]

  @Test(arguments: bombs)
  func aPictureThatClaimsToBeHugeIsRefusedFromItsHeader(name: String, bytes: [UInt8]) throws {
    let error = try #require(failure(of: Data(bytes)))
    #expect(error.kind == .tooLarge)
    #expect(error.description.hasSuffix("pixels; at most 50 megapixels are read"))
  }

  /// Each further scan costs a pass over all pixels and a few bytes.
  @Test func aProgressiveJPEGWithTooManyScansIsRefused() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/Tests/Fixtures/images/progressive.jpg"))
    var limits = ImageFile.Limits()
    limits.maxScans = 3
    #expect(failure(of: whole, limits: limits)?.description == "too many scans for its size")
    limits.maxScans = 64
    limits.maxScanPixels = 32 * 32 * 3
    #expect(failure(of: whole, limits: limits)?.kind == .tooLarge)
    #expect(failure(of: whole) == nil)
  }

  @Test func fillBytesBeforeAMarkerCostNothing() throws {
    let plain = try data("faces/happy/portrait.jpg")
    let padded = plain.prefix(2) + Data(repeating: 0xFF, count: 1 << 23) + plain.dropFirst(2)
    #expect(rgb(try decoded(padded)) == rgb(try decoded(plain)))
  }

  @Test(arguments: [
    ("GIF89a", "a GIF file; convert it to JPEG or PNG"), ("II*\0", "a TIFF file; convert it to JPEG or PNG"),
    ("RIFF\0\0\0\0WEBPVP8 ", "a WebP file; convert it to JPEG or PNG"), ("", "empty file"),
    ("hello", "not a JPEG, PNG or BMP image"),
  ])
  func otherFormatsAreNamed(beginning: String, reason: String) {
    #expect(failure(of: Data(beginning.utf8))?.description == reason)
  }

  @Test func runLengthEncodedBitmapsAreRefusedAndNotTakenForOthers() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/Tests/Fixtures/images/rle8.bmp"))
    let error = try #require(failure(of: whole))
    #expect(error.kind == .unsupported && error.description.contains("compression 1"))
  }

  @Test func aPipeWithoutAWriterIsRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/pipe.jpg"
    try #require(mkfifo(path, 0o644) == 0)
    let error = #expect(throws: ImageError.self) { try ImageFile(path: path) }
    #expect(error?.description == "is not a regular file")
    #expect(throws: ImageError.self) { try ImageFile.size(ofFileAt: path) }
  }
}

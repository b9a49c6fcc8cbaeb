import Basics
import Foundation
import ImageDecoding
import Landmarks

/// The picture that a table's row was read from, small enough to stand within a page.
package struct FacePicture: Sendable {
  /// The file as a `data:` address.
  package let dataURI: String
  package let width: Int
  package let height: Int

  /// The most bytes of a file that is taken in.
  package static let maxBytes = 200_000

  /// The picture of a row, if it can be found. Tables name pictures by their path below the folder of their class; that
  /// folder is looked for beside the tables and beside the tables' own folder.
  ///
  /// - Parameters:
  ///   - image: what the table's `image` column says.
  ///   - tableFolder: the folder of the tables.
  package init?(image: String, className: String, tableFolder: String) {
    guard LandmarkTable.isBelowItsFolder(image: image) else { return nil }
    let folders = [tableFolder, Paths.joined(tableFolder, "..")]
    let found = folders.lazy.compactMap { Self(file: "\($0)/\(className)/\(image)") }.first
    guard let found else { return nil }
    self = found
  }

  /// - Returns: `nil` for a file that is too large, no JPEG or PNG, or a JPEG with Exif data, which may turn it while
  ///   landmarks are drawn over it.
  private init?(file: String) {
    let size = (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int
    guard let size, size > 0, size < Self.maxBytes, let pixels = try? ImageFile.size(ofFileAt: file),
      let data = try? AtomicFile.read(file)
    else { return nil }
    let isPNG = data.starts(with: [0x89, 0x50])
    guard isPNG || data.starts(with: [0xFF, 0xD8]), data.prefix(65_536).range(of: Data("Exif".utf8)) == nil else {
      return nil
    }
    dataURI = "data:image/\(isPNG ? "png" : "jpeg");base64," + data.base64EncodedString()
    (width, height) = (pixels.width, pixels.height)
  }
}

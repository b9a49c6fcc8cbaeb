import Basics
import Foundation
import ImageDecoding
import Landmarks
import Synchronization

/// The mean of many pictures, pixel by pixel.
package struct MeanPicture: Sendable {
  package let width: Int
  package let height: Int
  /// How many pictures it is the mean of.
  package private(set) var count = 0
  /// Red, green and blue of each pixel, row after row, summed up. Whole numbers, so that the order does not matter.
  private var sums: [UInt64]

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    sums = Array(repeating: 0, count: 3 * width * height)
  }

  /// Takes the sums of some pictures in.
  fileprivate mutating func add(_ other: PictureSums) {
    count += other.count
    for place in sums.indices { sums[place] += UInt64(other.sums[place]) }
  }

  /// Takes another mean in, as if of all their pictures.
  package mutating func add(_ other: MeanPicture) {
    precondition(other.sums.count == sums.count, "pictures of one size")
    count += other.count
    for place in sums.indices { sums[place] += other.sums[place] }
  }

  /// Red, green and blue of each pixel; black where there are no pictures.
  package var rgb: [UInt8] {
    let divisor = UInt64(max(1, count))
    return sums.map { UInt8(clamping: ($0 + divisor / 2) / divisor) }
  }

  /// The bytes of the mean as a PNG file.
  ///
  /// - Throws: `ExtractionFailure` when the file cannot be made.
  package func png() throws(ExtractionFailure) -> Data {
    try Picture(width: width, height: height, rgb: rgb).png()
  }
}

/// The sums of a few pictures: 2²⁴ of them fit.
private struct PictureSums: Sendable {
  var count = 0
  var sums: [UInt32]

  mutating func add(_ picture: Picture) {
    picture.add(to: &sums)
    count += 1
  }
}

/// The pictures that the faces of a landmark table come from.
package struct TablePictures: Sendable {
  /// The class.
  package let className: String
  /// The file of each row.
  package let paths: [String]
  private let table: LandmarkTable

  /// The pictures of a table below a folder with a sub-folder for each class, as `mien extract` takes them.
  ///
  /// - Returns: `nil` for a table that does not name its images.
  package init?(_ table: LandmarkTable, folder: String) {
    guard let images = table.metadata("image") else { return nil }
    className = table.className
    // The folder stands for a picture outside of it: no picture.
    paths = images.map { "\(folder)/\(table.className)/\(LandmarkTable.isBelowItsFolder(image: $0) ? $0 : "")" }
    self.table = table
  }

  /// The size of each row's picture, or why it is not known, from the first bytes of its file.
  ///
  /// - Complexity: O(rows) files opened.
  package func sizes(threads: Int) throws -> [Result<ImageFile.Size, ImageError>] {
    try Parallel.map(count: paths.count, threads: threads) { row in
      Result { () throws(ImageError) in try ImageFile.size(ofFileAt: paths[row]) }
    }
  }

  /// What came of looking at the pictures.
  package struct Means: Sendable {
    /// The mean of whole pictures, each taken once and brought to one size.
    package var pictures: MeanPicture
    /// The mean of the faces cut out and turned upright by their landmarks; `nil` if there are not 68 of these.
    package var chips: MeanPicture?
    /// Files that could not be used and why, in the order of the rows.
    package var failures: [(path: String, reason: String)]
  }

  /// The side of a chip in pixels, and what is around dlib's mean face as a share of its size.
  package static let chipSide = 120
  private static let chipPadding = 0.25
  private static let blockRows = 256

  /// The means of all pictures, whole ones brought to `size`.
  ///
  /// The same bytes at any number of threads. `report` is called with the rows done, one call at a time.
  ///
  /// - Throws: nothing of its own: a picture that cannot be used is a failure, not an error.
  /// - Complexity: O(pixels of all pictures).
  package func means(
    size: ImageFile.Size, threads: Int, report: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> Means {
    let hasChips = table.scheme.pointCount == 68
    let side = Self.chipSide
    let totals = Mutex(
      (
        pictures: MeanPicture(width: size.width, height: size.height),
        chips: hasChips ? MeanPicture(width: side, height: side) : nil
      ))
    let counter = ProgressCounter(report)
    let blocks = try Parallel.map(
      count: (paths.count + Self.blockRows - 1) / Self.blockRows, threads: threads
    ) { block in
      var pictures = PictureSums(sums: Array(repeating: 0, count: 3 * size.width * size.height))
      var chips = PictureSums(sums: Array(repeating: 0, count: 3 * side * side))
      var failures: [(path: String, reason: String)] = []
      for row in block * Self.blockRows..<min(paths.count, (block + 1) * Self.blockRows) {
        do throws(ExtractionFailure) {
          let picture = try Picture(decoding: paths[row])
          // A picture with several faces has its rows one after the other.
          if row == 0 || paths[row - 1] != paths[row] {
            let isOfSize = picture.width == size.width && picture.height == size.height
            pictures.add(isOfSize ? picture : try picture.resized(width: size.width, height: size.height))
          }
          if hasChips { chips.add(try chip(of: picture, row: row)) }
        } catch {
          failures.append((paths[row], error.description))
        }
        counter.count()
      }
      totals.withLock { totals in
        totals.pictures.add(pictures)
        totals.chips?.add(chips)
      }
      return failures
    }
    let (pictures, chips) = totals.withLock { $0 }
    return Means(pictures: pictures, chips: chips, failures: blocks.flatMap { $0 })
  }

  /// A row's face. Small pictures are enlarged first, as for their landmarks: dlib places chips by whole pixels.
  private func chip(of picture: Picture, row: Int) throws(ExtractionFailure) -> Picture {
    let doublings = ExtractionOptions().doublings(width: picture.width, height: picture.height)
    let enlarged = try picture.enlarged(doublings: doublings)
    func scale(_ side: Int, _ enlarged: Int) -> Double { side > 1 ? Double(enlarged - 1) / Double(side - 1) : 1 }
    let (x, y) = (scale(picture.width, enlarged.width), scale(picture.height, enlarged.height))
    let points = table.face(row).enumerated().map { Double($1) * ($0 % 2 == 0 ? x : y) }
    // Points in one place have no size to bring to that of a chip, and ones far away are no face of this picture.
    let farthest = 10 * Double(max(enlarged.width, enlarged.height))
    let xs = stride(from: 0, to: points.count, by: 2).map { points[$0] }
    guard let left = xs.min(), let right = xs.max(), right - left >= 2,
      points.allSatisfy({ abs($0) <= farthest })
    else {
      throw ExtractionFailure("the landmarks are no face of this image")
    }
    return try enlarged.faceChip(points: points, side: Self.chipSide, padding: Self.chipPadding)
  }
}

import Basics
import Landmarks

/// The sizes of the images that faces come from.
public struct ImageSizes: Hashable, Sendable, Codable {
  /// A size and the rows whose image has it.
  public struct Size: Hashable, Sendable, Codable {
    /// Pixels from left to right.
    public let width: Int
    /// Pixels from top to bottom.
    public let height: Int
    /// Rows with an image of this size.
    public let rows: Int

    /// A size from its parts.
    public init(width: Int, height: Int, rows: Int) {
      self.width = width
      self.height = height
      self.rows = rows
    }
  }

  /// The sizes, the most common first, of two as common the smaller.
  public let sizes: [Size]
  /// Rows whose image's size is not known.
  public let unknownRows: Int

  /// The metadata columns that give an image's size; `width` and `height` are those of the face's box.
  public static let columns = (width: "image_width", height: "image_height")

  /// Counts the sizes of rows' images; `nil` for one that is not known.
  public init(_ sizes: [(width: Int, height: Int)?]) {
    var counts: [[Int]: Int] = [:]
    for case let size? in sizes { counts[[size.width, size.height], default: 0] += 1 }
    self.sizes = counts.map { Size(width: $0.key[0], height: $0.key[1], rows: $0.value) }
      .sorted { (-$0.rows, $0.width, $0.height) < (-$1.rows, $1.width, $1.height) }
    unknownRows = sizes.count { $0 == nil }
  }

  /// The sizes that tables note of themselves; `nil` when they note none.
  public init?(metadataOf dataset: LandmarkDataset) {
    let pairs = zip(dataset.metadata(Self.columns.width), dataset.metadata(Self.columns.height))
    let sizes = pairs.map { width, height -> (width: Int, height: Int)? in
      guard let width = Int(width), let height = Int(height), width > 0, height > 0 else { return nil }
      return (width, height)
    }
    guard sizes.contains(where: { $0 != nil }) else { return nil }
    self.init(sizes)
  }

  /// `width,height,rows`, the most common first.
  package var csv: String {
    var csv = CSVText(header: ["width", "height", "rows"])
    for size in sizes { csv.append(["\(size.width)", "\(size.height)", "\(size.rows)"]) }
    return csv.text
  }
}

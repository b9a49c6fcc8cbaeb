import Foundation

/// The mean picture of a class's faces.
public struct MeanFace: Hashable, Sendable {
  /// What is averaged.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Whole pictures, brought to one size.
    case picture
    /// Faces cut out and turned upright by their landmarks.
    case chip
  }

  /// The class; `nil` for the mean of all.
  public let className: String?
  /// Whether it is of the test tables.
  public let isTest: Bool
  /// What is averaged.
  public let kind: Kind
  /// How many are.
  public let count: Int
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// The picture as a PNG file.
  public let png: Data

  /// A mean from its parts.
  public init(
    className: String?, isTest: Bool = false, kind: Kind, count: Int, width: Int, height: Int, png: Data
  ) {
    self.className = className
    self.isTest = isTest
    self.kind = kind
    self.count = count
    self.width = width
    self.height = height
    self.png = png
  }
}

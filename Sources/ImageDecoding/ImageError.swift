/// Why a file gave no picture.
package struct ImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault it is.
  package enum Kind: Sendable {
    /// The file cannot be opened or read.
    case unreadable
    /// The file is truncated or corrupt; a decoder's warning counts.
    case damaged
    /// A format, or a variant of one, that is not decoded.
    case unsupported
    /// More pixels, or more work for them, than the limits allow.
    case tooLarge
    /// The system has no memory for the pixels.
    case outOfMemory
  }

  package let kind: Kind
  /// What is wrong, and the cure where there is one; without the file's name.
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

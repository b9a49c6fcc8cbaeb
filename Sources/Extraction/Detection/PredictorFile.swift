import Basics
import Foundation

/// The bytes of a dlib shape predictor's file, checked before dlib reads them: dlib allocates what a count asks for and uses
/// indices as they are.
///
/// The format, as `dlib::serialize` writes it:
///
///     file    = integer 1, shape, forests, anchors, deltas
///     forests = list of cascades, each a list of trees
///     tree    = list of splits (index, index, threshold), list of leaves (each a shape)
///     anchors = list of cascades, each a list of indices of points
///     deltas  = list of cascades, each a list of x and y
///     list    = integer count, elements
///     shape   = integer −rows, integer −columns, rows × columns numbers
///
/// An integer is a byte with its sign (bit 7) and length (bits 0 to 3), and as many bytes, low ones first. A number is the
/// integers mantissa and exponent of 2. Only shortest forms are accepted, as dlib writes no others, so that most damage shows.
struct PredictorFile {
  let bytes: Data
  /// The SHA-256 of the file.
  let sha256: String
  /// The number of points that the predictor places.
  let pointCount: Int

  /// Reads and checks a file.
  ///
  /// - Throws: `PredictorError` when there is no such file or it is not a predictor that is safe to use.
  /// - Complexity: O(bytes): 0.1 s for dlib's own predictor of 68 points (97 MB), 0.3 s for another one of its size.
  init(path: String) throws(PredictorError) {
    let bytes: Data
    do {
      bytes = try AtomicFile.read(path)
    } catch {
      throw PredictorError(kind: .missing, description: "\(error)")
    }
    try self.init(bytes: bytes, path: path)
  }

  /// Checks the bytes of a file; `path` names it in errors.
  init(bytes: Data, path: String) throws(PredictorError) {
    func unreadable(_ reason: String) -> PredictorError {
      PredictorError(kind: .unreadable, description: "\(path): \(reason)")
    }
    self.bytes = bytes
    if bytes.starts(with: Array("BZh".utf8)) {
      throw unreadable("compressed; unpack it: bunzip2 --keep \(path)")
    }
    sha256 = Checksum.sha256Hex(bytes)
    // Every bit of the file that everybody has is known.
    if sha256 == Self.knownSHA256 {
      pointCount = 68
      return
    }
    do throws(PredictorFault) {
      pointCount = try PredictorParser.pointCount(ofFile: bytes)
    } catch {
      throw unreadable("not a dlib shape predictor, or damaged: at byte \(error.offset), \(error.reason)")
    }
    guard bytes.count != Self.knownByteCount else {
      throw unreadable("a damaged copy of dlib's predictor of 68 points: its SHA-256 is another one; copy it again")
    }
  }

  /// dlib's shape_predictor_68_face_landmarks.dat.
  private static let knownByteCount = 99_693_937
  private static let knownSHA256 = "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f"
}

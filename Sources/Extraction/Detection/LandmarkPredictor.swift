import CDlib
import Foundation
import Landmarks

/// dlib's shape predictor (Kazemi & Sullivan 2014, doi:10.1109/CVPR.2014.241). Never changes: threads share it.
public final class LandmarkPredictor: @unchecked Sendable {
  private let handle: OpaquePointer
  /// How the predictor's points are placed.
  public let scheme: LandmarkScheme
  /// The SHA-256 of its file.
  package let sha256: String

  /// Where Debian's libdlib-data puts the 68-point predictor.
  public static let defaultPath = "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

  /// Loads a predictor file (68 points: 97 MB, about a second).
  ///
  /// - Throws: `PredictorError` when there is no such file or dlib cannot read it.
  public convenience init(path: String = defaultPath) throws {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw PredictorError(
        kind: .missing,
        description: path == Self.defaultPath
          ? "shape_predictor_68_face_landmarks.dat not found: apt install libdlib-data, or pass --predictor PATH"
          : "\(path): no such predictor file")
    }
    try self.init(PredictorFile(path: path), path: path)
  }

  /// A predictor from the bytes of its file; `path` names it in errors.
  package convenience init(bytes: Data, path: String) throws {
    try self.init(PredictorFile(bytes: bytes, path: path), path: path)
  }

  private init(_ file: PredictorFile, path: String) throws {
    do {
      handle = try file.bytes.withUnsafeBytes { bytes in
        try Shim.object { mien_predictor_load(bytes.baseAddress, bytes.count, $0, $1) }
      }
    } catch {
      throw PredictorError(
        kind: .unreadable, description: "\(path): not a dlib shape predictor, or damaged (\(error))")
    }
    scheme = LandmarkScheme(pointCount: file.pointCount)
    sha256 = file.sha256
  }

  deinit { mien_predictor_free(handle) }

  /// The points of a face that fills the picture, x and y of each, from one pass.
  package func points(inWhole picture: Picture) throws(ExtractionFailure) -> [Double] {
    let box = FaceDetector.Box(left: 0, top: 0, right: picture.width - 1, bottom: picture.height - 1, score: nil)
    return try points(in: picture, box: box, jitters: 0, passes: 1)
  }

  /// The points of the face in a box, x and y of each, in pixels of the picture.
  ///
  /// - Parameters:
  ///   - jitters: how many moved copies of the box the last pass asks, too. One box gives other points when it is moved a
  ///     little; the mean is steadier.
  ///   - passes: 2 to look again where the points of the first pass are, if there are 68.
  func points(
    in picture: Picture, box: FaceDetector.Box, jitters: Int, passes: Int
  ) throws(ExtractionFailure) -> [Double] {
    func boxes(_ box: FaceDetector.Box) -> [FaceDetector.Box] {
      [box] + Self.moves.prefix(jitters).map { box.moved(right: $0.right, down: $0.down, size: $0.size) }
    }
    guard passes > 1, scheme == .ibug68, let partners = scheme.mirror else {
      return try points(in: picture, boxes: boxes(box))
    }
    let first = try points(in: picture, boxes: [box])
    let upright = boxes(Self.uprightBox)
    let own = try points(in: picture, upright: first, boxes: upright, mirrored: false)
    let mirrored = try points(in: picture, upright: first, boxes: upright, mirrored: true)
    return own.indices.map { place in
      (own[place] + mirrored[2 * partners[place / 2] + place % 2]) / 2
    }
  }

  /// Pixels of the sides of the picture that the second pass looks at: the face cut out, turned upright, with as much around
  /// it on every side as it is large itself.
  private static let uprightSide = 384
  /// Where the face is in it, near the middle: as large as the detector's boxes of such faces are, in the median of those of
  /// FER2013's that it finds.
  private static let uprightBox = FaceDetector.Box(left: 111, top: 106, right: 272, bottom: 267, score: nil)

  /// The mean of the points that boxes give.
  private func points(in picture: Picture, boxes: [FaceDetector.Box]) throws(ExtractionFailure) -> [Double] {
    try points { points, message in
      mien_predict(handle, picture.handle, boxes.map(mien_box.init), boxes.count, points, message)
    }
  }

  /// The mean of the points that boxes give in a face's upright picture or its mirror image, in pixels of the whole picture.
  private func points(
    in picture: Picture, upright landmarks: [Double], boxes: [FaceDetector.Box], mirrored: Bool
  ) throws(ExtractionFailure) -> [Double] {
    let chip = mien_chip(side: Self.uprightSide, padding: 1, cell: 1)
    return try points { points, message in
      mien_predict_in_chip(
        handle, picture.handle, landmarks, chip, mirrored, boxes.map(mien_box.init), boxes.count, points, message)
    }
  }

  private func points(
    _ write: (UnsafeMutablePointer<Double>?, mien_message) -> mien_status
  ) throws(ExtractionFailure) -> [Double] {
    var points = Array(repeating: 0.0, count: 2 * scheme.pointCount)
    try Shim.check { message in points.withUnsafeMutableBufferPointer { write($0.baseAddress, message) } }
    return points
  }

  /// How boxes are moved, in shares of their sides; as many to the left as to the right.
  static let moves: [(right: Double, down: Double, size: Double)] = [
    (0.05, 0, 1), (-0.05, 0, 1), (0, 0.05, 1), (0, -0.05, 1), (0, 0, 0.93), (0, 0, 1.07),
  ]
}

extension mien_box {
  fileprivate init(_ box: FaceDetector.Box) {
    self.init(
      left: Int64(box.left), top: Int64(box.top), right: Int64(box.right), bottom: Int64(box.bottom), score: 0)
  }
}

extension FaceDetector.Box {
  /// The box moved by shares of its sides and resized about its center.
  fileprivate func moved(right: Double, down: Double, size: Double) -> FaceDetector.Box {
    func edges(_ low: Int, _ high: Int, _ share: Double) -> (Int, Int) {
      let side = Double(high - low + 1)
      let middle = Double(low + high) / 2 + share * side
      let half = (side * size - 1) / 2
      return (Int((middle - half).rounded()), Int((middle + half).rounded()))
    }
    let (x, y) = (edges(left, self.right, right), edges(top, bottom, down))
    return FaceDetector.Box(left: x.0, top: y.0, right: x.1, bottom: y.1, score: score)
  }
}

/// A predictor that cannot be used.
public struct PredictorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with it.
  public enum Kind: Sendable { case missing, unreadable }
  /// What is wrong with it.
  public let kind: Kind
  /// What is wrong, and the cure.
  public let description: String
}

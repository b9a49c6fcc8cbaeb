import CDlib

/// dlib's frontal face detector (Dalal & Triggs 2005, doi:10.1109/CVPR.2005.177; King 2015, arXiv:1502.00046).
///
/// It keeps scratch memory: one for each thread.
final class FaceDetector {
  /// A box in whole pixels, edges inclusive.
  struct Box: Hashable {
    var left: Int
    var top: Int
    var right: Int
    var bottom: Int
    var score: Double?

    var area: Int { (right - left + 1) * (bottom - top + 1) }

    /// Whether dlib itself would take it for a face.
    var isUsual: Bool { score ?? 0 >= standardThreshold }

    /// Whether half of the smaller box lies in the other one.
    func isSameFace(as other: Box) -> Bool {
      let width = min(right, other.right) - max(left, other.left) + 1
      let height = min(bottom, other.bottom) - max(top, other.top) + 1
      return width > 0 && height > 0 && 2 * width * height >= min(area, other.area)
    }
  }

  private let handle: OpaquePointer

  init() throws(ExtractionFailure) {
    handle = try Shim.object { mien_detector_create($0, $1) }
  }

  deinit { mien_detector_free(handle) }

  /// The score from which dlib itself takes a detection for a face.
  private static let standardThreshold = 0.0
  /// The long sides of the copies in which a large picture is searched.
  private static let searchSizes = [640, 1600]
  private static let maxFaces = 1024

  /// The faces of a picture, best first, in its pixels: those above dlib's own threshold, or else the best one whose
  /// score is at least `minScore`.
  ///
  /// A picture is searched at its own size when `atFullSize`, else in copies of bounded size: a face that fills a
  /// photo is found as well in a small copy, at a fraction of the time. Larger copies are searched while there is no
  /// face, or up to the last when `all` faces are wanted, the small ones too.
  func faces(
    in picture: Picture, minScore: Double, all: Bool, atFullSize: Bool
  ) throws(ExtractionFailure) -> [Box] {
    let longSide = max(picture.width, picture.height)
    let copies = Self.searchSizes.filter { $0 < longSide }
    let sizes = atFullSize ? [longSide] : copies.count < Self.searchSizes.count ? copies + [longSide] : copies
    var found: [Box] = []
    for size in sizes {
      if !all, found.contains(where: \.isUsual) { break }
      let scale = Double(longSide) / Double(size)
      let copy = size == longSide ? picture : try picture.shrunk(longSide: size)
      found += try detect(in: copy, threshold: min(minScore, Self.standardThreshold)).map { $0.scaled(by: scale) }
    }
    found = found.filter { $0.score ?? 0 >= minScore }
    let usual = Self.withoutRepeats(found.filter(\.isUsual))
    return usual.isEmpty ? Array(Self.bestFirst(found).prefix(1)) : usual
  }

  private static func bestFirst(_ boxes: [Box]) -> [Box] {
    boxes.sorted { ($1.score ?? 0, $0.left, $0.top) < ($0.score ?? 0, $1.left, $1.top) }
  }

  /// Of boxes that cover the same face, as copies of several sizes show it, the one with the best score.
  private static func withoutRepeats(_ boxes: [Box]) -> [Box] {
    bestFirst(boxes).reduce(into: []) { kept, box in
      if !kept.contains(where: { $0.isSameFace(as: box) }) { kept.append(box) }
    }
  }

  private func detect(in picture: Picture, threshold: Double) throws(ExtractionFailure) -> [Box] {
    var boxes = Array(repeating: mien_box(), count: Self.maxFaces)
    var count = 0
    try Shim.check { message in
      boxes.withUnsafeMutableBufferPointer { boxes in
        mien_detect(handle, picture.handle, threshold, boxes.baseAddress, boxes.count, &count, message)
      }
    }
    return boxes.prefix(count).map { box in
      Box(
        left: Int(box.left), top: Int(box.top), right: Int(box.right), bottom: Int(box.bottom), score: box.score)
    }
  }
}

extension FaceDetector.Box {
  fileprivate func scaled(by factor: Double) -> FaceDetector.Box {
    func scaled(_ edge: Int) -> Int { Int((Double(edge) * factor).rounded()) }
    return FaceDetector.Box(
      left: scaled(left), top: scaled(top), right: scaled(right), bottom: scaled(bottom), score: score)
  }
}

extension Picture {
  /// A copy whose long side has `longSide` pixels. Halved first as long as that is possible: bilinear sampling over
  /// more than two pixels would skip some.
  fileprivate func shrunk(longSide: Int) throws(ExtractionFailure) -> Picture {
    var current = self
    while max(current.width, current.height) >= 2 * longSide {
      current = try current.resized(width: max(1, current.width / 2), height: max(1, current.height / 2))
    }
    let scale = Double(longSide) / Double(max(width, height))
    return try current.resized(
      width: max(1, Int((Double(width) * scale).rounded())), height: max(1, Int((Double(height) * scale).rounded())))
  }
}

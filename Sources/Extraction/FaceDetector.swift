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
  }

  private let handle: OpaquePointer

  init() throws(ExtractionFailure) {
    handle = try Shim.object { mien_detector_create($0, $1) }
  }

  deinit { mien_detector_free(handle) }

  /// The long sides of the copies in which a large picture is searched, until one shows a face.
  private static let searchSizes = [640, 1600]
  private static let mostFaces = 1024

  /// The faces whose score is at least `threshold`, best first, in pixels of `picture`.
  ///
  /// A picture is searched at its own size when `atFullSize`, else in copies of bounded size: a face that fills a
  /// photo is found as well in a small copy, at a fraction of the time.
  func faces(in picture: Picture, threshold: Double, atFullSize: Bool) throws(ExtractionFailure) -> [Box] {
    let longSide = max(picture.width, picture.height)
    var sizes = Self.searchSizes.filter { $0 < longSide }
    if sizes.count < Self.searchSizes.count { sizes.append(longSide) }
    if atFullSize { sizes = [longSide] }
    for size in sizes {
      let scale = Double(size) / Double(longSide)
      let found: [Box]
      if size == longSide {
        found = try detect(in: picture, threshold: threshold)
      } else {
        let copy = try picture.shrunk(longSide: size)
        found = try detect(in: copy, threshold: threshold).map { $0.scaled(by: 1 / scale) }
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  private func detect(in picture: Picture, threshold: Double) throws(ExtractionFailure) -> [Box] {
    var boxes = Array(repeating: mien_box(), count: Self.mostFaces)
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

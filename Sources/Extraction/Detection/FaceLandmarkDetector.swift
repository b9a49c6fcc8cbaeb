/// Finds the faces of one image after another and places their landmarks. One for each thread.
public final class FaceLandmarkDetector {
  private let predictor: LandmarkPredictor
  private let options: ExtractionOptions
  /// `nil` where boxes are not looked for.
  private let detector: FaceDetector?

  /// A reader that shares `predictor` with others.
  ///
  /// - Throws: `ExtractionFailure` when dlib cannot make a detector, or the predictor's points do not suffice for the
  ///   descriptors that are asked for.
  public init(predictor: LandmarkPredictor, options: ExtractionOptions) throws {
    if !options.descriptors.isEmpty, predictor.scheme.pointCount != 68 {
      throw ExtractionFailure(
        "descriptors need a predictor of 68 points, this one has \(predictor.scheme.pointCount)")
    }
    self.predictor = predictor
    self.options = options
    detector = options.faceBox == .image ? nil : try FaceDetector()
  }

  /// The faces of an image file, left to right.
  ///
  /// - Throws: `ExtractionFailure` when the image cannot be read or shows no face.
  public func faces(inImageAt path: String) throws(ExtractionFailure) -> [FaceLandmarks] {
    let original = try Picture(decoding: path)
    let doublings = options.doublings(width: original.width, height: original.height)
    let picture = try original.enlarged(doublings: doublings)
    let boxes = try boxes(in: picture)
    guard !boxes.isEmpty else {
      throw ExtractionFailure(
        "no face found (\(original.width)×\(original.height)); faces must be roughly frontal and at least 80 px, "
          + "try --upsample \(doublings + 1) or --face-box image")
    }
    let hash = try original.differenceHash()
    var faces: [FaceLandmarks] = []
    for box in boxes {
      let points = try predictor.points(in: picture, box: box, jitters: options.jitters, passes: options.passes)
      var face = FaceLandmarks(box: box, points: points, of: picture, in: original)
      face.imageHash = hash
      for kind in options.descriptors { face.descriptors[kind] = try picture.descriptor(kind, points: points) }
      faces.append(face)
    }
    return faces
  }

  private func boxes(in picture: Picture) throws(ExtractionFailure) -> [FaceDetector.Box] {
    let wholeImage = FaceDetector.Box(left: 0, top: 0, right: picture.width - 1, bottom: picture.height - 1, score: nil)
    guard let detector else { return [wholeImage] }
    let found = try detector.faces(
      in: picture, minScore: options.minScore, all: options.faces == .all, atFullSize: options.upsample != nil)
    if found.isEmpty { return options.faceBox == .auto ? [wholeImage] : [] }
    if options.faces == .all {
      return found.sorted { ($0.left, $0.top, $0.right, $0.bottom) < ($1.left, $1.top, $1.right, $1.bottom) }
    }
    // Of boxes of one size the better detection, which stands first.
    return found.reduce(into: []) { largest, box in
      if box.area > largest.first?.area ?? 0 { largest = [box] }
    }
  }
}

extension FaceLandmarks {
  /// A face in pixels of `original`, from box and points in pixels of a resized copy of it.
  init(box: FaceDetector.Box, points: [Double], of resized: Picture, in original: Picture) {
    // The centers of the corner pixels coincide in both pictures.
    func scale(_ originalSide: Int, _ resizedSide: Int) -> Double {
      resizedSide > 1 ? Double(originalSide - 1) / Double(resizedSide - 1) : 1
    }
    let scaleX = scale(original.width, resized.width)
    let scaleY = scale(original.height, resized.height)
    self.init(
      left: Double(box.left) * scaleX, top: Double(box.top) * scaleY,
      width: Double(box.right - box.left) * scaleX + 1, height: Double(box.bottom - box.top) * scaleY + 1,
      score: box.score,
      points: points.enumerated().map { $1 * ($0 % 2 == 0 ? scaleX : scaleY) })
  }
}

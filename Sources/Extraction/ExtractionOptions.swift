import Landmarks

/// How faces are looked for.
public struct ExtractionOptions: Hashable, Sendable {
  /// Where a face's box comes from.
  public enum FaceBox: String, CaseIterable, Sendable {
    /// dlib's detector; an image without a detected face gives nothing.
    case detect
    /// The whole image is the face.
    case image
    /// The detector; the whole image where it finds nothing.
    case auto
  }

  /// Which of several faces are taken.
  public enum Faces: String, CaseIterable, Sendable { case largest, all }

  /// Where a face's box comes from.
  public var faceBox: FaceBox
  /// Which faces are taken.
  public var faces: Faces
  /// How often the image is doubled in size; `nil` for as often as brings the long side of a small image to 160 px,
  /// at most twice.
  public var upsample: Int?

  /// The lowest detector score of a face. Detections below 0, dlib's own threshold, are only taken where there is none
  /// above, and then the best one.
  public var minScore: Double

  /// How many copies of a face's box, moved and resized a little, the last pass looks at besides it; its landmarks are the mean of
  /// what is found from each. Of one pass an even number favors neither side.
  public var jitters: Int

  /// How often the landmarks of a face are looked for: 2 for once more in the face that those of the first pass cut out and
  /// turn upright, and in its mirror image. One pass without jitters gives dlib's own points; predictors of other points than
  /// 68 have one pass whatever is said.
  public var passes: Int

  /// What is noted of a face's looks besides its landmarks.
  public var descriptors: [DescriptorKind]

  /// What is taken when nothing is said: the score down to which the committed landmark tables were made.
  public static let defaultMinScore = -0.5

  /// The most copies of a box, and how many are taken when nothing is said.
  public static let maxJitteredBoxes = LandmarkPredictor.moves.count

  /// The most passes, and how many there are when nothing is said.
  public static let maxPasses = 2

  /// Options; nothing said means what suits most pictures.
  public init(
    faceBox: FaceBox = .auto, faces: Faces = .largest, upsample: Int? = nil, minScore: Double = defaultMinScore,
    jitters: Int = maxJitteredBoxes, passes: Int = maxPasses, descriptors: [DescriptorKind] = []
  ) {
    precondition((0...Self.maxJitteredBoxes).contains(jitters), "jitters must be from 0 to \(Self.maxJitteredBoxes)")
    precondition((1...Self.maxPasses).contains(passes), "passes must be from 1 to \(Self.maxPasses)")
    self.faceBox = faceBox
    self.faces = faces
    self.upsample = upsample
    self.minScore = minScore
    self.jitters = jitters
    self.passes = passes
    self.descriptors = descriptors
  }

  /// The long side that a small image is enlarged to for the detector, whose smallest face has 80 px.
  static let smallLongSide = 160
  static let maxAutomaticDoublings = 2

  package func doublings(width: Int, height: Int) -> Int {
    if let upsample { return upsample }
    let longSide = max(width, height)
    return (0..<Self.maxAutomaticDoublings).first { longSide << $0 >= Self.smallLongSide }
      ?? Self.maxAutomaticDoublings
  }
}

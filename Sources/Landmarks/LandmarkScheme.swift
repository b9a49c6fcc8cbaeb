/// A way of placing points on a face: how many there are, which facial region each belongs to, and which point each
/// becomes when the picture is mirrored.
///
/// Points are numbered from 1 in files and pictures, and from 0 in code.
public struct LandmarkScheme: Hashable, Sendable {
  /// A part of the face and its points, in the order in which a line joins them.
  public struct Region: Hashable, Sendable {
    /// The name in tables and pictures, such as `left_eye`. Left and right are the picture's, not the person's.
    public let name: String
    /// Indices from 0.
    public let points: Range<Int>
    /// Whether the line returns to its first point.
    public let isClosed: Bool
  }

  /// The number of points of a face.
  public let pointCount: Int
  /// The regions, which cover every point once. A scheme that is not known has one region without lines.
  public let regions: [Region]
  /// For each point, the index of the point it becomes in a mirrored picture. `nil` where the scheme is not known.
  public let mirror: [Int]?

  /// The scheme with this many points: 68 (iBUG 300-W, as dlib's predictor), 98 (WFLW), or any other count, about
  /// which nothing more is known.
  public init(pointCount: Int) {
    switch pointCount {
    case 68: self = .ibug68
    case 98: self = .wflw98
    default: self.init(pointCount: pointCount, regions: [], mirrorSums: nil)
    }
  }

  /// The 68 points of iBUG 300-W, which dlib's predictor finds (Sagonas et al. 2013, doi:10.1109/ICCVW.2013.59).
  public static let ibug68 = LandmarkScheme(
    pointCount: 68,
    regions: [
      .init(name: "jaw", points: 0..<17, isClosed: false),
      .init(name: "left_eyebrow", points: 17..<22, isClosed: false),
      .init(name: "right_eyebrow", points: 22..<27, isClosed: false),
      .init(name: "nose_bridge", points: 27..<31, isClosed: false),
      .init(name: "nose_tip", points: 31..<36, isClosed: false),
      .init(name: "left_eye", points: 36..<42, isClosed: true),
      .init(name: "right_eye", points: 42..<48, isClosed: true),
      .init(name: "outer_lip", points: 48..<60, isClosed: true),
      .init(name: "inner_lip", points: 60..<68, isClosed: true),
    ],
    mirrorSums: [
      (0...7, 16), (17...21, 43), (31...32, 66), (36...39, 81), (40...41, 87), (48...50, 102), (55...56, 114),
      (60...61, 124), (65...65, 132),
    ])

  /// The 98 points of WFLW (Wu et al. 2018, doi:10.1109/CVPR.2018.00227).
  public static let wflw98 = LandmarkScheme(
    pointCount: 98,
    regions: [
      .init(name: "jaw", points: 0..<33, isClosed: false),
      .init(name: "left_eyebrow", points: 33..<42, isClosed: true),
      .init(name: "right_eyebrow", points: 42..<51, isClosed: true),
      .init(name: "nose_bridge", points: 51..<55, isClosed: false),
      .init(name: "nose_tip", points: 55..<60, isClosed: false),
      .init(name: "left_eye", points: 60..<68, isClosed: true),
      .init(name: "right_eye", points: 68..<76, isClosed: true),
      .init(name: "outer_lip", points: 76..<88, isClosed: true),
      .init(name: "inner_lip", points: 88..<96, isClosed: true),
      .init(name: "left_pupil", points: 96..<97, isClosed: false),
      .init(name: "right_pupil", points: 97..<98, isClosed: false),
    ],
    mirrorSums: [
      (0...15, 32), (33...37, 79), (38...41, 88), (55...56, 114), (60...64, 132), (65...67, 140), (76...78, 158),
      (83...84, 170), (88...89, 180), (93...93, 188), (96...96, 193),
    ])

  /// - Parameter mirrorSums: runs of points whose mirror partners run the other way: point and partner add up to the
  ///   number beside the run. Points in no run lie on the midline and stay where they are.
  private init(pointCount: Int, regions: [Region], mirrorSums: [(points: ClosedRange<Int>, sum: Int)]?) {
    self.pointCount = pointCount
    self.regions = regions.isEmpty ? [Region(name: "face", points: 0..<pointCount, isClosed: false)] : regions
    mirror = mirrorSums.map { runs in
      var partner = Array(0..<pointCount)
      for (points, sum) in runs {
        for point in points {
          partner[point] = sum - point
          partner[sum - point] = point
        }
      }
      return partner
    }
  }

  /// Whether regions are known, so that lines can join the points.
  public var hasRegions: Bool { mirror != nil }

  /// The names of a table's coordinate columns: `1_x, 1_y, 2_x, …`.
  public var columnNames: [String] {
    (1...max(1, pointCount)).prefix(pointCount).flatMap { ["\($0)_x", "\($0)_y"] }
  }
}

import Foundation

/// What one would say of a mouth, an eye or a brow, in a number each.
///
/// Heights are along the axis of symmetry of the face, so a head that leans has the same. Measures of one side are written for
/// the picture's left; the right has that of the mirror image.
enum RegionMeasures {
  /// A number read off a shape, and the points that it is read off.
  struct Measure: Sendable {
    let name: String
    let points: [Int]
    let value: @Sendable (Shape) -> Double
  }

  /// Measures of both sides together.
  static let whole: [Measure] = [
    // How far the lips' inner edges are apart, in sizes of the face.
    Measure(name: "mouth_opening", points: [61, 62, 63, 65, 66, 67]) { shape in
      (shape.distance(61, 67) + shape.distance(62, 66) + shape.distance(63, 65)) / 3
    },
    // Height by width, as the eye aspect ratio has it.
    Measure(name: "mouth_aspect", points: [48, 50, 51, 52, 54, 56, 57, 58]) { shape in
      Shape.ratio(
        shape.distance(50, 58) + shape.distance(51, 57) + shape.distance(52, 56), 3 * shape.distance(48, 54))
    },
    // Between the inner ends, in sizes of the face.
    Measure(name: "brow_distance", points: [21, 22]) { $0.distance(21, 22) },
  ]

  /// Measures of the picture's left side, named without it.
  static let left: [Measure] = [
    // How far the corner is above the middles of the lips, in sizes of the face.
    Measure(name: "corner_lift", points: [48, 51, 57]) { $0.height([48]) - $0.height([51, 57]) },
    // How far the lips bend outwards between corner and middle, by the length of that way.
    Measure(name: "upper_lip_curvature", points: [48, 49, 50, 51]) { $0.bulge([49, 50], leftOf: 48, 51) },
    Measure(name: "lower_lip_curvature", points: [48, 57, 58, 59]) { $0.bulge([58, 59], leftOf: 57, 48) },
    // The brow above the eye, in sizes of the face.
    Measure(name: "brow_height", points: Array(17...21) + Array(36...41)) {
      $0.height(Array(17...21)) - $0.height(Array(36...41))
    },
    // The way from the outer to the inner end against the horizontal, in radians; positive where the inner end is higher.
    Measure(name: "brow_slope", points: [17, 21]) { atan2($0.y[17] - $0.y[21], $0.x[21] - $0.x[17]) },
    // How far the brow's middle is above the way between its ends, by the length of that way.
    Measure(name: "brow_curvature", points: Array(17...21)) { $0.bulge([18, 19, 20], leftOf: 17, 21) },
    // Soukupová & Čech 2016, "Real-time eye blink detection using facial landmarks", Computer Vision Winter Workshop:
    // the lids' opening by the eye's width, whatever the size of the face; near 0 for a closed eye.
    Measure(name: "eye_aspect_ratio", points: Array(36...41)) { shape in
      Shape.ratio(shape.distance(37, 41) + shape.distance(38, 40), 2 * shape.distance(36, 39))
    },
  ]
}

extension ShapeFeatures {
  /// Measures of regions of 68 points: `mouth_opening, …, left_corner_lift, right_corner_lift, …`.
  static func regions(mirror: [Int]) -> ShapeFeatures {
    let (whole, left) = (RegionMeasures.whole, RegionMeasures.left)
    let sides = left.flatMap { measure in
      [
        Feature(name: "left_\(measure.name)", keypoints: measure.points),
        Feature(name: "right_\(measure.name)", keypoints: measure.points.map { mirror[$0] }),
      ]
    }
    return ShapeFeatures(features: whole.map { Feature(name: $0.name, keypoints: $0.points) } + sides) { shape in
      let image = shape.mirrored(by: mirror)
      return whole.map { $0.value(shape) } + left.flatMap { [$0.value(shape), $0.value(image)] }
    }
  }
}

/// Distances between keypoints that the muscles of expressions move apart or together.
///
/// What moves is told in action units (AU) of the Facial Action Coding System (Ekman & Friesen 1978,
/// doi:10.1037/t27734-000); distances like these stand for them in the work of Tian, Kanade & Cohn 2001
/// (doi:10.1109/34.908962) and of Pantic & Rothkrantz 2004 (doi:10.1109/TSMCB.2004.825931).
enum Distances {
  /// Pairs of the 68 points, from 0, each on the picture's left side or across the midline; those on the right are their
  /// mirror images.
  static let pairs: [(Int, Int)] = [
    // Mouth.
    (48, 54),  // width: corners pulled (AU 12) or stretched (20), lips puckered (18)
    (60, 64),  // width of the lips' inner edge, without their thickness at the corners
    (51, 57),  // height over all: lips part (25), jaw drops (26)
    (50, 58),  // height beside the middle: a mouth open on one side
    (62, 66),  // opening: lips part (25), jaw drops (26), mouth stretches (27)
    (61, 67),  // opening beside the middle
    (51, 62),  // thickness of the upper lip: raised (10), tightened (23), pressed (24)
    (57, 66),  // thickness of the lower lip: depressed (16), tightened (23), pressed (24)
    (48, 51),  // corner to the upper lip's middle: the corner pulled (12) or the lip raised (10)
    (48, 57),  // corner to the lower lip's middle: the corner depressed (15)
    // Lids.
    (37, 41),  // opening, outer half: lid raised (5), tightened (7), closed (43)
    (38, 40),  // opening, inner half
    (36, 39),  // width of the eye, which squinting shortens (6, 44) and by which openings are to be seen
    // Brow and eye.
    (17, 36),  // outer brow raised (2)
    (19, 37),  // brow's top above the lid: raised (1 and 2), lowered (4); less lid shown (5)
    (21, 39),  // inner brow raised (1) or lowered (4)
    (17, 21),  // length of the brow, which lowering (4) bunches
    (21, 22),  // between the brows: drawn together (4)
    // Brow and nose.
    (21, 27),  // inner brow to the root of the nose (1, 4)
    (21, 33),  // inner brow to the base of the nose: wrinkled nose (9)
    // Nose.
    (31, 35),  // width of the nostrils: dilated (38), compressed (39)
    (31, 39),  // nostril to the eye: wrinkled nose (9), raised upper lip (10)
    // Mouth and nose.
    (33, 51),  // upper lip raised (10), stretched over an open mouth (27)
    (33, 57),  // lower lip under the nose: jaw drops (26)
    (31, 48),  // nostril to the mouth's corner, along the nasolabial fold: deepened (11), corner pulled (12)
    // Mouth and eye.
    (36, 48),  // outer eye corner to mouth corner: pulled up (12) or down (15)
    (39, 48),  // inner eye corner to mouth corner
    (41, 48),  // lower lid to mouth corner: cheek raised (6)
    // Mouth and jaw.
    (8, 57),  // lower lip to chin: chin raised (17)
    (8, 33),  // nose to chin: jaw drops (26)
    (4, 48),  // mouth corner to the edge of the face: pulled (12), stretched (20), dimpled (14)
  ]
}

extension ShapeFeatures {
  /// Distances between pairs of 68 points, in sizes of the face: `distance_49_55, …`.
  static func distances(mirror: [Int]) -> ShapeFeatures {
    let pairs = Distances.pairs.flatMap { a, b in
      let (image, own) = ([mirror[a], mirror[b]].sorted(), [a, b].sorted())
      return image == own ? [own] : [own, image]
    }
    return ShapeFeatures(
      features: pairs.map { Feature(name: "distance_" + numbers($0), keypoints: $0) },
      values: { shape in pairs.map { shape.distance($0[0], $0[1]) } })
  }
}

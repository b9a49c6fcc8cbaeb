/// Angles at keypoints, between the ways to two others.
///
/// Angles do not depend on any size, and say of mouth, brows and lids how they bend; the action units (AU) beside them are
/// those of the Facial Action Coding System (Ekman & Friesen 1978, doi:10.1037/t27734-000).
enum Angles {
  /// First leg, vertex and last leg of the 68 points, from 0, clockwise as pictures are seen, so that a calm face has
  /// angles from 0 to about π. Vertices stand on the picture's left side or on the midline; those on the right are
  /// mirror images, their legs in the other order.
  static let triples: [(Int, Int, Int)] = [
    // Mouth.
    (51, 48, 57),  // corner, outer edge: opens as the jaw drops (AU 26)
    (62, 60, 66),  // corner, inner edge: opens as the lips part (25)
    (54, 51, 48),  // bend of the upper lip's edge, under it: corners up (12) or down (15)
    (48, 57, 54),  // bend of the lower lip's edge, over it
    (64, 62, 60),  // the same of the inner edges, which are a line while the mouth is shut
    (60, 66, 64),
    // Brows.
    (21, 19, 17),  // arc, under it: raised in the middle (2), flat when lowered (4)
    (27, 21, 17),  // inner end against the root of the nose: oblique when only it is raised (1)
    (17, 36, 39),  // outer end above the eye (2)
    (36, 39, 21),  // inner end above the eye (1, 4)
    // Eyes.
    (37, 36, 41),  // outer corner: lids raised (5), tightened (7), closed (43)
    (40, 39, 38),  // inner corner
    // Nose and mouth.
    (48, 31, 39),  // along the nasolabial fold: wrinkled nose (9), raised lip (10), pulled corner (12)
    (54, 33, 48),  // mouth as seen from the nose: wide and near when it smiles (12)
    (36, 48, 54),  // mouth corner between the eye and the other corner: pulled up (12) or down (15)
    (48, 8, 54),  // mouth as seen from the chin: jaw drops (26), chin raised (17)
  ]
}

extension ShapeFeatures {
  /// Angles at the second of three points each of the 68, in radians from −π/2 to 3π/2: `angle_52_49_58, …`.
  static func angles(mirror: [Int]) -> ShapeFeatures {
    let triples = Angles.triples.flatMap { first, vertex, last in
      let (own, image) = ([first, vertex, last], [mirror[last], mirror[vertex], mirror[first]])
      return image == own ? [own] : [own, image]
    }
    return ShapeFeatures(
      features: triples.map { Feature(name: "angle_" + numbers($0), keypoints: $0) },
      values: { shape in triples.map { shape.angle($0[0], $0[1], $0[2]) } })
  }
}

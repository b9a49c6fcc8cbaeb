import Landmarks

extension ShapeFeatures {
  /// The two halves of a shape z whose mirror image, points renumbered, is z′: the symmetric (z + z′) / 2 and the
  /// antisymmetric (z − z′) / 2, which add up to z (Mardia, Bookstein & Moreton 2000, doi:10.1093/biomet/87.2.285).
  ///
  /// Most expressions move both sides alike and show in the first half. A head that turns moves the midline against the
  /// outline, which the second half has; so do half a smile and a raised brow. Of a pair of points one says all of both,
  /// the one with the lower number, and points on the midline have only y in the first half and only x in the second, so the
  /// halves have as many numbers together as the face has coordinates, 68 each for 68 points: `symmetric_1_x,
  /// symmetric_1_y, …, antisymmetric_1_x, …`. In a mirror the first half stays what it is, and the second changes its sign.
  static func symmetry(_ scheme: LandmarkScheme, mirror: [Int]) -> ShapeFeatures {
    // Coordinates as indices into x and y in turn.
    func isOnMidline(_ place: Int) -> Bool { mirror[place / 2] == place / 2 }
    let kept = (0..<2 * scheme.pointCount).filter { mirror[$0 / 2] >= $0 / 2 }
    let symmetric = kept.filter { !isOnMidline($0) || $0 % 2 == 1 }
    let antisymmetric = kept.filter { !isOnMidline($0) || $0 % 2 == 0 }
    func features(_ half: String, _ places: [Int]) -> [Feature] {
      places.map { place in
        Feature(
          name: "\(half)_\(scheme.columnNames[place])", keypoints: [place / 2, mirror[place / 2]])
      }
    }
    return ShapeFeatures(
      features: features("symmetric", symmetric) + features("antisymmetric", antisymmetric)
    ) { shape in
      let (own, image) = (shape.coordinates, shape.mirrored(by: mirror).coordinates)
      return symmetric.map { (own[$0] + image[$0]) / 2 } + antisymmetric.map { (own[$0] - image[$0]) / 2 }
    }
  }
}

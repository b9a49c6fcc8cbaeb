import Landmarks

/// Puts a face into a standard pose: centered, upright, of unit size.
///
/// What is left is the shape in Kendall's sense (1984, doi:10.1112/blms/16.2.81): where the face stood in the image,
/// how large it was and how far the head leaned no longer matter, so faces of any image can be compared.
/// Every face is aligned by itself; nothing is learned from other rows.
struct Alignment: Sendable {
  private let mirror: [Int]

  /// An alignment for a scheme whose mirror map is known; `nil` for other schemes.
  init?(_ scheme: LandmarkScheme) {
    guard let mirror = scheme.mirror else { return nil }
    self.mirror = mirror
  }

  /// A face with the centroid at the origin, the face's axis of symmetry vertical, and a root mean square distance of 1
  /// from the origin. A face whose points all coincide becomes all zeros.
  ///
  /// - Complexity: O(points).
  func shape(of face: ArraySlice<Float>) -> Shape {
    let count = face.count / 2
    var x = (0..<count).map { Double(face[face.startIndex + 2 * $0]) }
    var y = (0..<count).map { Double(face[face.startIndex + 2 * $0 + 1]) }
    let center = (x: x.reduce(0, +) / Double(count), y: y.reduce(0, +) / Double(count))
    for point in 0..<count {
      x[point] -= center.x
      y[point] -= center.y
    }
    let squares = zip(x, y).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 }
    guard squares > 0 else {
      let zeros = Array(repeating: 0.0, count: count)
      return Shape(x: zeros, y: zeros)
    }
    let scale = 1 / (squares / Double(count)).squareRoot()
    let upright = uprightRotation(x, y)
    return Shape(
      x: (0..<count).map { scale * (x[$0] * upright.cosine + y[$0] * upright.sine) },
      y: (0..<count).map { scale * (y[$0] * upright.cosine - x[$0] * upright.sine) })
  }

  /// The lean of a centered face. With points as complex numbers z and their mirror images m, both numbered alike, the
  /// rotation that takes m closest to z has the angle of Σ z·m̄, which is twice the angle by which the face leans.
  private func uprightRotation(_ x: [Double], _ y: [Double]) -> (cosine: Double, sine: Double) {
    var real = 0.0
    var imaginary = 0.0
    for point in x.indices {
      let (mirrorX, mirrorY) = (-x[mirror[point]], y[mirror[point]])
      real += x[point] * mirrorX + y[point] * mirrorY
      imaginary += y[point] * mirrorX - x[point] * mirrorY
    }
    let length = (real * real + imaginary * imaginary).squareRoot()
    guard length > 0 else { return (1, 0) }
    // Half the angle of a unit vector points to the middle between the vector and (1, 0).
    let (halfX, halfY) = (1 + real / length, imaginary / length)
    let halfLength = (halfX * halfX + halfY * halfY).squareRoot()
    return halfLength > 1e-9 ? (halfX / halfLength, halfY / halfLength) : (0, 1)
  }
}

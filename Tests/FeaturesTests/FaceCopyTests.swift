import Features
import Landmarks
import Learning
import Testing

private func face(seed: UInt64, points: Int) -> [Float] {
  var random = KeyedRandom(seed: seed)
  return (0..<2 * points).map { _ in Float(random.unit() * 48) }
}

@Suite struct FaceCopyTests {
  @Test(arguments: [PointScheme.ibug68, .wflw98])
  func mirroringTwiceGivesTheFaceBack(scheme: PointScheme) {
    let face = face(seed: 2, points: scheme.pointCount)
    let mirror = FaceCopy(isMirrored: true, degrees: 0)
    let once = mirror.coordinates(of: face[...], scheme: scheme)
    let twice = mirror.coordinates(of: once[...], scheme: scheme)
    #expect(zip(face, twice).allSatisfy { abs($0 - $1) < 1e-4 })
    // The right corner of the mouth is where the left one was, as far on the other side of the centroid.
    let centre = stride(from: 0, to: face.count, by: 2).reduce(0) { $0 + face[$1] } / Float(scheme.pointCount)
    let (left, right) = scheme.pointCount == 68 ? (48, 54) : (76, 82)
    #expect(abs(once[2 * right] - (2 * centre - face[2 * left])) < 1e-4 && once[2 * right + 1] == face[2 * left + 1])
  }

  @Test func aTurnKeepsTheCentroidAndAllDistances() {
    let face = face(seed: 5, points: 68)
    let copy = FaceCopy(isMirrored: false, degrees: 90).coordinates(of: face[...], scheme: .ibug68)
    func centroid(_ values: [Float], _ axis: Int) -> Float {
      stride(from: axis, to: 136, by: 2).reduce(0) { $0 + values[$1] } / 68
    }
    let centre = (x: centroid(face, 0), y: centroid(face, 1))
    #expect(abs(centroid(copy, 0) - centre.x) < 1e-4 && abs(centroid(copy, 1) - centre.y) < 1e-4)
    // Clockwise in a picture, whose y axis points down: what was right of the centre is below it.
    for point in 0..<68 {
      let (x, y) = (face[2 * point] - centre.x, face[2 * point + 1] - centre.y)
      #expect(abs(copy[2 * point] - (centre.x - y)) < 1e-3 && abs(copy[2 * point + 1] - (centre.y + x)) < 1e-3)
    }
  }

  @Test func pointsOfAnUnknownSchemeAreTurnedOnly() {
    let scheme = PointScheme(pointCount: 5)
    let face = face(seed: 7, points: 5)
    #expect(
      FaceCopy(isMirrored: true, degrees: 8).coordinates(of: face[...], scheme: scheme)
        == FaceCopy(isMirrored: false, degrees: 8).coordinates(of: face[...], scheme: scheme))
  }
}

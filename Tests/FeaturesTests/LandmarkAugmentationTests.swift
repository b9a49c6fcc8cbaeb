import Features
import Landmarks
import Learning
import Testing

private func face(seed: UInt64, points: Int) -> [Float] {
  var random = KeyedRandom(seed: seed)
  return (0..<2 * points).map { _ in Float(random.unit() * 48) }
}

@Suite struct FaceCopyTests {
  @Test(arguments: [LandmarkScheme.ibug68, .wflw98])
  func mirroringTwiceGivesTheFaceBack(scheme: LandmarkScheme) {
    let face = face(seed: 2, points: scheme.pointCount)
    let mirror = LandmarkAugmentation(isMirrored: true, degrees: 0)
    let once = mirror.coordinates(of: face[...], scheme: scheme)
    let twice = mirror.coordinates(of: once[...], scheme: scheme)
    #expect(zip(face, twice).allSatisfy { abs($0 - $1) < 1e-4 })
    // The right corner of the mouth is where the left one was, as far on the other side of the centroid.
    let center = stride(from: 0, to: face.count, by: 2).reduce(0) { $0 + face[$1] } / Float(scheme.pointCount)
    let (left, right) = scheme.pointCount == 68 ? (48, 54) : (76, 82)
    #expect(abs(once[2 * right] - (2 * center - face[2 * left])) < 1e-4 && once[2 * right + 1] == face[2 * left + 1])
  }

  @Test func aTurnKeepsTheCentroidAndAllDistances() {
    let face = face(seed: 5, points: 68)
    let copy = LandmarkAugmentation(isMirrored: false, degrees: 90).coordinates(of: face[...], scheme: .ibug68)
    func centroid(_ values: [Float], _ axis: Int) -> Float {
      stride(from: axis, to: 136, by: 2).reduce(0) { $0 + values[$1] } / 68
    }
    let center = (x: centroid(face, 0), y: centroid(face, 1))
    #expect(abs(centroid(copy, 0) - center.x) < 1e-4 && abs(centroid(copy, 1) - center.y) < 1e-4)
    // Clockwise in a picture, whose y axis points down: what was right of the center is below it.
    for point in 0..<68 {
      let (x, y) = (face[2 * point] - center.x, face[2 * point + 1] - center.y)
      #expect(abs(copy[2 * point] - (center.x - y)) < 1e-3 && abs(copy[2 * point + 1] - (center.y + x)) < 1e-3)
    }
  }

  @Test func pointsOfAnUnknownSchemeAreTurnedOnly() {
    let scheme = LandmarkScheme(pointCount: 5)
    let face = face(seed: 7, points: 5)
    #expect(
      LandmarkAugmentation(isMirrored: true, degrees: 8).coordinates(of: face[...], scheme: scheme)
        == LandmarkAugmentation(isMirrored: false, degrees: 8).coordinates(of: face[...], scheme: scheme))
  }
}

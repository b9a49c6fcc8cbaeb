import Landmarks
import Testing

@Suite struct PointSchemeTests {
  @Test(arguments: [LandmarkScheme.ibug68, .wflw98])
  func regionsCoverEveryPointOnce(scheme: LandmarkScheme) {
    #expect(scheme.regions.flatMap(\.points) == Array(0..<scheme.pointCount))
  }

  @Test(arguments: [LandmarkScheme.ibug68, .wflw98])
  func mirroringTwiceChangesNothing(scheme: LandmarkScheme) throws {
    let mirror = try #require(scheme.mirror)
    #expect(mirror.indices.allSatisfy { mirror[mirror[$0]] == $0 })
  }

  @Test(arguments: [LandmarkScheme.ibug68, .wflw98])
  func aRegionMirrorsIntoOneRegionOfItsSize(scheme: LandmarkScheme) throws {
    let mirror = try #require(scheme.mirror)
    for region in scheme.regions {
      let image = Set(region.points.map { mirror[$0] })
      #expect(scheme.regions.contains { Set($0.points) == image }, "\(region.name)")
    }
  }

  @Test func leftAndRightTradePlaces() throws {
    let mirror = try #require(LandmarkScheme.ibug68.mirror)
    #expect(mirror[0] == 16 && mirror[36] == 45 && mirror[48] == 54 && mirror[60] == 64)
    #expect([8, 27, 30, 33, 51, 57, 62, 66].allSatisfy { mirror[$0] == $0 })
    let wflw = try #require(LandmarkScheme.wflw98.mirror)
    #expect(wflw[96] == 97 && wflw[60] == 72 && wflw[33] == 46 && wflw[16] == 16 && wflw[82] == 76)
  }

  @Test func anUnknownCountHasPointsButNoMirror() {
    let scheme = LandmarkScheme(pointCount: 5)
    #expect(scheme.mirror == nil && scheme.columnNames.count == 10 && scheme.columnNames.last == "5_y")
  }
}

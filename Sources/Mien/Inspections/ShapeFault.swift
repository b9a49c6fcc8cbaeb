import Landmarks

/// What is wrong with a single face's points, whatever other faces are like.
struct ShapeFault: Hashable, Sendable {
  let reason: DataIssue.Reason
  let measure: Double
  let detail: String

  /// The share of points that may lie where another point does: predictors round, and lips and lids meet.
  static let maxCoincident = 0.1
  /// The longer side that an eye or the mouth must have, as a share of the face's; closed eyes have 0.05 and more.
  static let minRegionSize = 0.03
  /// How far outside its box a point may lie, as a share of the box's longer side; chins reach 0.35.
  static let farthestOutside = 0.5

  /// The faults of a face: x and y of each point in pixels.
  ///
  /// - Complexity: O(points).
  static func faults(of face: ArraySlice<Float>, scheme: LandmarkScheme, box: FaceBox?) -> [ShapeFault] {
    var faults: [ShapeFault] = []
    let places = stride(from: face.startIndex, to: face.endIndex, by: 2).map { (x: face[$0], y: face[$0 + 1]) }
    let coincident = places.count - Set(places.map { Place(x: $0.x, y: $0.y) }).count
    if coincident > 0, Double(coincident) >= maxCoincident * Double(places.count) {
      faults.append(ShapeFault(reason: .coincidentPoints, measure: Double(coincident), detail: ""))
    }
    let whole = longerSide(places[...])
    if scheme.hasRegions, whole > 0 {
      for region in scheme.regions where region.isClosed {
        let share = longerSide(places[region.points]) / whole
        if share < minRegionSize {
          faults.append(ShapeFault(reason: .collapsedRegion, measure: share, detail: region.name))
        }
      }
    }
    if let box {
      let outside = places.reduce(0.0) { farthest, place in
        max(
          farthest, box.left - Double(place.x), Double(place.x) - box.left - box.width, box.top - Double(place.y),
          Double(place.y) - box.top - box.height)
      }
      let share = outside / max(box.width, box.height)
      if share > farthestOutside { faults.append(ShapeFault(reason: .outsideBox, measure: share, detail: "")) }
    }
    return faults
  }

  private struct Place: Hashable {
    let x: Float
    let y: Float
  }

  private static func longerSide(_ places: ArraySlice<(x: Float, y: Float)>) -> Double {
    guard let first = places.first else { return 0 }
    var (left, right, top, bottom) = (first.x, first.x, first.y, first.y)
    for place in places {
      (left, right) = (min(left, place.x), max(right, place.x))
      (top, bottom) = (min(top, place.y), max(bottom, place.y))
    }
    return Double(max(right - left, bottom - top))
  }
}

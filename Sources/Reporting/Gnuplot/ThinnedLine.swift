/// Lines of many points drawn with few.
package enum ThinnedLine {
  /// The points to keep, as rising indices: those without which the line would move by more than `tolerance`, the
  /// farthest ones first and at most `most` of them (Ramer 1972, doi:10.1016/S0146-664X(72)80017-0; Douglas & Peucker 1973,
  /// doi:10.3138/FM57-6770-U75U-7727). First and last always stay.
  ///
  /// - Parameter tolerance: in the units of x and y, which count alike.
  /// - Complexity: O(points × log most) where parts halve.
  package static func indices(
    of points: [(x: Double, y: Double)], tolerance: Double = 0.0005, most: Int = 400
  ) -> [Int] {
    guard points.count > 2 else { return Array(points.indices) }
    var parts = [part(points, 0, points.count - 1)]
    while parts.count + 1 < most, let next = parts.indices.max(by: { parts[$0].distance < parts[$1].distance }),
      parts[next].distance > tolerance
    {
      let split = parts[next]
      parts[next] = part(points, split.start, split.farthest)
      parts.append(part(points, split.farthest, split.end))
    }
    return ([0] + parts.map(\.end)).sorted()
  }

  private struct Part {
    let start: Int
    let end: Int
    let farthest: Int
    let distance: Double
  }

  private static func part(_ points: [(x: Double, y: Double)], _ start: Int, _ end: Int) -> Part {
    let (a, b) = (points[start], points[end])
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = (dx * dx + dy * dy).squareRoot()
    var (farthest, largest) = (start, 0.0)
    for index in start + 1..<max(start + 1, end) {
      let (px, py) = (points[index].x - a.x, points[index].y - a.y)
      let distance = length > 0 ? abs(dx * py - dy * px) / length : (px * px + py * py).squareRoot()
      if distance > largest { (farthest, largest) = (index, distance) }
    }
    return Part(start: start, end: end, farthest: farthest, distance: largest)
  }
}

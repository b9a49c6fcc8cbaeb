import Foundation

/// A face as `Alignment` leaves it: x to the right and y down, from the centroid, in sizes of the face.
///
/// What is measured on it has no unit of the picture's. The size is the root mean square distance of the points from
/// their centroid, not the distance between the eyes. It is an average over all points, so that their jitter hardly moves
/// it, where one pixel is a twentieth of the distance between the eyes in a crop of 48 pixels; and the distance between
/// the eyes shrinks by almost a third when the head turns away by 45°, which would enlarge all other numbers. Where
/// points jitter independently this size, of all, is uncorrelated with shape (Bookstein 1986, doi:10.1214/ss/1177013696).
struct Shape: Sendable {
  /// The x of each point.
  let x: [Double]
  /// The y of each point.
  let y: [Double]

  /// x and y in turn.
  var coordinates: [Double] { zip(x, y).flatMap { [$0, $1] } }

  /// The shape as a mirror shows it, each point under the number of the point that it has become.
  func mirrored(by mirror: [Int]) -> Shape {
    Shape(x: mirror.map { -x[$0] }, y: mirror.map { y[$0] })
  }

  /// The distance between two points.
  func distance(_ a: Int, _ b: Int) -> Double {
    let (dx, dy) = (x[b] - x[a], y[b] - y[a])
    return (dx * dx + dy * dy).squareRoot()
  }

  /// The angle at `vertex` through which a leg to `first` turns, clockwise as pictures are seen, to lie on a leg to `last`:
  /// radians from −π/2 to 3π/2, so that neither what is nearly closed nor what is nearly flat stands at the ends of the
  /// range. Legs without length have the angle 0.
  func angle(_ first: Int, _ vertex: Int, _ last: Int) -> Double {
    let (ax, ay) = (x[first] - x[vertex], y[first] - y[vertex])
    let (bx, by) = (x[last] - x[vertex], y[last] - y[vertex])
    let turn = atan2(ax * by - ay * bx, ax * bx + ay * by)
    return turn < -.pi / 2 ? turn + 2 * .pi : turn
  }

  /// The mean height of some points, upwards.
  func height(_ points: [Int]) -> Double { -points.reduce(0) { $0 + y[$1] } / Double(points.count) }

  /// How far some points, on average, lie to the left of the way from `start` to `end`, as pictures are seen and by the
  /// length of the way.
  func bulge(_ points: [Int], leftOf start: Int, _ end: Int) -> Double {
    let (dx, dy) = (x[end] - x[start], y[end] - y[start])
    let areas = points.reduce(0) { $0 + dy * (x[$1] - x[start]) - dx * (y[$1] - y[start]) }
    return Shape.ratio(areas / Double(points.count), dx * dx + dy * dy)
  }

  /// A quotient, at most 10 either way: ten times what faces have, and finite where a length is nothing.
  static func ratio(_ dividend: Double, _ divisor: Double) -> Double {
    dividend == 0 ? 0 : min(max(dividend / divisor, -10), 10)
  }
}

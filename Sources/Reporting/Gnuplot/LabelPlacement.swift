import Landmarks

/// Where the numbers of a face's points go so that they can be read.
///
/// Every label tries places around its point, the outward ones and the near ones first, and takes the one that covers
/// the least of points and of labels that are already placed. Labels that end up away from their point get a line.
package struct LabelPlacement {
  package struct Label {
    /// The index of the point.
    package var point: Int
    package var x: Double
    package var y: Double
    /// Whether a line should join label and point.
    var needsLine: Bool
  }

  private struct Box {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    init(x: Double, y: Double, width: Double, height: Double) {
      (left, right) = (x - width / 2, x + width / 2)
      (top, bottom) = (y - height / 2, y + height / 2)
    }

    func overlap(_ other: Box) -> Double {
      max(0, min(right, other.right) - max(left, other.left)) * max(0, min(bottom, other.bottom) - max(top, other.top))
    }
  }

  /// Labels for the given points of a shape.
  ///
  /// - Parameters:
  ///   - digitSize: width and height of a digit in the shape's units.
  ///   - pointSize: the diameter of each drawn point in the shape's units, by index.
  package static func labels(
    of points: [Int], shape: [Double], scheme: LandmarkScheme, digitSize: (width: Double, height: Double),
    pointSize: (Int) -> Double
  ) -> [Label] {
    let positions = (0..<shape.count / 2).map { (x: shape[2 * $0], y: shape[2 * $0 + 1]) }
    let discs = positions.enumerated().map { index, position in
      Box(x: position.x, y: position.y, width: pointSize(index), height: pointSize(index))
    }
    let faceCenter = mean(of: positions[...])
    var taken: [Box] = []
    var labels: [Label] = []
    // Outlines first: what lies inside them has to find its way around.
    for point in points {
      let region = scheme.regions.first { $0.points.contains(point) }
      let center = region.flatMap { $0.isClosed ? mean(of: positions[$0.points]) : nil } ?? faceCenter
      let width = digitSize.width * Double("\(point + 1)".count)
      let nearest = pointSize(point) / 2 + digitSize.height * 0.75
      var best: (cost: Double, label: Label, box: Box)?
      for ring in 0..<9 {
        let radius = nearest + Double(ring) * digitSize.height * 0.55
        for direction in directions {
          let x = positions[point].x + direction.x * (radius + width / 2 - digitSize.height / 2)
          let y = positions[point].y + direction.y * radius
          let box = Box(x: x, y: y, width: width * 1.1, height: digitSize.height * 1.05)
          let area = width * digitSize.height
          let covered =
            taken.reduce(0) { $0 + $1.overlap(box) } * 3 + discs.reduce(0) { $0 + $1.overlap(box) } * 2
          let away = outwardness(direction, from: center, to: positions[point])
          let cost = covered / area + 0.12 * Double(ring) + 0.15 * (1 - away)
          if cost < best?.cost ?? .infinity {
            best = (cost, Label(point: point, x: x, y: y, needsLine: ring > 1), box)
          }
        }
      }
      if let best {
        labels.append(best.label)
        taken.append(best.box)
      }
    }
    return labels
  }

  /// Sixteen directions, without trigonometry so that every machine places labels alike.
  private static let directions: [(x: Double, y: Double)] = {
    let quarter = [(1.0, 0.0), (0.924, 0.383), (0.707, 0.707), (0.383, 0.924)]
    return quarter + quarter.map { (-$0.1, $0.0) } + quarter.map { (-$0.0, -$0.1) } + quarter.map { ($0.1, -$0.0) }
  }()

  private static func mean(of positions: ArraySlice<(x: Double, y: Double)>) -> (x: Double, y: Double) {
    let count = Double(max(1, positions.count))
    return (positions.reduce(0) { $0 + $1.x } / count, positions.reduce(0) { $0 + $1.y } / count)
  }

  /// The cosine between a direction and the way out of a region.
  private static func outwardness(
    _ direction: (x: Double, y: Double), from center: (x: Double, y: Double), to point: (x: Double, y: Double)
  ) -> Double {
    let (x, y) = (point.x - center.x, point.y - center.y)
    let length = (x * x + y * y).squareRoot()
    return length > 0 ? (direction.x * x + direction.y * y) / length : 0
  }
}

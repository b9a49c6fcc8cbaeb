import Basics
import Landmarks

/// Faces as gnuplot data: points, and the lines that join them within a region.
package enum FaceDrawing {
  /// Lines of a face: one point a line, regions parted by empty lines, closed regions ending where they start.
  package static func lines(_ shape: [Double], scheme: LandmarkScheme) -> String {
    regionLines(shape, scheme: scheme).joined(separator: "\n")
  }

  /// The line of each region, one point a line; none where regions are not known.
  static func regionLines(_ shape: [Double], scheme: LandmarkScheme) -> [String] {
    outlines(scheme).map { indices in
      indices.map { "\(number(shape[2 * $0]))\t\(number(shape[2 * $0 + 1]))\n" }.joined()
    }
  }

  /// The points that the line of each region joins, in order.
  private static func outlines(_ scheme: LandmarkScheme) -> [[Int]] {
    guard scheme.hasRegions else { return [] }
    return scheme.regions.map { Array($0.points) + ($0.isClosed ? [$0.points.lowerBound] : []) }
  }

  /// A face as SVG elements: its points and the lines that join them, as wide at any size. A white rim keeps them visible on a
  /// photograph.
  ///
  /// - Parameter shape: `2 × points` numbers in the units of the drawing.
  package static func svg(_ shape: [Double], scheme: LandmarkScheme) -> String {
    func place(_ point: Int) -> String {
      "\(DecimalText.text(shape[2 * point], 1)) \(DecimalText.text(shape[2 * point + 1], 1))"
    }
    let lines = outlines(scheme).filter { $0.count > 1 }
      .map { outline in "M" + outline.map(place).joined(separator: "L") }.joined()
    // A round cap on a line without length is a disc.
    let points = (0..<shape.count / 2).map { "M\(place($0))h0" }.joined()
    func path(_ path: String, _ color: String, _ width: Double) -> String {
      path.isEmpty
        ? ""
        : "<path d=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(width)\" "
          + "stroke-linecap=\"round\" stroke-linejoin=\"round\" vector-effect=\"non-scaling-stroke\"/>"
    }
    return path(lines, "#ffffff", 3) + path(points, "#ffffff", 5) + path(lines, "#4d86b3", 1.2)
      + path(points, "#10395c", 3.2)
  }

  /// The points of a face: number, x, y.
  static func points(_ shape: [Double]) -> String {
    (0..<shape.count / 2).map { "\($0 + 1)\t\(number(shape[2 * $0]))\t\(number(shape[2 * $0 + 1]))\n" }.joined()
  }

  /// Labels as gnuplot data: x, y, text.
  static func labels(_ labels: [LabelPlacement.Label]) -> String {
    labels.map { "\(number($0.x))\t\(number($0.y))\t\($0.point + 1)\n" }.joined()
  }

  /// The lines between points and labels that stand away from them.
  static func leaders(_ labels: [LabelPlacement.Label], shape: [Double]) -> String {
    labels.filter(\.needsLine).map { label in
      let (x, y) = (shape[2 * label.point], shape[2 * label.point + 1])
      return "\(number(x))\t\(number(y))\n\(number(label.x))\t\(number(label.y))\n\n"
    }.joined()
  }

  /// The rectangle that holds all shapes, with a margin of `margin` of its larger side.
  static func bounds(_ shapes: [[Double]], margin: Double) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    func range(_ axis: Int) -> ClosedRange<Double> {
      let values = shapes.flatMap { shape in stride(from: axis, to: shape.count, by: 2).map { shape[$0] } }
      return (values.min() ?? 0)...(values.max() ?? 1)
    }
    let (x, y) = (range(0), range(1))
    let space = max(1, max(x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)) * margin
    return (x.lowerBound - space...x.upperBound + space, y.lowerBound - space...y.upperBound + space)
  }

  static func number(_ value: Double) -> String { DecimalText.text(value, 3) }
}

import Basics
import Foundation
import Landmarks

/// The ellipse of a covariance matrix: where a normal density has fallen as far as at `deviations` standard deviations.
package struct SpreadEllipse: Hashable, Sendable {
  /// The longer half axis.
  package let major: Double
  /// The shorter half axis.
  package let minor: Double
  /// The angle from the x axis to the longer one, in degrees, counted from x towards y: −90 to 90.
  package let degrees: Double

  package init(xx: Double, xy: Double, yy: Double, deviations: Double) {
    let middle = (xx + yy) / 2
    let difference = (xx - yy) / 2
    let radius = (difference * difference + xy * xy).squareRoot()
    major = deviations * max(0, middle + radius).squareRoot()
    minor = deviations * max(0, middle - radius).squareRoot()
    degrees = radius > 0 ? atan2(xy, difference) / 2 * 180 / .pi : 0
  }

  /// Points along the ellipse around a center; the first is the end of the longer axis.
  package func outline(x: Double, y: Double, points: Int) -> [(x: Double, y: Double)] {
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    return (0..<points).map { point in
      let angle = 2 * .pi * Double(point) / Double(points)
      let (along, across) = (major * cos(angle), minor * sin(angle))
      return (x + along * cosine - across * sine, y + along * sine + across * cosine)
    }
  }
}

/// How far each class's points spread about their mean: an ellipse of so many standard deviations for each point.
package func spreadPlot(_ classes: [ClassShape], scheme: LandmarkScheme, deviations: Double) -> Plot {
  let name = "spread"
  let (columns, width) = Panels.grid(classes.count)
  let ellipses = classes.map { shape in
    shape.covariances.map { SpreadEllipse(xx: $0.xx, xy: $0.xy, yy: $0.yy, deviations: deviations) }
  }
  // The corners of the squares around ellipses must fit in.
  var corners: [[Double]] = []
  for (shape, ellipses) in zip(classes, ellipses) {
    for side in [-1.0, 1.0] {
      corners.append(shape.mean.enumerated().map { $1 + side * ellipses[$0 / 2].major })
    }
  }
  let faces = FacePanels(count: classes.count, columns: columns, width: width, shapes: classes.map(\.mean) + corners)
  var data: [String: String] = [:]
  let contents = zip(classes, ellipses).enumerated().map { index, pair in
    let file = "\(name)_\(index + 1).tsv"
    data["\(name)_\(index + 1)_mean.tsv"] = FacePanels.data(pair.0.mean, scheme: scheme)
    // As outlines: gnuplot's own ellipses ignore which way y runs, and take ten times the space.
    data[file] = pair.1.enumerated().map { point, ellipse in
      let outline = ellipse.outline(x: pair.0.mean[2 * point], y: pair.0.mean[2 * point + 1], points: 28)
      return (outline + outline.prefix(1)).map { "\(FaceDrawing.number($0.x))\t\(FaceDrawing.number($0.y))\n" }
        .joined()
    }.joined(separator: "\n")
    return (
      title: faces.panels.title(pair.0.name, " (\(pair.0.rows))"),
      parts: [
        "\"\(file)\" using 1:2 with filledcurves closed lc rgb \"#3b76af\" fs transparent solid 0.3 border lc rgb \"#3b76af\"",
        FacePanels.face("\(name)_\(index + 1)_mean.tsv", scheme: scheme, color: "#222222", width: 1),
      ]
    )
  }
  return Plot(
    name: name, size: faces.panels.size, data: data,
    script: faces.script(contents))
}

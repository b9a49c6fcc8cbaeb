import Basics
import Landmarks

/// The mean face of a class and how its points vary, for a picture.
package struct ClassShape: Sendable {
  package var name: String
  package var rows: Int
  /// x and y of each point, `2 × points` numbers.
  package var mean: [Double]
  /// The variance of x, the covariance and the variance of y of each point.
  package var covariances: [(xx: Double, xy: Double, yy: Double)]

  package init(
    name: String, rows: Int, mean: [Double], covariances: [(xx: Double, xy: Double, yy: Double)] = []
  ) {
    self.name = name
    self.rows = rows
    self.mean = mean
    self.covariances = covariances
  }
}

/// Panels of faces on the same axes, which have no units worth showing.
struct FacePanels: Sendable {
  let panels: Panels
  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>

  /// - Parameters:
  ///   - shapes: all that must fit in.
  ///   - footer: the room below all panels in pixels.
  init(count: Int, columns: Int, width: Double, shapes: [[Double]], footer: Double = 0) {
    (x, y) = FaceDrawing.bounds(shapes, margin: 0.02)
    panels = Panels(
      count: count, columns: columns, width: width,
      aspect: (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound), footer: footer)
  }

  /// Pixels of a unit of the shapes.
  var pixelsPerUnit: Double { panels.panel.width / (x.upperBound - x.lowerBound) }

  /// A script that draws each panel's parts below its title, and `footer` below all.
  func script(
    _ contents: [(title: String, parts: [String])], settings: String = "", footer: String = ""
  ) -> String {
    var script = """
      set multiplot
      set xrange [\(FaceDrawing.number(x.lowerBound)):\(FaceDrawing.number(x.upperBound))]
      set yrange [\(FaceDrawing.number(y.upperBound)):\(FaceDrawing.number(y.lowerBound))]
      unset tics
      unset border
      unset key
      set title font ",\(panels.titleSize)"
      \(settings)

      """
    for (index, content) in contents.enumerated() {
      script += panels.frame(index)
      script += """
        set title \(Gnuplot.quoted(content.title)) noenhanced offset 0,-0.4
        plot \(content.parts.joined(separator: ", "))

        """
    }
    return script + footer + "unset multiplot"
  }

  /// What joins the points of a face, or the points themselves where nothing is known to join them.
  static func face(
    _ file: String, scheme: LandmarkScheme, color: String, width: Double = 1.4, dash: String = "1"
  ) -> String {
    scheme.hasRegions
      ? "\"\(file)\" with lines lc rgb \"\(color)\" lw \(DecimalText.text(width, 1)) dt \(dash)"
      : "\"\(file)\" with points pt 7 ps 0.4 lc rgb \"\(color)\""
  }

  /// The data of a face for `face(_:scheme:color:width:dash:)`.
  static func data(_ shape: [Double], scheme: LandmarkScheme) -> String {
    if scheme.hasRegions { return FaceDrawing.lines(shape, scheme: scheme) }
    return (0..<shape.count / 2).map {
      "\(FaceDrawing.number(shape[2 * $0]))\t\(FaceDrawing.number(shape[2 * $0 + 1]))\n"
    }.joined()
  }
}

import Basics
import Landmarks

/// How much each keypoint matters for one class, and the class's mean face.
package struct ClassImportances: Sendable {
  package var name: String
  /// x and y of each point, `2 × points` numbers.
  package var meanShape: [Double]
  /// One number ≥ 0 a point.
  package var points: [Double]

  package init(name: String, meanShape: [Double], points: [Double]) {
    self.name = name
    self.meanShape = meanShape
    self.points = points
  }
}

/// The mean face of each class with points as large and dark as they matter for telling it from the others, on one scale
/// for all classes.
package func classImportancePlot(
  _ classes: [ClassImportances], scheme: LandmarkScheme,
  measure: String = "area under the class's ROC curve lost when the point is permuted"
) -> Plot {
  let name = "importance_by_class"
  let (columns, width) = Panels.grid(classes.count)
  let faces = FacePanels(
    count: classes.count, columns: columns, width: width, shapes: classes.map(\.meanShape), footer: 76)
  let largest = classes.flatMap(\.points).max() ?? 0
  let scale = width / 300
  /// gnuplot's point size 1 is a disc of about 8 pixels.
  func pointSize(_ share: Double) -> Double { (0.4 + 2.2 * share) * scale }
  func share(_ importance: Double) -> Double { largest > 0 ? importance / largest : 0 }
  var data: [String: String] = [:]
  let contents = classes.enumerated().map { index, entry in
    let file = "\(name)_\(index + 1)"
    data["\(file)_lines.tsv"] = FaceDrawing.lines(entry.meanShape, scheme: scheme)
    // The most important come last, so that none is hidden by a lesser one.
    let order = entry.points.indices.sorted { (entry.points[$0], $0) < (entry.points[$1], $1) }
    data["\(file).tsv"] = order.map { point in
      [
        "\(point + 1)", FaceDrawing.number(entry.meanShape[2 * point]),
        FaceDrawing.number(entry.meanShape[2 * point + 1]), DecimalText.text(entry.points[point], 6),
        DecimalText.text(pointSize(share(entry.points[point])), 3),
      ].joined(separator: "\t") + "\n"
    }.joined()
    // Numbers have no room in small panels, and mean nothing where nothing matters.
    let named = width < 200 ? [] : order.suffix(8).filter { entry.points[$0] > 0 }
    let labels = LabelPlacement.labels(
      of: named.sorted(), shape: entry.meanShape, scheme: scheme,
      digitSize: (6.6 / faces.pixelsPerUnit, 9.5 / faces.pixelsPerUnit),
      pointSize: { 8 * pointSize(share(entry.points[$0])) / faces.pixelsPerUnit })
    let leaders = FaceDrawing.leaders(labels, shape: entry.meanShape)
    data["\(file)_labels.tsv"] = FaceDrawing.labels(labels)
    data["\(file)_leaders.tsv"] = leaders
    let parts = [
      scheme.hasRegions ? "\"\(file)_lines.tsv\" with lines lc rgb \"#b8c4cf\" lw 1.2" : nil,
      leaders.isEmpty ? nil : "\"\(file)_leaders.tsv\" with lines lc rgb \"#999999\" lw 0.6",
      discs("\(file).tsv", x: 2, y: 3, importance: 4, size: 5),
      labels.isEmpty ? nil : "\"\(file)_labels.tsv\" with labels font \",9\" tc rgb \"#222222\"",
    ]
    return (title: faces.panels.title(entry.name), parts: parts.compactMap { $0 })
  }
  let places = DecimalText.places(upTo: largest)
  let steps = largest > 0 ? [0, 0.25, 0.5, 0.75, 1] : [0]
  data["\(name)_legend.tsv"] = steps.enumerated().map { place, share in
    [
      DecimalText.text(0.5 + 0.16 * (Double(place) - Double(steps.count - 1) / 2), 4), "0.62",
      DecimalText.text(share * largest, places + 3), DecimalText.text(pointSize(share), 3), "0.34",
      DecimalText.text(share * largest, places),
    ].joined(separator: "\t") + "\n"
  }.joined()
  return Plot(
    name: name, size: faces.panels.size, data: data,
    script: faces.script(
      contents,
      settings: """
        set cbrange [0:\(largest > 0 ? DecimalText.text(largest, places + 3) : "1")]
        \(ColorMap.palette(isReversed: true))
        unset colorbox
        """,
      footer: """
        \(faces.panels.footerFrame)set label 1 \(Gnuplot.quoted(measure)) at 0.5,0.12 center font ",10" tc rgb "#333333"
        plot \(discs("\(name)_legend.tsv", x: 1, y: 2, importance: 3, size: 4)), \
        "\(name)_legend.tsv" using 1:5:6 with labels font ",10" tc rgb "#222222"

        """))
}

/// Discs by their columns of data; a rim keeps light ones visible on white.
private func discs(_ file: String, x: Int, y: Int, importance: Int, size: Int) -> String {
  "\"\(file)\" using \(x):\(y):($\(size)+0.2) with points pt 7 ps variable lc rgb \"#6b6b6b\", "
    + "\"\(file)\" using \(x):\(y):\(size):\(importance) with points pt 7 ps variable lc palette"
}

import Basics
import Landmarks

/// The most important features as bars, largest on top.
package func featureImportancePlot(
  names: [String], importances: [Double], measure: String = "mean decrease of impurity (share of all)"
) -> Plot {
  let shown = min(30, names.count)
  let order = importances.indices.sorted { (importances[$0], $1) > (importances[$1], $0) }.prefix(shown)
  let rows = order.enumerated().map { place, feature in
    "\(place)\t\(DecimalText.text(importances[feature], 6))\t\(names[feature])\n"
  }.joined()
  return Plot(
    name: "importance_by_feature", size: (640, 110 + 19 * shown),
    data: ["importance_by_feature.tsv": rows],
    script: """
      set title "Feature importance: the first \(shown) of \(names.count)"
      set xlabel "\(measure)"
      set xrange [0:*]
      set yrange [\(Double(shown) - 0.4):-0.6]
      set ytics scale 0 noenhanced font ",10"
      set xtics out nomirror scale 0.5
      set grid xtics lc rgb "#dddddd"
      set border 3 lc rgb "#666666"
      set style fill solid 1 noborder
      unset key
      plot "importance_by_feature.tsv" using ($2/2):1:($2/2):(0.38):ytic(3) with boxxyerror lc rgb "#3b76af"
      """)
}

/// The importance of each point, drawn on the mean face: larger and darker points matter more.
package func keypointImportancePlot(
  meanShape: [Double], pointImportances: [Double], scheme: LandmarkScheme,
  measure: String = "mean decrease of impurity (share of all)"
) -> Plot {
  let name = "importance_by_keypoint"
  let frame = FaceFrame(meanShape)
  let largest = pointImportances.max() ?? 0
  /// gnuplot's point size 1 is a disc of about 8 pixels.
  func pointSize(_ point: Int) -> Double { 0.4 + 2.0 * (largest > 0 ? pointImportances[point] / largest : 0) }
  let mostImportant = pointImportances.indices.sorted { pointImportances[$0] > pointImportances[$1] }.prefix(20)
  let labels = LabelPlacement.labels(
    of: mostImportant.sorted(), shape: meanShape, scheme: scheme,
    digitSize: (7.2 / frame.pixelsPerUnit, 10.5 / frame.pixelsPerUnit),
    pointSize: { 8 * pointSize($0) / frame.pixelsPerUnit })
  let points = pointImportances.enumerated().map { point, importance in
    [
      "\(point + 1)", FaceDrawing.number(meanShape[2 * point]), FaceDrawing.number(meanShape[2 * point + 1]),
      DecimalText.text(importance, 6), DecimalText.text(pointSize(point), 3),
    ].joined(separator: "\t") + "\n"
  }.joined()
  let leaders = FaceDrawing.leaders(labels, shape: meanShape)
  let parts = [
    scheme.hasRegions ? "\"\(name)_lines.tsv\" with lines lc rgb \"#b8c4cf\" lw 1.2" : nil,
    leaders.isEmpty ? nil : "\"\(name)_leaders.tsv\" with lines lc rgb \"#999999\" lw 0.6",
    // The rim keeps light points visible on white.
    "\"\(name).tsv\" using 2:3:($5+0.2) with points pt 7 ps variable lc rgb \"#6b6b6b\"",
    "\"\(name).tsv\" using 2:3:5:4 with points pt 7 ps variable lc palette",
    "\"\(name)_labels.tsv\" with labels font \",10\" tc rgb \"#222222\"",
  ]
  return Plot(
    name: name, size: frame.size,
    data: [
      "\(name).tsv": points,
      "\(name)_lines.tsv": FaceDrawing.lines(meanShape, scheme: scheme),
      "\(name)_labels.tsv": FaceDrawing.labels(labels),
      "\(name)_leaders.tsv": leaders,
    ],
    script: """
      \(frame.script)
      set title "Importance of each point on the mean face (its features together)"
      set cblabel "\(measure)"
      set cbrange [0:\(largest > 0 ? DecimalText.text(largest, 6) : "1")]
      \(ColorMap.palette(isReversed: true))
      unset key
      plot \(parts.compactMap { $0 }.joined(separator: ", "))
      """)
}

/// The importance of each facial region, drawn on the mean face: wider and darker lines matter more. `nil` where regions are
/// not known.
package func regionImportancePlot(
  meanShape: [Double], regionImportances: [Double], scheme: LandmarkScheme,
  measure: String = "mean decrease of impurity (share of all)"
) -> Plot? {
  guard scheme.hasRegions else { return nil }
  let name = "importance_by_region"
  let frame = FaceFrame(meanShape)
  let largest = regionImportances.max() ?? 0
  let order = regionImportances.indices.sorted { (regionImportances[$0], $1) > (regionImportances[$1], $0) }
  let lines = FaceDrawing.regionLines(meanShape, scheme: scheme)
  let parts = order.enumerated().map { place, region in
    let share = largest > 0 ? max(0, regionImportances[region]) / largest : 0
    let text =
      "\(scheme.regions[region].name) \(DecimalText.text(regionImportances[region], DecimalText.places(upTo: largest)))"
    let width = 2 + 6 * share
    // A region of one point has no line.
    let style =
      scheme.regions[region].points.count < 2
      ? "points pt 7 ps \(DecimalText.text(width / 5, 2))" : "lines lw \(DecimalText.text(width, 2))"
    return "\"\(name).tsv\" index \(place) using 1:2 with \(style) lc rgb \"\(ColorMap.hex(1 - share))\" "
      + "title \(Gnuplot.quoted(text))"
  }
  let longest = Double(scheme.regions.map(\.name.count).max() ?? 0)
  let room = max(0, 7.6 * (longest + 6) + 60 - 130)
  return Plot(
    name: name, size: (frame.size.width + Int(room), frame.size.height),
    data: ["\(name).tsv": order.map { lines[$0] }.joined(separator: "\n\n")],
    script: """
      set termoption noenhanced
      \(frame.script(extraWidth: Double(Int(room))))
      set title \(Gnuplot.quoted("Importance of each facial region on the mean face"))
      set key at graph 1.04, graph 1 left top Left reverse samplen 2 spacing 1.3
      set label 1 \(Gnuplot.quoted(measure)) at screen 0.99, screen 0.02 right font ",10" tc rgb "#555555"
      plot \(parts.joined(separator: ", \\\n  "))
      """)
}

/// The axes of a face and the room to their right.
private struct FaceFrame {
  let size: (width: Int, height: Int)
  let pixelsPerUnit: Double
  private let panel: (width: Double, height: Double)
  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>

  init(_ shape: [Double]) {
    (x, y) = FaceDrawing.bounds([shape], margin: 0.07)
    pixelsPerUnit = 560 / (x.upperBound - x.lowerBound)
    panel = (560, pixelsPerUnit * (y.upperBound - y.lowerBound))
    size = (Int(panel.width + 200), Int(panel.height + 110))
  }

  var script: String { script(extraWidth: 0) }

  func script(extraWidth: Double) -> String {
    let (width, height) = (panel.width + 200 + extraWidth, panel.height + 110)
    return """
      set lmargin at screen \(DecimalText.text(70 / width, 5))
      set rmargin at screen \(DecimalText.text((70 + panel.width) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - 48 / height, 5))
      set bmargin at screen \(DecimalText.text(62 / height, 5))
      set xrange [\(FaceDrawing.number(x.lowerBound)):\(FaceDrawing.number(x.upperBound))]
      set yrange [\(FaceDrawing.number(y.upperBound)):\(FaceDrawing.number(y.lowerBound))]
      set xlabel "x (pixels)"
      set ylabel "y (pixels)"
      set tics out nomirror scale 0.5
      set border 3 lc rgb "#666666"
      """
  }
}

import Basics
import Landmarks

/// The most important features as bars, largest on top.
package func featureImportancePlot(
  names: [String], importances: [Double], measure: String = "mean decrease of impurity (share of all)"
) -> Plot {
  let shown = min(30, names.count)
  let order = importances.indices.sorted { (importances[$0], $1) > (importances[$1], $0) }.prefix(shown)
  let rows = order.enumerated().map { place, feature in
    "\(place)\t\(Decimal.text(importances[feature], 6))\t\(names[feature])\n"
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
  meanShape: [Double], pointImportances: [Double], scheme: PointScheme,
  measure: String = "mean decrease of impurity (share of all)"
) -> Plot {
  let name = "importance_by_keypoint"
  let (x, y) = FaceDrawing.bounds([meanShape], margin: 0.07)
  let panelWidth = 560.0
  let pixelsPerUnit = panelWidth / (x.upperBound - x.lowerBound)
  let panelHeight = pixelsPerUnit * (y.upperBound - y.lowerBound)
  let largest = pointImportances.max() ?? 0
  /// gnuplot's point size 1 is a disc of about 8 pixels.
  func pointSize(_ point: Int) -> Double { 0.4 + 2.0 * (largest > 0 ? pointImportances[point] / largest : 0) }
  let mostImportant = pointImportances.indices.sorted { pointImportances[$0] > pointImportances[$1] }.prefix(20)
  let labels = LabelPlacement.labels(
    of: mostImportant.sorted(), shape: meanShape, scheme: scheme,
    digitSize: (7.2 / pixelsPerUnit, 10.5 / pixelsPerUnit), pointSize: { 8 * pointSize($0) / pixelsPerUnit })
  let points = pointImportances.enumerated().map { point, importance in
    [
      "\(point + 1)", FaceDrawing.number(meanShape[2 * point]), FaceDrawing.number(meanShape[2 * point + 1]),
      Decimal.text(importance, 6), Decimal.text(pointSize(point), 3),
    ].joined(separator: "\t") + "\n"
  }.joined()
  let leaders = FaceDrawing.leaders(labels, shape: meanShape)
  let parts = [
    scheme.hasRegions ? "\"\(name)_lines.tsv\" with lines lc rgb \"#b8c4cf\" lw 1.2" : nil,
    leaders.isEmpty ? nil : "\"\(name)_leaders.tsv\" with lines lc rgb \"#999999\" lw 0.6",
    "\"\(name).tsv\" using 2:3:5:4 with points pt 7 ps variable lc palette",
    "\"\(name)_labels.tsv\" with labels font \",10\" tc rgb \"#222222\"",
  ]
  let (width, height) = (panelWidth + 200, panelHeight + 110)
  return Plot(
    name: name, size: (Int(width), Int(height)),
    data: [
      "\(name).tsv": points,
      "\(name)_lines.tsv": FaceDrawing.lines(meanShape, scheme: scheme),
      "\(name)_labels.tsv": FaceDrawing.labels(labels),
      "\(name)_leaders.tsv": leaders,
    ],
    script: """
      set lmargin at screen \(Decimal.text(70 / width, 5))
      set rmargin at screen \(Decimal.text((70 + panelWidth) / width, 5))
      set tmargin at screen \(Decimal.text(1 - 48 / height, 5))
      set bmargin at screen \(Decimal.text(62 / height, 5))
      set title "Importance of each point on the mean face (its features together)"
      set xrange [\(FaceDrawing.number(x.lowerBound)):\(FaceDrawing.number(x.upperBound))]
      set yrange [\(FaceDrawing.number(y.upperBound)):\(FaceDrawing.number(y.lowerBound))]
      set xlabel "x (pixels)"
      set ylabel "y (pixels)"
      set cblabel "\(measure)"
      set cbrange [0:\(largest > 0 ? Decimal.text(largest, 6) : "1")]
      set palette defined (0 "#f4e6c8", 0.35 "#f0a44b", 0.7 "#c8452e", 1 "#6b0f1a")
      set tics out nomirror scale 0.5
      set border 3 lc rgb "#666666"
      unset key
      plot \(parts.compactMap { $0 }.joined(separator: ", "))
      """)
}

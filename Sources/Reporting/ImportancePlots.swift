import Basics
import Landmarks

/// The most important features as bars, largest on top.
package func featureImportancePlot(names: [String], importances: [Double], scheme: PointScheme) -> Plot {
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
      set xlabel "mean decrease of impurity (share)"
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
package func keypointImportancePlot(meanShape: [Double], pointImportances: [Double], scheme: PointScheme) -> Plot {
  let largest = pointImportances.max() ?? 0
  let named = Set(pointImportances.indices.sorted { pointImportances[$0] > pointImportances[$1] }.prefix(15))
  var points = ""
  for (point, importance) in pointImportances.enumerated() {
    points += [
      "\(point + 1)", FaceDrawing.number(meanShape[2 * point]), FaceDrawing.number(meanShape[2 * point + 1]),
      Decimal.text(importance, 6), Decimal.text(0.4 + 2.2 * (largest > 0 ? importance / largest : 0), 3),
      named.contains(point) ? "\(point + 1)" : "",
    ].joined(separator: "\t") + "\n"
  }
  let (x, y) = FaceDrawing.bounds([meanShape], margin: 0.07)
  let ratio = (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound)
  let lines = scheme.hasRegions ? "\"importance_by_keypoint_lines.tsv\" with lines lc rgb \"#b8c4cf\" lw 1.2, " : ""
  return Plot(
    name: "importance_by_keypoint", size: (680, Int(500 * ratio) + 110),
    data: [
      "importance_by_keypoint.tsv": points,
      "importance_by_keypoint_lines.tsv": FaceDrawing.lines(meanShape, scheme: scheme),
    ],
    script: """
      set title "Importance of each point on the mean face (x and y together)"
      set size ratio -1
      set xrange [\(x.lowerBound):\(x.upperBound)]
      set yrange [\(y.upperBound):\(y.lowerBound)]
      set xlabel "x (pixels)"
      set ylabel "y (pixels)"
      set cblabel "mean decrease of impurity (share)"
      set cbrange [0:*]
      set palette defined (0 "#f4e6c8", 0.35 "#f0a44b", 0.7 "#c8452e", 1 "#6b0f1a")
      set tics out nomirror scale 0.5
      set border 3 lc rgb "#666666"
      unset key
      plot \(lines)"importance_by_keypoint.tsv" using 2:3:5:4 with points pt 7 ps variable lc palette, "" using 2:3:6 with labels offset 0,1.05 font ",9" tc rgb "#222222"
      """)
}

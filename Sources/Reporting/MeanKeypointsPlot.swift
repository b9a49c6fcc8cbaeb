import Basics
import Landmarks

/// The mean face of each class, side by side on common axes; points numbered from 1, y downwards.
package func meanKeypointsPlot(_ dataset: LandmarkDataset) -> Plot {
  let tables = dataset.tables.filter { $0.rowCount > 0 }
  let columns = min(4, max(1, tables.count))
  let rows = (tables.count + columns - 1) / columns
  let shapes = tables.map(\.meanShape)
  let (x, y) = FaceDrawing.bounds(shapes, margin: 0.06)
  var data: [String: String] = [:]
  var panels = ""
  for (index, table) in tables.enumerated() {
    let base = "mean_keypoints_\(index + 1)"
    data["\(base)_lines.tsv"] = FaceDrawing.lines(shapes[index], scheme: dataset.scheme)
    data["\(base)_points.tsv"] = FaceDrawing.points(shapes[index])
    let lines = dataset.scheme.hasRegions ? "\"\(base)_lines.tsv\" with lines lc rgb \"#9db4c8\" lw 1.2, " : ""
    panels += """
      set title \(Gnuplot.quoted("\(table.className) (\(table.rowCount) faces)")) noenhanced
      plot \(lines)"\(base)_points.tsv" using 2:3 with points pt 7 ps 0.25 lc rgb "#1f4e79", "" using 2:3:1 with labels offset 0,0.42 font ",5.5" tc rgb "#333333"

      """
  }
  let ratio = (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound)
  let panelWidth = 330
  return Plot(
    name: "mean_keypoints",
    size: (columns * panelWidth + 40, rows * (Int(Double(panelWidth - 40) * ratio) + 75)),
    data: data,
    script: """
      set multiplot layout \(rows),\(columns)
      set size ratio -1
      set xrange [\(x.lowerBound):\(x.upperBound)]
      set yrange [\(y.upperBound):\(y.lowerBound)]
      set xlabel "x (pixels)"
      set ylabel "y (pixels)"
      set tics out nomirror scale 0.5 font ",9"
      set border 3 lc rgb "#666666"
      unset key
      \(panels)unset multiplot
      """)
}

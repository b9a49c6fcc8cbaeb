import Basics
import Landmarks

/// The mean face of each class, side by side on common axes; points numbered from 1, y downwards.
package func meanKeypointsPlot(_ dataset: LandmarkDataset) -> Plot {
  let tables = dataset.tables.filter { $0.rowCount > 0 }
  let columns = min(4, max(1, tables.count))
  let rows = (tables.count + columns - 1) / columns
  let shapes = tables.map(\.meanShape)
  let (x, y) = FaceDrawing.bounds(shapes, margin: 0.06)
  let panelWidth = 420.0
  let pixelsPerUnit = panelWidth / (x.upperBound - x.lowerBound)
  let panelHeight = pixelsPerUnit * (y.upperBound - y.lowerBound)
  let margins = (left: 62.0, right: 12.0, top: 44.0, bottom: 52.0, gap: 18.0)
  let width = margins.left + margins.right + Double(columns) * panelWidth + Double(columns - 1) * margins.gap
  let rowHeight = panelHeight + margins.top + margins.bottom
  let height = Double(rows) * rowHeight

  var data: [String: String] = [:]
  var csv = CSVText(header: ["class", "point", "x", "y"])
  var panels = ""
  for (index, table) in tables.enumerated() {
    let base = "mean_keypoints_\(index + 1)"
    let shape = shapes[index]
    // A digit of the 7 point font is about 5 × 8 pixels.
    let labels = LabelPlacement.labels(
      of: Array(0..<dataset.scheme.pointCount), shape: shape, scheme: dataset.scheme,
      digitSize: (5.2 / pixelsPerUnit, 8.2 / pixelsPerUnit), pointSize: { _ in 4 / pixelsPerUnit })
    data["\(base)_lines.tsv"] = FaceDrawing.lines(shape, scheme: dataset.scheme)
    data["\(base)_points.tsv"] = FaceDrawing.points(shape)
    data["\(base)_labels.tsv"] = FaceDrawing.labels(labels)
    data["\(base)_leaders.tsv"] = FaceDrawing.leaders(labels, shape: shape)
    for point in 0..<dataset.scheme.pointCount {
      csv.append([
        table.className, "\(point + 1)", FaceDrawing.number(shape[2 * point]), FaceDrawing.number(shape[2 * point + 1]),
      ])
    }
    let (row, column) = (index / columns, index % columns)
    let left = margins.left + Double(column) * (panelWidth + margins.gap)
    let top = Double(row) * rowHeight + margins.top
    let parts = [
      data["\(base)_leaders.tsv"]?.isEmpty == false
        ? "\"\(base)_leaders.tsv\" with lines lc rgb \"#d9a86c\" lw 0.5" : nil,
      dataset.scheme.hasRegions ? "\"\(base)_lines.tsv\" with lines lc rgb \"#9db4c8\" lw 1.4" : nil,
      "\"\(base)_points.tsv\" using 2:3 with points pt 7 ps 0.3 lc rgb \"#1f4e79\"",
      "\"\(base)_labels.tsv\" with labels font \",7\" tc rgb \"#333333\"",
    ]
    panels += """
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + panelWidth) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - top / height, 5))
      set bmargin at screen \(DecimalText.text(1 - (top + panelHeight) / height, 5))
      set title \(Gnuplot.quoted("\(Gnuplot.shortened(table.className, to: 40)) (\(table.rowCount) faces)")) noenhanced
      set ylabel \(column == 0 ? "\"y (pixels)\"" : "\"\"")
      set format y \(column == 0 ? "\"%g\"" : "\"\"")
      plot \(parts.compactMap { $0 }.joined(separator: ", "))

      """
  }
  data["mean_keypoints.csv"] = csv.text
  return Plot(
    name: "mean_keypoints", size: (Int(width), Int(height)), data: data,
    script: """
      set multiplot
      set xrange [\(FaceDrawing.number(x.lowerBound)):\(FaceDrawing.number(x.upperBound))]
      set yrange [\(FaceDrawing.number(y.upperBound)):\(FaceDrawing.number(y.lowerBound))]
      set xlabel "x (pixels)" offset 0,0.4
      set tics out nomirror scale 0.5 font ",10"
      set border 3 lc rgb "#666666"
      unset key
      \(panels)unset multiplot
      """)
}

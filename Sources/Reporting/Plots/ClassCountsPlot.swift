import Basics

/// How many faces each class has, as bars from top to bottom; several parts, such as training and test, side by side.
///
/// - Parameter parts: the name of each part and its count of each class.
package func classCountsPlot(classes: [String], parts: [(name: String, counts: [Int])]) -> Plot {
  let name = "class_counts"
  let thickness = 0.8 / Double(max(1, parts.count))
  let largest = parts.flatMap(\.counts).max() ?? 0
  var data: [String: String] = [:]
  var bars: [String] = []
  var labels: [String] = []
  for (index, part) in parts.enumerated() {
    let all = max(1, part.counts.reduce(0, +))
    let file = "\(name)_\(index + 1).tsv"
    let shift = (Double(index) + 0.5) * thickness - 0.4
    data[file] = part.counts.enumerated().map { place, count in
      let share = DecimalText.text(100 * Double(count) / Double(all), 1)
      return [
        DecimalText.text(Double(place) + shift, 3), "\(count)", "\(count) (\(share) %)", Gnuplot.field(classes[place]),
      ].joined(separator: "\t") + "\n"
    }.joined()
    let color = parts.count == 1 ? "#3b76af" : Palette.color(index)
    bars.append(
      "\"\(file)\" using ($2/2):1:($2/2):(\(DecimalText.text(thickness * 0.46, 3))) with boxxyerror lc rgb \"\(color)\" "
        + "title \(Gnuplot.quoted("\(part.name) (\(part.counts.reduce(0, +)))")) noenhanced")
    labels.append(
      "\"\(file)\" using 2:1:3 with labels left offset 0.6,0 font \",10\" tc rgb \"#333333\" notitle")
  }
  let tics = classes.enumerated().map { "\(Gnuplot.quotedTic(Gnuplot.shortened($1))) \($0)" }.joined(separator: ", ")
  let longestName = classes.map { Gnuplot.shortened($0).count }.max() ?? 0
  let left = 24 + 9 * Double(longestName)
  let (panelWidth, bottom) = (520.0, 52.0)
  let top = parts.count > 1 ? 70.0 : 44.0
  let panelHeight = Double(max(1, classes.count)) * (parts.count > 1 ? 40 : 26)
  let (width, height) = (left + panelWidth + 24, top + panelHeight + bottom)
  return Plot(
    name: name, size: (Int(width), Int(height)), data: data,
    script: """
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + panelWidth) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - top / height, 5))
      set bmargin at screen \(DecimalText.text(bottom / height, 5))
      set title "Faces by class" offset 0,\(parts.count > 1 ? "1.2" : "0")
      set xlabel "faces (share of all\(parts.count > 1 ? " of the part" : ""))" offset 0,0.4
      set xrange [0:\(DecimalText.text(max(1, Double(largest)) * 1.24, 1))]
      set yrange [\(DecimalText.text(Double(max(1, classes.count)) - 0.45, 2)):-0.55]
      set ytics (\(tics)) noenhanced scale 0 font ",11"
      set xtics out nomirror scale 0.5 font ",10"
      set format x "%.0f"
      set grid xtics lc rgb "#dddddd"
      set border 3 lc rgb "#666666"
      set style fill solid 1 noborder
      \(parts.count > 1 ? "set key at graph 0.5, screen \(DecimalText.text(1 - 40 / height, 5)) center horizontal Left reverse samplen 1 width 2" : "unset key")
      plot \((bars + labels).joined(separator: ", "))
      """)
}

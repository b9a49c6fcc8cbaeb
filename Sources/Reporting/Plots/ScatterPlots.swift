import Basics

/// Rows on a plane with the class of each.
package struct ScatteredRows: Sendable {
  package var classes: [String]
  /// The class of each row: an index into `classes`.
  package var labels: [Int]
  package var x: [Float]
  package var y: [Float]

  package init(classes: [String], labels: [Int], x: [Float], y: [Float]) {
    precondition(labels.count == x.count && x.count == y.count, "a place and a class for each row")
    self.classes = classes
    self.labels = labels
    self.x = x
    self.y = y
  }

  /// The most rows that a scatter draws.
  package static let maxDrawn = 8000

  /// The rows that are drawn, so that a picture holds at most `most` of them: of each class evenly, and of small classes
  /// at least `least`.
  package func drawn(most: Int, least: Int = 100) -> [Int] {
    guard labels.count > most else { return Array(labels.indices) }
    var rowsOfClass: [[Int]] = Array(repeating: [], count: classes.count)
    for (row, label) in labels.enumerated() { rowsOfClass[label].append(row) }
    return rowsOfClass.flatMap { rows -> [Int] in
      let share = Int((Double(rows.count) * Double(most) / Double(labels.count)).rounded())
      let count = min(rows.count, max(min(least, most / max(1, classes.count)), share))
      return (0..<count).map { rows[$0 * rows.count / count] }
    }.sorted()
  }

  /// The part of the plane that holds nearly all rows: a few far ones must not squeeze the others together.
  fileprivate var bounds: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    func range(_ values: [Float]) -> ClosedRange<Double> {
      let sorted = values.sorted()
      guard let lowest = sorted.first, let highest = sorted.last else { return -1...1 }
      let (low, high) = (Double(sorted[sorted.count / 500]), Double(sorted[sorted.count - 1 - sorted.count / 500]))
      // Rows in one place get room around them.
      guard highest - lowest > 0.01 else { return Double(lowest) - 1...Double(highest) + 1 }
      let space = 0.12 * max(0.01, high - low)
      return max(Double(lowest) - space / 3, low - space)...min(Double(highest) + space / 3, high + space)
    }
    return (range(x), range(y))
  }
}

/// Rows on a plane, colored and shaped by class, with the legend outside.
///
/// - Parameters:
///   - axes: what x and y are; `nil` where their numbers mean nothing.
///   - most: rows that are drawn at most, evenly from all.
package func scatterPlot(
  _ rows: ScatteredRows, name: String, title: String, axes: (x: String, y: String)?,
  most: Int = ScatteredRows.maxDrawn
) -> Plot {
  let drawn = rows.drawn(most: most)
  let present = Set(rows.labels)
  let shown = rows.classes.indices.filter(present.contains)
  let (x, y) = rows.bounds
  // Classes are drawn in turns, a few rows each, so that the last one does not hide the others.
  let turns = drawn.count > 1500 ? 8 : 2
  var data: [String: String] = [:]
  var parts: [String] = []
  let size = drawn.count > 3000 ? 0.28 : drawn.count > 500 ? 0.4 : 0.7
  var counts = Array(repeating: 0, count: rows.classes.count)
  for label in shown {
    let own = drawn.filter { rows.labels[$0] == label }
    counts[label] = own.count
    data["\(name)_\(label + 1).tsv"] = place(own, of: rows)
  }
  for turn in 0..<turns {
    // gnuplot complains of a class that has no row left for a turn.
    for label in shown where counts[label] > turn {
      parts.append(
        "\"\(name)_\(label + 1).tsv\" every \(turns)::\(turn) using 1:2 with points pt \(Palette.pointType(label)) "
          + "ps \(DecimalText.text(size, 2)) lw 0.8 lc rgb \"\(Palette.color(label))\" notitle")
    }
  }
  for label in shown {
    parts.append(
      "keyentry with points pt \(Palette.pointType(label)) ps 1.1 lc rgb \"\(Palette.color(label))\" "
        + "title \(Gnuplot.quoted(Gnuplot.shortened(rows.classes[label])))")
  }
  let longestName = Double(shown.map { Gnuplot.shortened(rows.classes[$0]).count }.max() ?? 0)
  let keyColumns = Double((shown.count + 29) / 30)
  let panel = 560.0
  let left = axes == nil ? 16.0 : 66.0
  let (top, bottom) = (44.0, axes == nil ? 16.0 : 68.0)
  let (width, height) = (left + panel + keyColumns * (50 + 9 * longestName), top + panel + bottom)
  return Plot(
    name: name, size: (Int(width), Int(height)), data: data,
    script: """
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + panel) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - top / height, 5))
      set bmargin at screen \(DecimalText.text(bottom / height, 5))
      set title \(Gnuplot.quoted(title)) noenhanced
      set xrange [\(FaceDrawing.number(x.lowerBound)):\(FaceDrawing.number(x.upperBound))]
      set yrange [\(FaceDrawing.number(y.lowerBound)):\(FaceDrawing.number(y.upperBound))]
      \(axes.map { "set xlabel \(Gnuplot.quoted($0.x))\nset ylabel \(Gnuplot.quoted($0.y))\nset tics out nomirror scale 0.5\nset border 3 lc rgb \"#666666\"" } ?? "unset tics\nset border lc rgb \"#aaaaaa\"")
      set key at screen \(DecimalText.text((left + panel + 12) / width, 5)), graph 1 left top Left reverse noenhanced samplen 1 spacing 1.15 maxrows 30 font ",11"
      plot \(parts.joined(separator: ", "))
      """)
}

/// The same rows once for each class, which stands out from all others: what many colors cannot show.
package func scatterByClassPlot(_ rows: ScatteredRows, name: String, most: Int = 4000) -> Plot {
  let drawn = rows.drawn(most: most)
  let present = Set(rows.labels)
  let shown = rows.classes.indices.filter(present.contains)
  let (columns, width) = Panels.grid(shown.count)
  let panels = Panels(count: shown.count, columns: columns, width: width, aspect: 1)
  let (x, y) = rows.bounds
  // Every panel repeats the ground on which its class stands: few rows suffice for it.
  var data = ["\(name)_all.tsv": place(rows.drawn(most: max(300, 6000 / max(1, shown.count))), of: rows)]
  let size = DecimalText.text(shown.count > 9 ? 0.15 : 0.25, 2)
  var script = """
    set multiplot
    set xrange [\(FaceDrawing.number(x.lowerBound)):\(FaceDrawing.number(x.upperBound))]
    set yrange [\(FaceDrawing.number(y.lowerBound)):\(FaceDrawing.number(y.upperBound))]
    unset tics
    unset key
    set border lc rgb "#aaaaaa"

    """
  for (index, label) in shown.enumerated() {
    let own = drawn.filter { rows.labels[$0] == label }
    data["\(name)_\(label + 1).tsv"] = place(own, of: rows)
    script += panels.frame(index)
    script += """
      set title \(Gnuplot.quoted(panels.title(rows.classes[label]))) noenhanced offset 0,-0.5 font ",\(panels.titleSize)"
      plot "\(name)_all.tsv" using 1:2 with points pt 7 ps \(size) lc rgb "#dcdcdc", "\(name)_\(label + 1).tsv" using 1:2 with points pt 7 ps \(size) lc rgb "\(Palette.ink)"

      """
  }
  return Plot(name: name, size: panels.size, data: data, script: script + "unset multiplot")
}

private func place(_ drawn: [Int], of rows: ScatteredRows) -> String {
  drawn.map { "\(DecimalText.text(Double(rows.x[$0]), 3))\t\(DecimalText.text(Double(rows.y[$0]), 3))\n" }.joined()
}

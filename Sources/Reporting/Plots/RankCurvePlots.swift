import Basics
import ModelSelection

extension ClassCurves {
  /// The same curves with the points that shape them, area and average precision as they were: those of forty classes and
  /// hundreds of thousands of rows would fill the memory.
  package var thinned: ClassCurves {
    ClassCurves(
      name: name,
      roc: roc.map { curve in
        let kept = ThinnedLine.indices(of: curve.points.map { ($0.falsePositiveRate, $0.truePositiveRate) })
        return ROCCurve(points: kept.map { curve.points[$0] }, area: curve.area)
      },
      precisionRecall: precisionRecall.map { curve in
        let kept = ThinnedLine.indices(of: curve.points.map { ($0.recall, $0.precision) })
        return PrecisionRecallCurve(points: kept.map { curve.points[$0] }, averagePrecision: curve.averagePrecision)
      })
  }
}

/// Curves of every class, drawn and as a table of the points that are drawn.
package struct RankCurvePlot: Sendable {
  package let plot: Plot
  /// One line a point: class, threshold, both rates, and the class's score.
  package let csv: String
}

/// True against false positives of each class against all others, with the area under each curve; `nil` without curves.
package func rocPlot(_ curves: [ClassCurves], title: String) -> RankCurvePlot? {
  let lines = curves.compactMap { curve in
    curve.roc.map { roc in
      RankLine(
        name: curve.name, score: roc.area,
        points: roc.points.map { ($0.falsePositiveRate, $0.truePositiveRate, $0.threshold) })
    }
  }
  return rankPlot(
    lines, name: "roc", title: title, x: ("false positive rate", "false_positive_rate"),
    y: ("true positive rate", "true_positive_rate"), score: ("area", "area"), hasDiagonal: true)
}

/// Precision against recall of each class against all others, with the average precision of each; `nil` without curves.
package func precisionRecallPlot(_ curves: [ClassCurves], title: String) -> RankCurvePlot? {
  let lines = curves.compactMap { curve in
    curve.precisionRecall.map { line in
      RankLine(
        name: curve.name, score: line.averagePrecision,
        points: line.points.map { ($0.recall, $0.precision, $0.threshold) })
    }
  }
  return rankPlot(
    lines, name: "precision_recall", title: title, x: ("recall", "recall"), y: ("precision", "precision"),
    score: ("average precision", "average_precision"), hasDiagonal: false)
}

private struct RankLine {
  let name: String
  let score: Double
  let points: [(x: Double, y: Double, threshold: Double)]

  /// What is drawn and written: a quarter of a pixel is as close as a picture gets.
  init(name: String, score: Double, points: [(x: Double, y: Double, threshold: Double)]) {
    self.name = name
    self.score = score
    self.points = ThinnedLine.indices(of: points.map { ($0.x, $0.y) }).map { points[$0] }
  }
}

private func rankPlot(
  _ lines: [RankLine], name: String, title: String, x: (label: String, column: String),
  y: (label: String, column: String), score: (label: String, column: String), hasDiagonal: Bool
) -> RankCurvePlot? {
  guard !lines.isEmpty else { return nil }
  var csv = CSVText(header: ["class", "threshold", x.column, y.column, score.column])
  for line in lines {
    for point in line.points {
      csv.append([line.name, "\(point.threshold)", "\(point.x)", "\(point.y)", "\(line.score)"])
    }
  }
  let data = lines.map { line in
    line.points.map { "\(DecimalText.text($0.x, 5))\t\(DecimalText.text($0.y, 5))\n" }.joined()
  }.joined(separator: "\n\n")
  let names = lines.map { Gnuplot.shortened($0.name, to: 28) }
  let (left, side) = (92.0, 440.0)
  let key = 60 + 7.4 * Double(max(score.label.count, (names.map(\.count).max() ?? 0) + 6))
  let (width, height) = (left + side + 20 + key, max(side, 19 * Double(lines.count + 2) - 20) + 112)
  // gnuplot's own key leaves out what does not fit beside the plot.
  var legend = [label(score.label, row: 0)]
  var parts: [String] = []
  func label(_ text: String, row: Int, indent: Double = 0) -> String {
    let (x, y) = ((left + side + 18 + indent) / width, 1 - (54 + 19 * Double(row)) / height)
    return
      "set label \(row + 1) \(Gnuplot.quoted(text)) at screen \(DecimalText.text(x, 5)), screen \(DecimalText.text(y, 5)) left"
  }
  func add(_ curve: String, _ style: String, _ text: String) {
    let row = legend.count / 2 + 1
    let (x, y) = ((left + side + 18) / width, DecimalText.text(1 - (54 + 19 * Double(row)) / height, 5))
    legend.append(label(text, row: row, indent: 38))
    legend.append(
      "set arrow \(row) from screen \(DecimalText.text(x, 5)), screen \(y) to screen \(DecimalText.text(x + 30 / width, 5)), screen \(y) "
        + "nohead \(style)")
    parts.append("\(curve) with lines \(style)")
  }
  for (index, line) in lines.enumerated() {
    let style = ColorMap.line(index)
    add(
      "\"\(name).tsv\" index \(index) using 1:2",
      "lw \(lines.count > 10 ? "1.2" : "1.8") lc rgb \"\(style.color)\" dt \(style.dash)",
      "\(names[index]) \(DecimalText.text(line.score, 3))")
  }
  if hasDiagonal { add("[0:1] x", "lw 1 lc rgb \"#666666\" dt 3", "chance 0.500") }
  let plot = Plot(
    name: name, size: (Int(width), Int(height)), data: ["\(name).tsv": data],
    script: """
      set termoption noenhanced
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + side) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - 46 / height, 5))
      set bmargin at screen \(DecimalText.text(1 - (46 + side) / height, 5))
      set title \(Gnuplot.quoted(title))
      set xlabel "\(x.label)"
      set ylabel "\(y.label)"
      set xrange [0:1]
      set yrange [0:1]
      set xtics 0.2 out nomirror scale 0.5
      set ytics 0.2 out nomirror scale 0.5
      set grid lc rgb "#dddddd"
      set border 3 lc rgb "#666666"
      unset key
      \(legend.joined(separator: "\n"))
      plot \(parts.joined(separator: ", \\\n  "))
      """)
  return RankCurvePlot(plot: plot, csv: csv.text)
}

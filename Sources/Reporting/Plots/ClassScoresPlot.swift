import Basics
import ModelSelection

/// Precision, recall and F1 of each class as marks on one line.
package func classScoresPlot(_ report: ClassificationReport, title: String) -> Plot {
  let names = report.classes.map { Gnuplot.shortened($0, to: 32) }
  let rows = zip(names, report.perClass).enumerated().map { place, entry in
    let (_, scores) = entry
    return ["\(place)"] + [scores.precision, scores.recall, scores.f1].map { DecimalText.text($0, 5) }
  }
  let tics = names.enumerated().map { "\(Gnuplot.quotedTic($1)) \($0)" }.joined(separator: ", ")
  let left = 40 + 7.6 * Double(names.map(\.count).max() ?? 0)
  let plotHeight = 28 * Double(max(2, names.count))
  let (width, height) = (left + 480 + 40, plotHeight + 138)
  return Plot(
    name: "class_scores", size: (Int(width), Int(height)),
    data: ["class_scores.tsv": rows.map { $0.joined(separator: "\t") + "\n" }.joined()],
    script: """
      set termoption noenhanced
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + 480) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - 72 / height, 5))
      set bmargin at screen \(DecimalText.text(66 / height, 5))
      set title \(Gnuplot.quoted(title)) offset 0,1.6
      set xrange [0:1]
      set yrange [\(Double(names.count) - 0.4):-0.6]
      set xtics 0.2 out nomirror scale 0.5
      set ytics (\(tics)) scale 0
      set xlabel "score"
      set grid xtics ytics lc rgb "#dddddd"
      set border 1 lc rgb "#666666"
      set key at screen \(DecimalText.text(left / width, 5)), screen \(DecimalText.text(1 - 54 / height, 5)) left center horizontal Left reverse
      plot "class_scores.tsv" using 2:1 with points pt 8 ps 1.3 lw 1.6 lc rgb "#0072b2" title "precision", "" using 3:1 with points pt 4 ps 1.1 lw 1.6 lc rgb "#d55e00" title "recall", "" using 4:1 with points pt 7 ps 0.8 lc rgb "#222222" title "F1"
      """)
}

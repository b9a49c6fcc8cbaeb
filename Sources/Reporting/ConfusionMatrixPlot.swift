import Basics
import ModelSelection

/// A confusion matrix: cells shaded by the share of the true class, with count and share written in.
package func confusionMatrixPlot(_ matrix: ConfusionMatrix, title: String) -> Plot {
  let count = matrix.classes.count
  var cells = ""
  for label in 0..<count {
    for prediction in 0..<count {
      let cell = matrix.counts[label][prediction]
      let share = matrix.support(label) > 0 ? Double(cell) / Double(matrix.support(label)) : 0
      let ink = share > 0.55 ? 0xFF_FFFF : 0x22_2222
      cells +=
        [
          "\(prediction)", "\(label)", Decimal.text(share, 4), "\(cell)", Decimal.text(100 * share, 1) + " %", "\(ink)",
        ].joined(separator: "\t") + "\n"
    }
  }
  let tics = matrix.classes.enumerated().map { "\(Gnuplot.quotedTic($1)) \($0)" }.joined(separator: ", ")
  let longestName = Double(matrix.classes.map(\.count).max() ?? 0)
  let side = 96.0 * Double(count)
  let left = 60 + 8 * longestName
  let (width, height) = (left + side + 130, side + 125)
  return Plot(
    name: "confusion_matrix", size: (Int(width), Int(height)),
    data: ["confusion_matrix.tsv": cells],
    script: """
      set lmargin at screen \(Decimal.text(left / width, 5))
      set rmargin at screen \(Decimal.text((left + side) / width, 5))
      set tmargin at screen \(Decimal.text(1 - 48 / height, 5))
      set bmargin at screen \(Decimal.text(77 / height, 5))
      set title \(Gnuplot.quoted(title)) noenhanced
      set xrange [-0.5:\(count - 1).5]
      set yrange [\(count - 1).5:-0.5]
      set xtics (\(tics)) noenhanced scale 0
      set ytics (\(tics)) noenhanced scale 0
      set xlabel "predicted class"
      set ylabel "true class"
      set cbrange [0:1]
      set cblabel "share of the true class"
      set cbtics 0.2
      set palette defined (0 "#ffffff", 0.5 "#6fa3d0", 1 "#08306b")
      set border lc rgb "#666666"
      unset key
      plot "confusion_matrix.tsv" using 1:2:3 with image pixels, "" using 1:2:4:6 with labels font ",15" offset 0,0.45 tc rgb variable, "" using 1:2:5:6 with labels font ",10" offset 0,-0.75 tc rgb variable
      """)
}

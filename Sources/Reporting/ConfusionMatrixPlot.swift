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
      let ink = share > 0.55 ? "0xffffff" : "0x222222"
      cells += [
        "\(prediction)", "\(label)", Decimal.text(share, 4), "\(cell)", Decimal.text(100 * share, 1) + " %", ink,
      ].joined(separator: "\t") + "\n"
    }
  }
  let tics = matrix.classes.enumerated().map { "\(Gnuplot.quoted($1)) \($0)" }.joined(separator: ", ")
  let side = 180 + 85 * count
  return Plot(
    name: "confusion_matrix", size: (side + 60, side),
    data: ["confusion_matrix.tsv": cells],
    script: """
      set title \(Gnuplot.quoted(title)) noenhanced
      set size ratio 1
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

import Basics
import ModelSelection

/// How often predictions are right against how sure they are, with 95 % intervals; below it, how many there are.
package func reliabilityPlot(_ reliability: Reliability, title: String) -> Plot? {
  guard !reliability.bins.isEmpty else { return nil }
  let rows = reliability.bins.map { bin in
    ([bin.confidence, bin.accuracy.accuracy, bin.accuracy.interval.lowerBound, bin.accuracy.interval.upperBound]
      + [bin.range.lowerBound, bin.range.upperBound]).map { DecimalText.text($0, 5) }.joined(separator: "\t")
      + "\t\(bin.accuracy.rows)\n"
  }.joined()
  let (side, bars) = (420.0, 110.0)
  let (width, height) = (90 + side + 30, 46 + side + 26 + bars + 62)
  func margins(top: Double, height panel: Double) -> String {
    """
    set tmargin at screen \(DecimalText.text(1 - top / height, 5))
    set bmargin at screen \(DecimalText.text(1 - (top + panel) / height, 5))
    """
  }
  return Plot(
    name: "reliability", size: (Int(width), Int(height)), data: ["reliability.tsv": rows],
    script: """
      set termoption noenhanced
      set multiplot
      set lmargin at screen \(DecimalText.text(90 / width, 5))
      set rmargin at screen \(DecimalText.text((90 + side) / width, 5))
      set xrange [0:1]
      set xtics 0.2 out nomirror scale 0.5
      set ytics out nomirror scale 0.5
      set grid lc rgb "#dddddd"
      set border 3 lc rgb "#666666"
      \(margins(top: 46, height: side))
      set title \(Gnuplot.quoted(title))
      set yrange [0:1]
      set ytics 0.2
      set format x ""
      set ylabel "share of right predictions"
      set key top left Left reverse
      plot [0:1] x with lines lw 1 lc rgb "#666666" dt 3 title "as sure as right", "reliability.tsv" using 1:2 with lines lw 1.5 lc rgb "#0072b2" notitle, "" using 1:2:3:4 with yerrorbars pt 7 ps 0.7 lw 1.3 lc rgb "#0072b2" title "with 95 % interval"
      \(margins(top: 46 + side + 26, height: bars))
      unset title
      unset key
      set format x "%g"
      set xlabel "mean probability of the predicted class"
      set ylabel "predictions"
      set yrange [0:*]
      set ytics autofreq
      set style fill solid 1 noborder
      plot "reliability.tsv" using (($5+$6)/2):($7/2.0):(($6-$5)*0.45):($7/2.0) with boxxyerror lc rgb "#7a8fa3"
      unset multiplot
      """)
}

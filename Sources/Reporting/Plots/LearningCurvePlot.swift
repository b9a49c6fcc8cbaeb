import Basics
import ModelSelection

/// The score of the rows learned from and of validation rows over the number of rows learned from: mean and, as a band,
/// one standard deviation over the folds to either side.
///
/// - Parameter title: what was fitted.
package func learningCurvePlot(_ curve: LearningCurve, title: String) -> Plot {
  let name = "learning_curve"
  let kinds: [(file: String, label: String, color: String, band: String)] = [
    ("\(name)_train.tsv", "training rows", "#b25c00", "#f6dfc2"),
    ("\(name)_test.tsv", "validation rows", "#0b4f8a", "#c3d8ea"),
  ]
  let scores = [
    curve.points.map { (rows: $0.rows, mean: $0.meanTrainScore, std: $0.stdTrainScore) },
    curve.points.map { (rows: $0.rows, mean: $0.meanTestScore, std: $0.stdTestScore) },
  ]
  var data: [String: String] = [:]
  for (kind, scores) in zip(kinds, scores) {
    data[kind.file] = scores.filter { $0.mean.isFinite && $0.std.isFinite }.map { score in
      "\(score.rows)\t\(score.mean)\t\(score.mean - score.std)\t\(score.mean + score.std)\n"
    }.joined()
  }
  // A score that is no number has no place; gnuplot refuses a file without any.
  let drawn = kinds.filter { data[$0.file]?.isEmpty == false }
  let bands = drawn.map { "\"\($0.file)\" using 1:3:4 with filledcurves lc rgb \"\($0.band)\" notitle" }
  let lines = drawn.map {
    "\"\($0.file)\" using 1:2 with linespoints pt 7 ps 0.7 lw 1.8 lc rgb \"\($0.color)\" title \"\($0.label)\""
  }
  let ends = scores.joined().flatMap { [$0.mean - $0.std, $0.mean + $0.std] }.filter(\.isFinite)
  let (low, high) = (ends.min() ?? 0, ends.max() ?? 1)
  let span = high - low
  let space = span > 0 ? 0.06 * span : 0.01
  let digits = 1 + [0.8, 0.08, 0.008].count { span < $0 }
  let most = Double(curve.points.map(\.rows).max() ?? 1)
  return Plot(
    name: name, size: (640, 420), data: data,
    script: """
      set termoption noenhanced
      set label 1 \(Gnuplot.quoted(title)) at screen 0.555, screen 0.95 center
      set lmargin at screen 0.15
      set rmargin at screen 0.96
      set tmargin at screen 0.84
      set bmargin at screen 0.16
      set xlabel "training rows"
      set ylabel \(Gnuplot.quoted(curve.scoring.rawValue))
      set xrange [0:\(DecimalText.text(most * 1.04, 2))]
      set yrange [\(low - space):\(high + space)]
      set xtics out nomirror scale 0.5
      set ytics out nomirror scale 0.5
      set grid ytics lc rgb "#dddddd"
      set border 3 lc rgb "#666666"
      set format y "%.\(digits)f"
      set key at screen 0.555, screen 0.885 center center horizontal Left reverse
      plot \(drawn.isEmpty ? "0 notitle" : (bands + lines).joined(separator: ", "))
      """)
}

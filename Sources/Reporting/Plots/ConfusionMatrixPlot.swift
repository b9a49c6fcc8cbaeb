import Basics
import ModelSelection

/// What the cells of a confusion matrix are shaded by.
package enum ConfusionMeasure: Sendable {
  /// The share of the true class, so that classes of different size compare.
  case shares
  /// The number of rows.
  case counts
}

/// A confusion matrix, darker where there is more. Numbers are written into the cells while there is room.
package func confusionMatrixPlot(
  _ matrix: ConfusionMatrix, measure: ConfusionMeasure = .shares, title: String
) -> Plot {
  let name = measure == .shares ? "confusion_matrix" : "confusion_matrix_counts"
  let count = matrix.classes.count
  let side = max(14, min(measure == .shares ? 96 : 80, 620 / Double(max(1, count))))
  let hasNumbers = side >= 44
  let largest = Double(max(1, matrix.counts.flatMap { $0 }.max() ?? 1))
  var cells = ""
  for label in 0..<count {
    for prediction in 0..<count {
      let cell = matrix.counts[label][prediction]
      let share = matrix.support(label) > 0 ? Double(cell) / Double(matrix.support(label)) : 0
      let darkness = measure == .shares ? share : Double(cell) / largest
      let value = measure == .shares ? DecimalText.text(share, 4) : "\(cell)"
      let text = measure == .shares ? DecimalText.text(100 * share, 1) + " %" : "\(cell)"
      let ink = ColorMap.ink(on: ColorMap.rgb(darkness, of: ColorMap.blues))
      cells += ["\(prediction)", "\(label)", value, text, "\(ink)"].joined(separator: "\t") + "\n"
    }
  }
  let names = matrix.classes.map { Gnuplot.shortened($0, to: 24) }
  let tics = names.enumerated().map { "\(Gnuplot.quotedTic($1)) \($0)" }.joined(separator: ", ")
  let longestName = 7.6 * Double(names.map(\.count).max() ?? 0)
  let isTurned = longestName > side - 6
  let matrixSide = side * Double(max(1, count))
  let left = 60 + longestName
  let bottom = 46 + (isTurned ? longestName : 18)
  let (width, height) = (max(left + matrixSide + 130, 420), max(matrixSide, 90) + 48 + bottom)
  let number = hasNumbers ? ", \"\" using 1:2:4:5 with labels font \",\(side > 60 ? 12 : 10)\" tc rgb variable" : ""
  return Plot(
    name: name, size: (Int(width), Int(height)), data: ["\(name).tsv": cells],
    script: """
      set termoption noenhanced
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + matrixSide) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - 48 / height, 5))
      set bmargin at screen \(DecimalText.text(1 - (48 + matrixSide) / height, 5))
      set label 1 \(Gnuplot.quoted(title)) at screen 0.5, screen \(DecimalText.text(1 - 22 / height, 5)) center
      set xrange [-0.5:\(max(0, count - 1)).5]
      set yrange [\(max(0, count - 1)).5:-0.5]
      set xtics (\(tics)) scale 0\(isTurned ? " rotate by 90 right" : "")
      set ytics (\(tics)) scale 0
      set label 2 "predicted class" at screen \(DecimalText.text((left + matrixSide / 2) / width, 5)), screen \(DecimalText.text(18 / height, 5)) center
      set label 3 "true class" at screen \(DecimalText.text(20 / width, 5)), screen \(DecimalText.text(1 - (48 + matrixSide / 2) / height, 5)) center rotate by 90
      set cbrange [0:\(measure == .shares ? "1" : DecimalText.text(largest, 0))]
      set cblabel "\(measure == .shares ? "share of the true class" : "rows")"
      set cbtics \(measure == .shares ? "0.2" : largest < 6 ? "1" : "autofreq")
      \(ColorMap.palette(of: ColorMap.blues))
      set border lc rgb "#666666"
      unset key
      plot "\(name).tsv" using 1:2:3 with image pixels\(number)
      """)
}

import Basics
import Learning
import ModelSelection

/// A parameter's values on an axis from 0 to 1.
struct ParameterAxis {
  /// Where each value lies.
  let places: [Double]
  /// The name, and how values are spread.
  let label: String
  /// Whether distances mean something, so that a line may join the values.
  let isContinuous: Bool
  /// The values that have room for their text, as indices.
  let labeled: [Int]

  /// Numbers lie by their size, or by its logarithm when they span a power of ten; all others stand side by side.
  ///
  /// - Parameter width: pixels from 0 to 1.
  init(_ parameter: GridScores.Parameter, width: Double) {
    let numbers = parameter.values.compactMap { $0?.realValue }
    if parameter.isNumeric, let least = numbers.first, let most = numbers.last, most > least {
      let isLogarithmic = least > 0 && most / least >= 10
      let scaled = isLogarithmic ? numbers.map(Self.logarithm) : numbers
      let (low, high) = (scaled[0], scaled[scaled.count - 1])
      places = scaled.map { ($0 - low) / (high - low) }
      label = parameter.name + (isLogarithmic ? " (logarithmic)" : "")
      isContinuous = true
    } else {
      let count = Double(max(1, parameter.values.count))
      places = parameter.values.indices.map { (Double($0) + 0.5) / count }
      label = parameter.name
      isContinuous = false
    }
    var labeled: [Int] = []
    var end = -Double.infinity
    for (index, place) in places.enumerated() {
      let half = 3.6 * Double(parameter.label(index).count)
      // Names stand side by side by themselves; too long ones are turned.
      guard !isContinuous || place * width - half > end else { continue }
      labeled.append(index)
      end = place * width + half + 6
    }
    self.labeled = labeled
  }

  /// The logarithm to base 2, exact enough for a picture and the same on every machine.
  private static func logarithm(_ value: Double) -> Double {
    // The significand's share by a rational approximation of log₂ between 1 and 2, within 2·10⁻⁵.
    let m = (value.significand - 1) / (value.significand + 1)
    let m2 = m * m
    return Double(value.exponent) + 2.885_390_082 * m * (1 + m2 * (1.0 / 3 + m2 * (0.2 + m2 / 7)))
  }
}

/// The score over each parameter that varies, with one standard deviation over the folds to either side; the other
/// parameters are those of the best candidate at that value. `nil` when no parameter varies.
package func validationPlot(_ grid: GridScores) -> Plot? {
  guard !grid.parameters.isEmpty, let best = grid.best else { return nil }
  let name = "validation_\(grid.learner)"
  let panel = (width: 250.0, height: 210.0)
  let columns = min(3, grid.parameters.count)
  let rows = (grid.parameters.count + columns - 1) / columns
  let axes = grid.parameters.map { ParameterAxis($0, width: panel.width / 1.16) }
  let turned = zip(grid.parameters, axes).map { parameter, axis in
    !axis.isContinuous
      && parameter.values.indices.contains {
        7.2 * Double(parameter.label($0).count) > panel.width / Double(parameter.values.count)
      }
  }
  let longest =
    grid.parameters.indices.filter { turned[$0] }.flatMap { index in
      grid.parameters[index].values.indices.map { grid.parameters[index].label($0).count }
    }.max() ?? 0
  let margin = (left: 98.0, gap: 34.0, top: 20.0, bottom: 60 + (longest > 0 ? 7.2 * Double(longest) - 10 : 0))
  let width = max(460, margin.left + Double(columns) * (panel.width + margin.gap))
  let height = 34 + Double(rows) * (margin.top + panel.height + margin.bottom)

  var csv = CSVText(header: ["parameter", "value", "mean_test_score", "std_test_score", "params"])
  var data: [String: String] = [:]
  var panels = ""
  var bounds = (low: Double.infinity, high: -Double.infinity)
  for (index, parameter) in grid.parameters.enumerated() {
    let axis = axes[index]
    var lines = ""
    for (value, entry) in grid.curve(index) where entry.mean.isFinite {
      let (low, high) = (entry.mean - entry.std, entry.mean + entry.std)
      bounds = (min(bounds.low, low), max(bounds.high, high))
      lines += [axis.places[value], entry.mean, low, high].map { "\($0)" }.joined(separator: "\t") + "\n"
      csv.append([
        parameter.name, parameter.values[value]?.description ?? "", "\(entry.mean)", "\(entry.std)", entry.values.json,
      ])
    }
    let file = "\(name)_\(index + 1).tsv"
    data[file] = lines
    let tics = axis.labeled.map { "\(Gnuplot.quotedTic(parameter.label($0))) \(axis.places[$0])" }
    let left = margin.left + Double(index % columns) * (panel.width + margin.gap)
    let top = 34 + Double(index / columns) * (margin.top + panel.height + margin.bottom) + margin.top
    let line =
      axis.isContinuous
      ? "\"\(file)\" using 1:3:4 with filledcurves lc rgb \"#c3d8ea\", \"\" using 1:2 with linespoints pt 7 ps 0.6 lw 1.8 lc rgb \"#0b4f8a\""
      : "\"\(file)\" using 1:2:3:4 with yerrorbars pt 7 ps 0.7 lw 1.6 lc rgb \"#0b4f8a\""
    panels += """
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + panel.width) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - top / height, 5))
      set bmargin at screen \(DecimalText.text(1 - (top + panel.height) / height, 5))
      set label 2 \(Gnuplot.quoted(axis.label)) at screen \(DecimalText.text((left + panel.width / 2) / width, 5)), screen \(DecimalText.text(1 - (top + panel.height + margin.bottom - 20) / height, 5)) center
      set ylabel \(index % columns == 0 ? Gnuplot.quoted(grid.scoreLabel) : "\"\"")
      set format y \(index % columns == 0 ? "scores" : "\"\"")
      set xtics (\(tics.joined(separator: ", "))) out nomirror scale 0.5\(turned[index] ? " rotate by 90 right" : " norotate")
      plot \(line), "+" using (\(axis.places[best.places[index]])):(\(best.mean)) every ::0::0 with points pt 6 ps 1.7 lw 2 lc rgb "#d7263d"
      unset label 1

      """
  }
  data["\(name).csv"] = csv.text
  let span = bounds.high - bounds.low
  let digits = [8, 0.8, 0.08, 0.008].count { span < $0 }
  let space = bounds.high > bounds.low ? 0.06 * span : 0.01
  return Plot(
    name: name, size: (Int(width), Int(height)), data: data,
    script: """
      set termoption noenhanced
      scores = "%.\(digits)f"
      set multiplot
      set label 1 \(Gnuplot.quoted("\(grid.learner): mean ± standard deviation over the folds")) at screen \(DecimalText.text(20 / width, 5)), screen \(DecimalText.text(1 - 18 / height, 5)) left
      set xrange [-0.08:1.08]
      set yrange [\(bounds.low - space):\(bounds.high + space)]
      set ytics out nomirror scale 0.5
      set grid ytics lc rgb "#dddddd"
      set border 3 lc rgb "#666666"
      unset key
      \(panels)unset multiplot
      """)
}

import Basics
import ModelSelection

extension GridScores {
  /// The most maps that are drawn for one learner.
  package static let maxMaps = 12

  /// The maps that are drawn: the candidates by the values of the parameters that are on no axis, in the order of the
  /// grid. Where there are more than `maxMaps`, those with the best scores.
  package var maps: [(title: String, entries: [Entry])] {
    guard let axes else { return [] }
    var order: [[Int]] = []
    var entriesOfMap: [[Int]: [Entry]] = [:]
    for entry in entries {
      let map = placesOffAxes(entry, axes)
      if entriesOfMap[map] == nil { order.append(map) }
      entriesOfMap[map, default: []].append(entry)
    }
    let maps = order.map { map in
      let entries = entriesOfMap[map] ?? []
      return (title: entries.first.map { panelTitle($0, axes: axes) } ?? "", entries: entries)
    }
    func best(_ map: Int) -> Double { maps[map].entries.map(\.mean).max() ?? -.infinity }
    let kept = maps.indices.sorted { (best($0), $1) > (best($1), $0) }.prefix(Self.maxMaps).sorted()
    return kept.map { maps[$0] }
  }

  /// How many maps there would be without a bound.
  package var mapCount: Int {
    guard let axes else { return 0 }
    return Set(entries.map { placesOffAxes($0, axes) }).count
  }
}

/// The scores of a grid as maps over two parameters, one map for each combination of the others; `nil` when fewer than two
/// parameters vary.
package func gridPlot(_ grid: GridScores) -> Plot? {
  guard let axes = grid.axes, let best = grid.best else { return nil }
  let (x, y) = (grid.parameters[axes.x], grid.parameters[axes.y])
  let name = "grid_\(grid.learner)"
  let maps = grid.maps
  let means = maps.flatMap { $0.entries.map(\.mean) }.filter(\.isFinite)
  let (lowest, highest) = (means.min() ?? 0, means.max() ?? 1)
  let span = highest > lowest ? highest - lowest : 1
  let labels = (x: x.values.indices.map(x.label), y: y.values.indices.map(y.label))
  let cell = (
    width: max(16.0, min(66, 560 / Double(x.values.count))), height: max(16.0, min(40, 480 / Double(y.values.count)))
  )
  let hasNumbers = cell.width >= 50 && cell.height >= 20
  let widestLabel = (
    x: 7.5 * Double(labels.x.map(\.count).max() ?? 1), y: 7.5 * Double(labels.y.map(\.count).max() ?? 1)
  )
  let isTurned = widestLabel.x > cell.width - 4
  let panel = (width: cell.width * Double(x.values.count), height: cell.height * Double(y.values.count))
  let titles = maps.map { wrapped($0.title, to: Int((panel.width + 40) / 7.5)) }
  let widestTitle = 7.5 * Double(titles.joined().map(\.count).max() ?? 0)
  // A title stands over the middle of its map and may reach out on both sides.
  let overhang = max(0, (widestTitle - panel.width) / 2)
  let margin = (
    left: max(46 + widestLabel.y, overhang), right: max(18, overhang),
    top: 18 + 16 * Double(titles.map(\.count).max() ?? 1),
    bottom: 46 + (isTurned ? widestLabel.x : 12)
  )
  let step = (width: margin.left + panel.width + margin.right, height: margin.top + panel.height + margin.bottom)
  let columns = max(1, min(maps.count, Int(940 / step.width)))
  let rows = (maps.count + columns - 1) / columns
  let bar = 110.0
  let (width, height) = (max(420, step.width * Double(columns)) + bar, 40 + max(170, step.height * Double(rows)))

  var data: [String: String] = [:]
  var panels = ""
  for (index, map) in maps.enumerated() {
    let file = "\(name)_\(index + 1).tsv"
    data[file] = map.entries.filter(\.mean.isFinite).map { entry in
      let share = (entry.mean - lowest) / span
      return [
        "\(entry.places[axes.x])", "\(entry.places[axes.y])", "\(entry.mean)", DecimalText.text(entry.mean, 4),
        "\(ColorMap.ink(on: ColorMap.rgb(share)))",
      ].joined(separator: "\t") + "\n"
    }.joined()
    let left = step.width * Double(index % columns) + margin.left
    let top = 40 + step.height * Double(index / columns) + margin.top
    var parts = ["\"\(file)\" using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 border lc rgb \"white\" lc palette"]
    if hasNumbers { parts.append("\"\" using 1:2:4:5 with labels font \",10\" tc rgb variable") }
    let isBestHere = map.entries.contains { $0.places == best.places }
    panels += """
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + panel.width) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - top / height, 5))
      set bmargin at screen \(DecimalText.text(1 - (top + panel.height) / height, 5))
      set title \(Gnuplot.quoted(lines: titles[index])) offset 0,-0.4
      \(isBestHere ? frame(best.places[axes.x], best.places[axes.y]) : "unset object 1")
      set label 2 \(Gnuplot.quoted(x.name)) at screen \(DecimalText.text((left + panel.width / 2) / width, 5)), screen \(DecimalText.text(1 - (top + panel.height + margin.bottom - 22) / height, 5)) center
      plot \(parts.joined(separator: ", "))
      unset colorbox
      unset label 1

      """
  }
  func tics(_ texts: [String]) -> String {
    texts.enumerated().map { "\(Gnuplot.quotedTic($1)) \($0)" }.joined(separator: ", ")
  }
  var csv = CSVText(header: grid.parameters.map(\.name) + ["mean_test_score", "std_test_score"])
  for entry in grid.entries {
    csv.append(
      grid.parameters.map { entry.values[$0.name]?.description ?? "" } + ["\(entry.mean)", "\(entry.std)"])
  }
  data["\(name).csv"] = csv.text
  let barHeight = min(320, height - 110)
  return Plot(
    name: name, size: (Int(width), Int(height)), data: data,
    script: """
      set termoption noenhanced
      set multiplot
      set label 1 \(Gnuplot.quoted("\(grid.learner): \(grid.scoreLabel)")) at screen \(DecimalText.text(20 / width, 5)), screen \(DecimalText.text(1 - 18 / height, 5)) left front
      set xrange [-0.5:\(x.values.count - 1).5]
      set yrange [-0.5:\(y.values.count - 1).5]
      set xtics (\(tics(labels.x))) scale 0 nomirror\(isTurned ? " rotate by 90 right" : "")
      set ytics (\(tics(labels.y))) scale 0 nomirror
      set ylabel \(Gnuplot.quoted(y.name))
      set cbrange [\(lowest):\(lowest + span)]
      \(ColorMap.palette())
      set colorbox user origin screen \(DecimalText.text((step.width * Double(columns) + 22) / width, 5)), screen \(DecimalText.text(1 - (74 + barHeight) / height, 5)) size screen \(DecimalText.text(16 / width, 5)), screen \(DecimalText.text(barHeight / height, 5))
      set format cb "\(span < 0.02 ? "%.4f" : "%.3f")"
      set cbtics font ",10" scale 0.5
      unset border
      unset key
      \(panels)unset multiplot
      """)
}

/// A text of parts that commas join, as lines of at most `count` characters where its parts allow it.
private func wrapped(_ text: String, to count: Int) -> [String] {
  text.split(separator: ", ").reduce(into: [String]()) { lines, part in
    if let last = lines.last, last.count + part.count + 2 <= count {
      lines[lines.count - 1] = last + ", " + part
    } else {
      lines.append(String(part))
    }
  }
}

/// The frame around the best cell.
private func frame(_ x: Int, _ y: Int) -> String {
  "set object 1 rectangle from \(Double(x) - 0.5),\(Double(y) - 0.5) to \(Double(x) + 0.5),\(Double(y) + 0.5) front "
    + "fs empty border lc rgb \"#d7263d\" lw 3"
}

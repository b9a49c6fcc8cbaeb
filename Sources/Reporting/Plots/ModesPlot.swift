import Basics
import Landmarks

/// The share of variance that each principal component explains, and their sums.
///
/// - Parameter shares: of each component, the largest first.
package func screePlot(shares: [Double], maxComponents: Int = 20) -> Plot {
  let name = "explained_variance"
  let shown = shares.prefix(maxComponents)
  var sum = 0.0
  let rows = shown.enumerated().map { place, share in
    sum += share
    return ["\(place + 1)", DecimalText.text(share, 6), DecimalText.text(sum, 6)].joined(separator: "\t") + "\n"
  }.joined()
  return Plot(
    name: name, size: (640, 380), data: ["\(name).tsv": rows],
    script: """
      set title "Variance of the shapes by principal component"
      set xlabel "component"
      set ylabel "share of the variance"
      set xrange [0.4:\(Double(max(1, shown.count)) + 0.6)]
      set yrange [0:1.02]
      set xtics out nomirror scale 0.5 1
      set ytics out nomirror scale 0.5 0.2
      set grid ytics lc rgb "#dddddd"
      set border 3 lc rgb "#666666"
      set style fill solid 1 noborder
      set boxwidth 0.7
      set key right center
      plot "\(name).tsv" using 1:2 with boxes lc rgb "#3b76af" title "each", "" using 1:3 with linespoints pt 7 ps 0.6 lw 1.5 lc rgb "#b45f06" title "together"
      """)
}

/// The mean face moved along each mode by −2, 0 and 2 standard deviations: a row a mode.
///
/// - Parameter modes: the share of variance and the shapes at −2, 0 and 2 of each.
package func modesPlot(_ modes: [(share: Double, shapes: [[Double]])], scheme: LandmarkScheme) -> Plot {
  let name = "modes"
  let faces = FacePanels(count: 3 * modes.count, columns: 3, width: 210, shapes: modes.flatMap(\.shapes))
  var data: [String: String] = [:]
  var contents: [(title: String, parts: [String])] = []
  for (index, mode) in modes.enumerated() {
    for (place, shape) in mode.shapes.enumerated() {
      let file = "\(name)_\(index + 1)_\(["minus", "mean", "plus"][place]).tsv"
      data[file] = FacePanels.data(shape, scheme: scheme)
      let share = DecimalText.text(100 * mode.share, 1)
      let title = ["−2 σ", "\(index + 1): \(share) % of the variance", "+2 σ"][place]
      // Off the mean, the mean stands behind, so that the movement is seen.
      let mean = "\(name)_\(index + 1)_mean.tsv"
      let behind = place == 1 ? [] : [FacePanels.face(mean, scheme: scheme, color: "#d3dae1", width: 1.2)]
      contents.append(
        (
          title,
          behind + [FacePanels.face(file, scheme: scheme, color: place == 1 ? "#222222" : "#0711cc", width: 1.5)]
        ))
    }
  }
  return Plot(
    name: name, size: faces.panels.size, data: data, script: faces.script(contents, settings: "set title font \",10\""))
}

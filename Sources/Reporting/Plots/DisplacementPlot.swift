import Basics
import Landmarks

/// By how much each class's mean shape is exaggerated so that the differences can be seen: a round number that makes the
/// longest displacement about a tenth of the face's size. Classes of a few faces, which stray far, do not decide.
package func exaggeration(overall: [Double], classes: [ClassShape]) -> Double {
  let (x, y) = FaceDrawing.bounds([overall], margin: 0)
  let size = max(x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
  let large = classes.filter { $0.rows >= 10 }
  let longest =
    (large.isEmpty ? classes : large).flatMap { shape in
      (0..<overall.count / 2).map { point in
        let (dx, dy) = (shape.mean[2 * point] - overall[2 * point], shape.mean[2 * point + 1] - overall[2 * point + 1])
        return (dx * dx + dy * dy).squareRoot()
      }
    }.max() ?? 0
  guard longest > 0, size > 0 else { return 1 }
  let wanted = 0.1 * size / longest
  return [20, 10, 5, 4, 3, 2].first { $0 <= wanted * 1.2 } ?? 1
}

/// A shape with its displacement from another one enlarged.
func exaggerated(_ shape: [Double], from overall: [Double], by factor: Double) -> [Double] {
  zip(shape, overall).map { $1 + factor * ($0 - $1) }
}

/// Where each class's points stand as against the mean of all: arrows, `factor` times as long as they are, on the mean face.
package func displacementPlot(
  overall: [Double], classes: [ClassShape], scheme: LandmarkScheme, factor: Double
) -> Plot {
  let name = "displacements"
  let (columns, width) = Panels.grid(classes.count)
  let ends = classes.map { exaggerated($0.mean, from: overall, by: factor) }
  let faces = FacePanels(count: classes.count, columns: columns, width: width, shapes: [overall] + ends)
  var data = ["\(name)_mean.tsv": FacePanels.data(overall, scheme: scheme)]
  let contents = zip(classes, ends).enumerated().map { index, pair in
    let file = "\(name)_\(index + 1).tsv"
    data[file] = arrows(from: overall, to: pair.1)
    return (
      title: faces.panels.title(pair.0.name, " (\(pair.0.rows))"),
      parts: [
        FacePanels.face("\(name)_mean.tsv", scheme: scheme, color: "#b8c4cf", width: 1.2),
        "\"\(file)\" using 1:2:3:4 with vectors head filled size graph 0.022,20,60 lc rgb \"\(Palette.ink)\" lw 1.3",
      ]
    )
  }
  return Plot(name: name, size: faces.panels.size, data: data, script: faces.script(contents))
}

/// Arrows from the points of one shape to those of another: x, y and what is added to each.
private func arrows(from first: [Double], to second: [Double]) -> String {
  (0..<first.count / 2).map { point in
    let (x, y) = (first[2 * point], first[2 * point + 1])
    return [x, y, second[2 * point] - x, second[2 * point + 1] - y].map(FaceDrawing.number)
      .joined(separator: "\t") + "\n"
  }.joined()
}

/// Two classes' mean faces in one panel, with arrows from the mean of all, their displacement from which is `factor` times as
/// large; for each of the pairs that are closest.
package func classPairsPlot(
  overall: [Double], classes: [ClassShape], scheme: LandmarkScheme, factor: Double, maxPairs: Int = 12
) -> Plot {
  let name = "class_pairs"
  let pairs = closestPairs(classes, count: maxPairs)
  let drawn = classes.map { exaggerated($0.mean, from: overall, by: factor) }
  let faces = FacePanels(
    count: pairs.count, columns: pairs.count == 1 ? 1 : 3, width: pairs.count == 1 ? 420 : 300,
    shapes: [overall] + drawn)
  var data: [String: String] = [:]
  let contents = pairs.map { pair in
    let members = [pair.first, pair.second]
    for member in members {
      data["\(name)_\(member + 1).tsv"] = FacePanels.data(drawn[member], scheme: scheme)
      data["\(name)_\(member + 1)_arrows.tsv"] = arrows(from: overall, to: drawn[member])
    }
    let names = members.map { Gnuplot.shortened(classes[$0].name, to: 18) }
    return (
      title: "\(names[0]) (whole), \(names[1]) (dashed)",
      parts: members.enumerated().flatMap { place, member in
        let color = place == 0 ? "#0711cc" : "#d42e2e"
        return [
          FacePanels.face(
            "\(name)_\(member + 1).tsv", scheme: scheme, color: color, width: 1.5, dash: place == 0 ? "1" : "(9,5)"),
          "\"\(name)_\(member + 1)_arrows.tsv\" using 1:2:3:4 with vectors head filled size graph 0.018,20,60 "
            + "lc rgb \"\(color)\" lw 0.8",
        ]
      }
    )
  }
  return Plot(
    name: name, size: faces.panels.size, data: data,
    script: faces.script(contents, settings: "set title font \",10\""))
}

/// The pairs of classes whose mean shapes are closest, the closest first, with their root mean square distance.
package func closestPairs(_ classes: [ClassShape], count: Int) -> [(first: Int, second: Int, distance: Double)] {
  let pairs = classes.indices.flatMap { first in
    classes.indices.dropFirst(first + 1).map { second in
      let squares = zip(classes[first].mean, classes[second].mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let distance = (squares / Double(max(1, classes[first].mean.count / 2))).squareRoot()
      return (first: first, second: second, distance: distance)
    }
  }
  return Array(
    pairs.sorted { ($0.distance, $0.first, $0.second) < ($1.distance, $1.first, $1.second) }.prefix(count))
}

import Foundation
import Landmarks
import Learning
import TestSupport
import Testing

import Reporting

/// Names that gnuplot, HTML or a shell would take for something else.
private let oddNames = [
  "it's", "100 %", "a_b^c", "say \"x\"", "<b>&amp;", "`touch broken_out`", "#1", "{/Bold x}", "back\\slash", "@a $b",
]

/// A class's shape: the mean face of the committed tables, with the mouth moved down.
private func shapes(_ names: [String]) throws -> (overall: [Double], classes: [ClassShape]) {
  let overall = try LandmarkDataset(folder: Repository.landmarks).meanShape
  let classes = names.enumerated().map { index, name in
    ClassShape(
      name: name, rows: 10 + index,
      mean: overall.enumerated().map { $0 % 2 == 1 && $0 > 96 ? $1 + Double(index) : $1 },
      covariances: (0..<68).map { _ in (xx: 1, xy: 0.5, yy: 1) })
  }
  return (overall, classes)
}

private func scattered(_ count: Int, classes: [String]) -> ScatteredRows {
  var random = KeyedRandom(seed: 3)
  let labels = (0..<count).map { $0 % classes.count }
  return ScatteredRows(
    classes: classes, labels: labels, x: labels.map { Float($0) + Float(random.unit()) },
    y: labels.map { _ in Float(random.unit()) })
}

@Suite struct InspectionPlotsTests {
  @Test func barsStandInTheOrderOfTheClassesWithCountAndShare() throws {
    let plot = classCountsPlot(
      classes: ["happy", "sad"], parts: [("train", [30, 10]), ("test", [1, 3])])
    #expect(plot.data["class_counts_1.tsv"] == "-0.200\t30\t30 (75.0 %)\thappy\n0.800\t10\t10 (25.0 %)\tsad\n")
    #expect(plot.data["class_counts_2.tsv"] == "0.200\t1\t1 (25.0 %)\thappy\n1.200\t3\t3 (75.0 %)\tsad\n")
    #expect(plot.script.contains("\"train (40)\"") && plot.script.contains("\"test (4)\""))
    let alone = classCountsPlot(classes: ["a"], parts: [("faces", [0])])
    #expect(alone.data["class_counts_1.tsv"] == "0.000\t0\t0 (0.0 %)\ta\n" && alone.script.contains("unset key"))
  }

  @Test func arrowsAreAsManyTimesAsLongAsTheyAreSaidToBe() throws {
    let overall = [0.0, 0, 10, 0, 0, 10]
    let classes = [
      ClassShape(name: "a", rows: 10, mean: [0.2, 0, 10, 0, 0, 10]),
      ClassShape(name: "b", rows: 10, mean: [0, 0, 10, -0.1, 0, 10]),
    ]
    // A tenth of the size is 1, the longest displacement 0.2.
    #expect(exaggeration(overall: overall, classes: classes) == 5)
    let plot = displacementPlot(
      overall: overall, classes: classes, scheme: LandmarkScheme(pointCount: 3), factor: 5)
    let arrows = try #require(plot.data["displacements_1.tsv"]).split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(arrows.count == 3 && arrows[0] == ["0.000", "0.000", "1.000", "0.000"])
    #expect(try #require(plot.data["displacements_2.tsv"]).contains("10.000\t0.000\t0.000\t-0.500\n"))
    #expect(exaggeration(overall: overall, classes: [ClassShape(name: "a", rows: 1, mean: overall)]) == 1)
  }

  @Test func theClosestPairsComeFirst() {
    let classes = [0.0, 5, 6].map { ClassShape(name: "\($0)", rows: 1, mean: [$0, 0]) }
    let pairs = closestPairs(classes, count: 2)
    #expect(pairs.map(\.first) == [1, 0] && pairs.map(\.second) == [2, 1] && pairs.map(\.distance) == [1, 5])
  }

  @Test func ellipsesHaveTheAxesOfTheirCovariance() {
    let straight = SpreadEllipse(xx: 4, xy: 0, yy: 1, deviations: 1)
    #expect(straight.major == 2 && straight.minor == 1 && straight.degrees == 0)
    let upright = SpreadEllipse(xx: 1, xy: 0, yy: 4, deviations: 2)
    #expect(upright.major == 4 && upright.minor == 2 && upright.degrees == 90)
    // Eigenvalues 4 and 1 along the diagonals.
    let leaning = SpreadEllipse(xx: 2.5, xy: 1.5, yy: 2.5, deviations: 1)
    #expect(abs(leaning.major - 2) < 1e-12 && abs(leaning.minor - 1) < 1e-12 && abs(leaning.degrees - 45) < 1e-9)
    let outline = leaning.outline(x: 10, y: 20, points: 4)
    let end = 2.0.squareRoot()
    #expect(abs(outline[0].x - 10 - end) < 1e-9 && abs(outline[0].y - 20 - end) < 1e-9)
    let none = SpreadEllipse(xx: 0, xy: 0, yy: 0, deviations: 1)
    #expect(none.major == 0 && none.degrees == 0)
  }

  @Test func sumsOfSharesStandBesideThem() throws {
    let plot = screePlot(shares: [0.5, 0.25, 0.125])
    #expect(
      plot.data["explained_variance.tsv"]
        == "1\t0.500000\t0.500000\n2\t0.250000\t0.750000\n3\t0.125000\t0.875000\n")
    let many = try #require(screePlot(shares: Array(repeating: 0.01, count: 90)).data["explained_variance.tsv"])
    #expect(many.split(separator: "\n").count == 20)
  }

  @Test func aModeIsARowOfThreeFaces() throws {
    let (overall, classes) = try shapes(["a", "b"])
    let plot = modesPlot([(0.6, [classes[0].mean, overall, classes[1].mean])], scheme: .ibug68)
    #expect(plot.data.keys.sorted() == ["modes_1_mean.tsv", "modes_1_minus.tsv", "modes_1_plus.tsv"])
    #expect(plot.data["modes_1_plus.tsv"] == FaceDrawing.lines(classes[1].mean, scheme: .ibug68))
    #expect(plot.script.contains("1: 60.0 % of the variance"))
  }

  @Test func largeTablesAreThinnedAndNoClassVanishes() throws {
    let labels = Array(repeating: 0, count: 199_000) + Array(repeating: 1, count: 950) + Array(repeating: 2, count: 50)
    let rows = ScatteredRows(
      classes: ["a", "b", "c"], labels: labels, x: labels.indices.map(Float.init), y: labels.map(Float.init))
    let drawn = rows.drawn(most: 8000)
    #expect(drawn.count < 8200 && drawn == drawn.sorted())
    #expect((0..<3).map { label in drawn.count { labels[$0] == label } } == [7960, 100, 50])
    #expect(ScatteredRows(classes: ["a"], labels: [0, 0], x: [1, 2], y: [1, 2]).drawn(most: 8) == [0, 1])
    let plot = scatterPlot(rows, name: "s", title: "t", axes: nil)
    #expect(plot.data.values.reduce(0) { $0 + $1.split(separator: "\n").count } == drawn.count)
    #expect(try #require(plot.data["s_3.tsv"]).hasPrefix("199950.000\t2.000\n"))
  }

  @Test func fortyClassesAreAllInTheLegendAndNoTwoLookAlike() throws {
    let classes = (1...40).map { "class \($0)" }
    let plot = scatterPlot(scattered(4000, classes: classes), name: "s", title: "t", axes: nil)
    let entries = plot.script.components(separatedBy: "keyentry with points ").dropFirst()
    #expect(entries.count == 40)
    let looks = Set(entries.map { $0.components(separatedBy: " title ")[0] })
    #expect(looks.count == 40)
    let byClass = scatterByClassPlot(scattered(4000, classes: classes), name: "s")
    #expect(byClass.data.count == 41)
  }

  @Test func arrowsOfPairsLeadFromTheMeanToTheExaggeratedClass() throws {
    let (overall, classes) = try shapes(["a", "b"])
    let plot = classPairsPlot(overall: overall, classes: classes, scheme: .ibug68, factor: 3)
    for (index, shape) in classes.enumerated() {
      let rows = try #require(plot.data["class_pairs_\(index + 1)_arrows.tsv"]).split(separator: "\n")
        .map { $0.split(separator: "\t").compactMap { Double($0) } }
      #expect(rows.count == 68)
      for (point, row) in rows.enumerated() {
        for axis in 0..<2 {
          let (mean, own) = (overall[2 * point + axis], shape.mean[2 * point + axis])
          #expect(abs(row[axis] - mean) < 1e-3 && abs(row[2 + axis] - 3 * (own - mean)) < 1e-2)
        }
      }
    }
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func everyPictureIsDrawnWithoutAWarningWhateverClassesAreCalled() throws {
    let folder = try TemporaryFolder()
    let (overall, classes) = try shapes(oddNames)
    let few = ScatteredRows(classes: oddNames, labels: [0, 1, 1], x: [0, 1, 2], y: [0, 0, 0])
    let long = String(repeating: "long ", count: 30)
    let plots = [
      classCountsPlot(
        classes: oddNames + [long], parts: [("train", Array(repeating: 7, count: 11)), ("test", Array(0...10))]),
      displacementPlot(overall: overall, classes: classes, scheme: .ibug68, factor: 2),
      classPairsPlot(overall: overall, classes: classes, scheme: .ibug68, factor: 2),
      spreadPlot(classes, scheme: .ibug68, deviations: 1),
      screePlot(shares: [0.7, 0.2]),
      modesPlot([(0.6, [classes[0].mean, overall, classes[1].mean])], scheme: .ibug68),
      scatterPlot(
        scattered(5000, classes: oddNames), name: "many", title: "a `title` of \"many\"", axes: ("x", "y")),
      scatterPlot(few, name: "few", title: "few", axes: nil),
      scatterByClassPlot(scattered(300, classes: oddNames), name: "by_class"),
    ]
    let gnuplot = try #require(Gnuplot())
    for plot in plots {
      try gnuplot.draw(plot, inFolder: folder.path)
      for format in ["svg", "png"] {
        let size = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(plot.name).\(format)")[.size]
        #expect((size as? Int ?? 0) > 3000, "\(plot.name).\(format)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/broken_out"))
    let counts = try folder.read("class_counts.svg")
    for name in ["it's", "100 %", "a_b^c", "say \"x\"", "`touch broken_out`", "{/Bold x}", "back\\slash", "@a $b"] {
      #expect(counts.contains(name), "\(name)")
    }
    #expect(!counts.contains(long) && counts.contains("…"))
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func facesWithoutKnownRegionsAreDrawnAsPoints() throws {
    let folder = try TemporaryFolder()
    let scheme = LandmarkScheme(pointCount: 3)
    let classes = ["a", "b"].map {
      ClassShape(
        name: $0, rows: 1, mean: [0, 0, 1, 0, 0, 1], covariances: Array(repeating: (xx: 0, xy: 0, yy: 0), count: 3))
    }
    let gnuplot = try #require(Gnuplot())
    for plot in [
      displacementPlot(overall: [0, 0, 1, 0, 0, 1.1], classes: classes, scheme: scheme, factor: 1),
      classPairsPlot(overall: [0, 0, 1, 0, 0, 1], classes: classes, scheme: scheme, factor: 1),
      spreadPlot(classes, scheme: scheme, deviations: 1),
      modesPlot([(1, Array(repeating: [0, 0, 1, 0, 0, 1], count: 3))], scheme: scheme),
    ] {
      try gnuplot.draw(plot, inFolder: folder.path)
    }
  }
}

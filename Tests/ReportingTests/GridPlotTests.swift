import Basics
import Learning
import ModelSelection
import Testing

import Reporting

@Suite struct GridScoresTests {
  /// A grid of an SVM: `C` from 1 to 1000, each gamma, both kernels; larger `C` and gamma score higher.
  static func candidates(gammas: [Double]) -> [(values: ParameterValues, mean: Double, std: Double)] {
    [1000, 1, 100, 10].flatMap { cost in
      gammas.flatMap { gamma in
        ["rbf", "linear"].map { kernel in
          let values = ParameterValues([
            "C": .integer(cost), "gamma": .real(gamma), "kernel": .text(kernel), "degree": .integer(3),
          ])
          return (values, 0.5 + Double(cost) / 10_000 + gamma / 10 + (kernel == "rbf" ? 0.05 : 0), 0.01)
        }
      }
    }
  }

  private let grid = GridScores(
    learner: "svc", scoring: "accuracy", foldCount: 5, candidates: candidates(gammas: [1, 0.1, 0.001]))

  @Test func onlyParametersThatVaryAreShownAndNumbersRise() {
    #expect(grid.parameters.map(\.name) == ["C", "gamma", "kernel"])
    #expect(grid.parameters[0].values == [.integer(1), .integer(10), .integer(100), .integer(1000)])
    #expect(grid.parameters[1].values == [.real(0.001), .real(0.1), .real(1)])
    #expect(grid.parameters[2].values == [.text("rbf"), .text("linear")])
  }

  @Test func theBestAtAnEndOfItsNumbersIsAtTheEdge() {
    #expect(grid.edges == ["C", "gamma"])
    func edges(_ means: [Double]) -> [String] {
      GridScores(
        learner: "l", scoring: "accuracy", foldCount: 2,
        candidates: means.enumerated().map { (ParameterValues(["a": .integer($0)]), $1, 0.1) }
      ).edges
    }
    #expect(edges([0.5, 0.7, 0.6]) == [] && edges([0.5, 0.6, 0.7]) == ["a"] && edges([0.7, 0.6, 0.5]) == ["a"])
    #expect(edges([0.5, 0.7]) == [], "of two values each is at an end")
    #expect(edges([0.7, 0.7, 0.6]) == [], "what makes no difference is at no edge, as γ for a linear kernel")
  }

  @Test func mapsAreOverTheNumbersAndThereIsOneForEachKernel() throws {
    let axes = try #require(grid.axes)
    #expect(axes == (0, 1) && grid.maps.map(\.title) == ["kernel rbf", "kernel linear"])
    #expect(grid.maps.allSatisfy { $0.entries.count == 12 })
  }

  @Test func everyCellOfAMapHasItsCandidatesScore() throws {
    let plot = try #require(gridPlot(grid))
    let cells = try #require(plot.data["grid_svc_1.tsv"]).split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(cells.count == 12)
    // C 1000 and gamma 1 with rbf: 0.5 + 0.1 + 0.1 + 0.05.
    #expect(cells.contains { $0[0] == "3" && $0[1] == "2" && $0[3] == "0.7500" })
    let csv = CSVText.records(try #require(plot.data["grid_svc.csv"]))
    #expect(csv[0] == ["C", "gamma", "kernel", "mean_test_score", "std_test_score"] && csv.count == 25)
    #expect(Array(csv[1][..<3]) == ["1000", "1.0", "rbf"])
  }

  @Test func aCurveTakesTheBestOfTheOtherParameters() throws {
    func values(_ a: Int, _ b: Int) -> ParameterValues { ParameterValues(["a": .integer(a), "b": .integer(b)]) }
    let grid = GridScores(
      learner: "l", scoring: "accuracy", foldCount: 2,
      candidates: [
        (values(1, 1), 0.5, 0.1), (values(1, 2), 0.7, 0.2), (values(2, 1), 0.6, 0.3), (values(2, 2), 0.4, 0.4),
      ])
    let csv = try #require(validationPlot(grid)?.data["validation_l.csv"])
    #expect(
      csv == """
        parameter,value,mean_test_score,std_test_score,params
        a,1,0.7,0.2,"{""a"": 1, ""b"": 2}"
        a,2,0.6,0.3,"{""a"": 2, ""b"": 1}"
        b,1,0.6,0.3,"{""a"": 2, ""b"": 1}"
        b,2,0.7,0.2,"{""a"": 1, ""b"": 2}"

        """)
  }

  @Test func powersOfTenLieAtEqualDistances() throws {
    let plot = try #require(validationPlot(grid))
    let lines = try #require(plot.data["validation_svc_1.tsv"]).split(separator: "\n")
    let places = lines.compactMap { line in line.split(separator: "\t").first.flatMap { Double($0) } }
    // The logarithm is good to a hundredth of a pixel.
    #expect(zip(places, [0, 1.0 / 3, 2.0 / 3, 1]).allSatisfy { abs($0 - $1) < 5e-5 } && places.count == 4)
    #expect(plot.script.contains("C (logarithmic)"))
  }

  @Test func oneParameterHasACurveAndNoMap() {
    let one = GridScores(
      learner: "l", scoring: "accuracy", foldCount: 2,
      candidates: [1, 2, 3].map { (ParameterValues(["a": .integer($0)]), Double($0), 0) })
    #expect(gridPlot(one) == nil && validationPlot(one) != nil)
    let none = GridScores(
      learner: "l", scoring: "accuracy", foldCount: 2, candidates: [(ParameterValues(["a": .integer(1)]), 1, 0)])
    #expect(gridPlot(none) == nil && validationPlot(none) == nil)
  }

  @Test func ofManyMapsThoseWithTheBestScoresAreDrawn() {
    let candidates = (0..<80).map { index in
      let values = ParameterValues([
        "a": .integer(index % 2), "b": .integer(index / 2 % 2), "c": .text("t\(index / 4)"),
      ])
      return (values: values, mean: Double(index), std: 0.0)
    }
    let grid = GridScores(learner: "l", scoring: "accuracy", foldCount: 2, candidates: candidates)
    #expect(grid.mapCount == 20)
    #expect(grid.maps.map(\.title) == (8..<20).map { "c t\($0)" })
  }

  @Test func aScoreThatIsNoNumberLeavesItsCellEmpty() throws {
    let candidates = (0..<4).map { index in
      (
        values: ParameterValues(["a": .integer(index % 2), "b": .integer(index / 2)]),
        mean: index == 3 ? Double.nan : 0.5, std: 0.0
      )
    }
    let grid = GridScores(learner: "l", scoring: "accuracy", foldCount: 2, candidates: candidates)
    let plot = try #require(gridPlot(grid))
    #expect(plot.data["grid_l_1.tsv"]?.split(separator: "\n").count == 3)
    #expect(!plot.script.contains("nan"))
  }
}

@Suite struct RankCurvePlotTests {
  @Test func theTableHasEveryPointOfAShortCurve() throws {
    let probabilities = Matrix(rows: 4, columns: 2, values: [0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8])
    let curves = ClassCurves.all(labels: [0, 0, 1, 1], probabilities: probabilities, classes: ["a, b", "c"])
    let roc = try #require(rocPlot(curves, title: "t"))
    let records = CSVText.records(roc.csv)
    #expect(records[0] == ["class", "threshold", "false_positive_rate", "true_positive_rate", "area"])
    #expect(records[1] == ["a, b", "inf", "0.0", "0.0", "0.75"])
    #expect(records.contains(["a, b", "0.65", "0.5", "0.5", "0.75"]))
    #expect(records.count { $0[0] == "c" } == 5)
    let line = try #require(precisionRecallPlot(curves, title: "t"))
    #expect(CSVText.records(line.csv)[1][..<4] == ["a, b", "inf", "0.0", "1.0"])
  }

  @Test func classesWithoutRowsAreLeftOut() throws {
    let probabilities = Matrix(rows: 2, columns: 3, values: [0.5, 0.3, 0.2, 0.1, 0.7, 0.2])
    let curves = ClassCurves.all(labels: [0, 1], probabilities: probabilities, classes: ["a", "b", "c"])
    let plot = try #require(rocPlot(curves, title: "t"))
    #expect(CSVText.records(plot.csv).allSatisfy { $0[0] != "c" })
    #expect(
      rocPlot(
        ClassCurves.all(labels: [0], probabilities: Matrix(rows: 1, columns: 1, values: [1]), classes: ["a"]),
        title: "t") == nil)
  }

  @Test func aLineOf200000PointsKeepsItsShapeIn400() {
    // A staircase of steps to the right and up, as a curve of so many rows is.
    var state: UInt64 = 42
    var points = [(x: 0.0, y: 0.0)]
    var (x, y) = (0, 0)
    for step in 0..<200_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Steeper at its start.
      if state >> 33 & 0xFFFF > UInt64(step * 0xFFFF / 200_000) { y += 1 } else { x += 1 }
      points.append((Double(x) / 100_000, Double(y) / 100_000))
    }
    let kept = ThinnedLine.indices(of: points)
    #expect(kept.count <= 400 && kept.first == 0 && kept.last == 200_000 && kept == kept.sorted())
    for (start, end) in zip(kept, kept.dropFirst()) {
      let (a, b) = (points[start], points[end])
      let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
      for point in points[start...end] {
        let distance = abs((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)) / length
        // Half a pixel of the picture.
        #expect(distance < 0.001)
        if distance >= 0.001 { return }
      }
    }
  }

  @Test func thinningACurveKeepsItsScores() throws {
    let labels = (0..<5000).map { ($0 * 31) % 7 < 2 ? 1 : 0 }
    let probabilities = Matrix(
      rows: 5000, columns: 2,
      values: labels.indices.flatMap { row -> [Double] in
        let second = Double((row * 7919) % 4999 + 1500 * labels[row]) / 6500
        return [1 - second, second]
      })
    let curves = ClassCurves("b", label: 1, labels: labels, probabilities: probabilities)
    let thinned = curves.thinned
    #expect(thinned.roc?.area == curves.roc?.area)
    #expect(thinned.precisionRecall?.averagePrecision == curves.precisionRecall?.averagePrecision)
    let points = try #require(thinned.roc?.points)
    #expect(points.count <= 400 && points.first == curves.roc?.points.first && points.last == curves.roc?.points.last)
  }

  @Test func cornersStayAndPointsOnALineGo() {
    let points = [(0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (0.5, 1.0), (1.0, 1.0)].map { (x: $0.0, y: $0.1) }
    #expect(ThinnedLine.indices(of: points) == [0, 2, 4])
    #expect(ThinnedLine.indices(of: Array(points[..<2])) == [0, 1] && ThinnedLine.indices(of: []).isEmpty)
  }
}

@Suite struct ColorMapTests {
  @Test func colorsGrowSteadilyLighter() {
    for stops in [ColorMap.stops, ColorMap.blues] {
      for step in 0...1000 {
        let ground = ColorMap.rgb(Double(step) / 1000, of: stops)
        let (a, b) = (ColorMap.luminance(ground), ColorMap.luminance(ColorMap.ink(on: ground)))
        #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5, "\(step)")
      }
    }
    let lightness = (0...100).map { ColorMap.luminance(ColorMap.rgb(Double($0) / 100)) }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ColorMap.rgb(0) == 0x00_204D && ColorMap.rgb(1) == 0xFF_EA46 && ColorMap.rgb(.nan) == ColorMap.rgb(-1))
  }
}

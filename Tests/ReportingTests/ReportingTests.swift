import Basics
import Foundation
import Landmarks
import Learning
import ModelSelection
import TestSupport
import Testing

import Reporting

private func dataset() throws -> LandmarkDataset { try LandmarkDataset(folder: Repository.landmarks) }

@Suite struct ClassificationReportTests {
  @Test func theTextIsScikitLearnsToTheCharacter() throws {
    for expected in try ScikitLearnFixtures.shared.get().reports {
      let matrix = ConfusionMatrix(
        classes: ["happy", "neutral", "sad", "surprised"], labels: expected.labels, predictions: expected.predictions)
      #expect(ClassificationReport(matrix).text() == expected.text)
      #expect(ClassificationReport(matrix).text(digits: 4) == expected.text4)
    }
  }
}

@Suite struct PlotTests {
  @Test func lipsAndEyesAreClosedAndTheJawIsNot() {
    let shape = (0..<136).map(Double.init)
    let lines = FaceDrawing.lines(shape, scheme: .ibug68).components(separatedBy: "\n\n")
    #expect(lines.count == 9)
    let jaw = lines[0].split(separator: "\n")
    let mouth = lines[8].split(separator: "\n")
    #expect(jaw.count == 17 && jaw.first != jaw.last)
    #expect(mouth.count == 9 && mouth.first == mouth.last)
  }

  @Test func everyPointGetsItsNumberAndNoTwoNumbersShareAPlace() throws {
    for table in try dataset().tables {
      let labels = LabelPlacement.labels(
        of: Array(0..<68), shape: table.meanShape, scheme: .ibug68, digitSize: (0.6, 0.9), pointSize: { _ in 0.4 })
      #expect(labels.map(\.point) == Array(0..<68))
      for (index, label) in labels.enumerated() {
        for other in labels[(index + 1)...] {
          // Numbers of two digits are 1.2 wide and 0.9 high; a quarter of that may be covered.
          let overlap = max(0, 1.2 - abs(label.x - other.x)) * max(0, 0.9 - abs(label.y - other.y))
          #expect(overlap < 0.3, "\(table.className): \(label.point + 1) and \(other.point + 1)")
        }
      }
    }
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func everyPlotIsDrawnWithoutAWarning() throws {
    let dataset = try dataset()
    let folder = try TemporaryFolder()
    let matrix = ConfusionMatrix(
      classes: ["it's", "100 %", "a_b", "say \"x\""], labels: [0, 1, 2, 3, 3], predictions: [0, 1, 1, 3, 0])
    let importances = (0..<136).map { Double($0) }
    let plots = [
      meanKeypointsPlot(dataset),
      confusionMatrixPlot(matrix, title: "a \"quoted\" title"),
      featureImportancePlot(names: dataset.scheme.columnNames, importances: importances),
      keypointImportancePlot(
        meanShape: dataset.meanShape, pointImportances: Array(importances[..<68]), scheme: dataset.scheme),
    ]
    let gnuplot = try #require(Gnuplot())
    for plot in plots {
      try gnuplot.draw(plot, inFolder: folder.path)
      for format in ["svg", "png"] {
        let size = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(plot.name).\(format)")[.size]
        #expect((size as? Int ?? 0) > 5000, "\(plot.name).\(format)")
      }
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(plot.name).gp"))
    }
    let confusion = try folder.read("confusion_matrix.svg")
    for text in ["it's", "100 %", "a_b", "say \"x\"", "50.0 %"] {
      #expect(confusion.contains(text), "\(text)")
    }
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func aPointSchemeWithoutRegionsIsDrawnToo() throws {
    let folder = try TemporaryFolder()
    let table = LandmarkTable(
      className: "a", scheme: PointScheme(pointCount: 3), metadataNames: [], metadata: [],
      coordinates: [0, 0, 10, 10, 5, 20])
    let dataset = try LandmarkDataset(tables: [table])
    try #require(Gnuplot()).draw(meanKeypointsPlot(dataset), inFolder: folder.path)
    try #require(Gnuplot()).draw(
      keypointImportancePlot(meanShape: dataset.meanShape, pointImportances: [0, 0, 0], scheme: dataset.scheme),
      inFolder: folder.path)
  }
}

@Suite struct ReportPageTests {
  @Test func textIsEscapedAndFiguresKeepApart() throws {
    let rows = try LabelledRows(
      features: Matrix(rows: 8, columns: 1, values: [0, 1, 0, 1, 0, 1, 0, 1]), labels: [0, 1, 0, 1, 0, 1, 0, 1],
      classes: ["a", "b"])
    let results = try GridSearch(candidates: [], seed: 0, threads: 1).run(
      on: rows, folds: StratifiedFolds(labels: rows.labels, classes: rows.classes, count: 2))
    let svg = "<?xml version=\"1.0\"?>\n<svg><g id=\"x\"/><use xlink:href='#x'/></svg>"
    let html = ReportPage(
      title: "<script>", facts: [("a & b", "\"c\"")], notes: ["n<1"], results: results, classificationReport: "<r>",
      figures: [.init(name: "one", svg: svg, caption: "<c>"), .init(name: "two", svg: svg, caption: "d")]
    ).html
    #expect(!html.contains("<script>") && html.contains("a &amp; b") && html.contains("&quot;c&quot;"))
    #expect(html.contains("id=\"one_x\"") && html.contains("href='#two_x'") && !html.contains("<?xml"))
  }
}

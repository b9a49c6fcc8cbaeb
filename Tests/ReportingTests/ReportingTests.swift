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

  /// What it starts keeps standard error open for longer.
  @Test func aGnuplotThatHangsIsEndedAndTheOtherPicturesAreNotTried() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write("#!/bin/sh\nsleep 20 &\nwait\n", to: "gnuplot")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let plots = ["a", "b", "c"].map {
      featureImportancePlot(names: ["x"], importances: [1], measure: $0)
    }
    let start = ContinuousClock.now
    let notes = try Gnuplot.draw(
      plots, inFolder: folder.path + "/plots", with: Gnuplot(executable: program, timeout: .milliseconds(200)))
    #expect(ContinuousClock.now - start < .seconds(15))
    #expect(
      notes == [
        "plots not drawn: gnuplot did not end within 0 seconds: importance_by_feature, importance_by_feature, importance_by_feature"
      ])
    #expect(FileManager.default.fileExists(atPath: folder.path + "/plots/importance_by_feature.gp"))
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func everyPlotIsDrawnWithoutAWarning() throws {
    let dataset = try dataset()
    let folder = try TemporaryFolder()
    let matrix = ConfusionMatrix(
      classes: ["it's", "100 %", "a_b", "say \"x\""], labels: [0, 1, 2, 3, 3], predictions: [0, 1, 1, 3, 0])
    let importances = (0..<136).map { Double($0) }
    let report = ClassificationReport(matrix)
    let probabilities = Matrix(rows: 5, columns: 4, values: (0..<20).map { Double($0 % 7 + 1) / 10 })
    let curves = ClassCurves.all(labels: [0, 1, 2, 3, 3], probabilities: probabilities, classes: matrix.classes)
    let grid = GridScores(
      learner: "svc", scoring: "f1_macro", foldCount: 5,
      candidates: GridScoresTests.candidates(gammas: [1, 0.1, 0.001]))
    let plots = [
      meanKeypointsPlot(dataset),
      confusionMatrixPlot(matrix, title: "a \"quoted\" title"),
      confusionMatrixPlot(matrix, measure: .counts, title: "a \"quoted\" title"),
      classScoresPlot(report, title: "100 % of \\n"),
      try #require(gridPlot(grid)), try #require(validationPlot(grid)),
      try #require(rocPlot(curves, title: "a_b")).plot, try #require(precisionRecallPlot(curves, title: "{c}")).plot,
      try #require(
        reliabilityPlot(Reliability(labels: [0, 1, 2, 3, 3], probabilities: probabilities), title: "it's")),
      try #require(
        regionImportancePlot(
          meanShape: dataset.meanShape, regionImportances: (0..<9).map { Double($0) / 36 }, scheme: dataset.scheme)),
      featureImportancePlot(names: dataset.scheme.columnNames, importances: importances),
      keypointImportancePlot(
        meanShape: dataset.meanShape, pointImportances: Array(importances[..<68]), scheme: dataset.scheme),
      classImportancePlot(
        dataset.tables.enumerated().map { label, table in
          ClassImportances(
            name: matrix.classes[label], meanShape: table.meanShape,
            points: (0..<68).map { Double($0 * (label + 1) % 68) })
        }, scheme: dataset.scheme),
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
    for name in ["class_scores", "roc", "precision_recall", "importance_by_class"] {
      let svg = try folder.read("\(name).svg")
      for text in ["it's", "100 %", "a_b", "say \"x\""] { #expect(svg.contains(text), "\(name): \(text)") }
    }
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func fortyClassesWithLongNamesAreDrawnAndAllAreInTheLegend() throws {
    let classes = (0..<40).map { "class \($0) has a name that goes on" }
    let labels = (0..<400).map { $0 % 40 }
    let probabilities = Matrix(
      rows: 400, columns: 40, values: (0..<16_000).map { Double(($0 * 7919) % 1009 + 1) / 1010 })
    let matrix = ConfusionMatrix(classes: classes, labels: labels, predictions: probabilities.rowArgmax)
    let curves = ClassCurves.all(labels: labels, probabilities: probabilities, classes: classes)
    let folder = try TemporaryFolder()
    let gnuplot = try #require(Gnuplot())
    for measure in [ConfusionMeasure.shares, .counts] {
      let plot = confusionMatrixPlot(matrix, measure: measure, title: "forty")
      try gnuplot.draw(plot, inFolder: folder.path)
      #expect(!plot.script.contains("with labels"), "there is no room for numbers")
    }
    try gnuplot.draw(classScoresPlot(ClassificationReport(matrix), title: "forty"), inFolder: folder.path)
    try gnuplot.draw(#require(rocPlot(curves, title: "forty")).plot, inFolder: folder.path)
    let svg = try folder.read("roc.svg")
    for number in 0..<40 { #expect(svg.contains("class \(number) has a n"), "\(number)") }
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func aPointSchemeWithoutRegionsIsDrawnToo() throws {
    let folder = try TemporaryFolder()
    let table = LandmarkTable(
      className: "a", scheme: LandmarkScheme(pointCount: 3), metadataNames: [], metadata: [],
      coordinates: [0, 0, 10, 10, 5, 20])
    let dataset = try LandmarkDataset(tables: [table])
    try #require(Gnuplot()).draw(meanKeypointsPlot(dataset), inFolder: folder.path)
    try #require(Gnuplot()).draw(
      keypointImportancePlot(meanShape: dataset.meanShape, pointImportances: [0, 0, 0], scheme: dataset.scheme),
      inFolder: folder.path)
    try #require(Gnuplot()).draw(
      classImportancePlot(
        [ClassImportances(name: "a", meanShape: dataset.meanShape, points: [0, 0, 0])], scheme: dataset.scheme),
      inFolder: folder.path)
  }
}

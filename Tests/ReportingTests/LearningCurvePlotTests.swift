import Foundation
import Learning
import ModelSelection
import TestSupport
import Testing

import Reporting

/// A learner that answers the same probabilities always.
private struct Constant: Learner {
  struct Model: Classifier {
    let classes: [String]
    let featureCount = 1

    func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
      Matrix(rows: rows.rows, columns: 2, values: (0..<rows.rows).flatMap { _ in [0.75, 0.25] })
    }
  }

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Model { Model(classes: rows.classes) }
}

private struct ConstantFamily: LearnerDescriptor {
  let name = "constant"
  let parameters: [ParameterConstraint] = []

  func learner(_ values: ParameterValues) throws -> any Learner { Constant() }
}

@Suite struct LearningCurvePlotTests {
  private let curve: LearningCurve

  init() throws {
    let labels = (0..<80).map { $0 % 4 == 0 ? 1 : 0 }
    let rows = try LabeledRows(
      features: Matrix(rows: 80, columns: 1, values: labels.map { Float($0) }), labels: labels, classes: ["a", "b"])
    curve = try LearningCurve(
      of: Candidate(family: ConstantFamily(), values: ParameterValues()), on: SearchData(rows),
      folds: StratifiedFolds(labels: labels, classes: ["a", "b"], count: 2), scoring: .accuracy, seed: 1, threads: 1)
  }

  @Test func bothCurvesHaveAPointForEachSizeWithItsBand() throws {
    let plot = learningCurvePlot(curve, title: "constant")
    #expect(plot.name == "learning_curve")
    for (file, scores) in [
      ("learning_curve_train.tsv", curve.points.map { ($0.meanTrainScore, $0.stdTrainScore) }),
      ("learning_curve_test.tsv", curve.points.map { ($0.meanTestScore, $0.stdTestScore) }),
    ] {
      let lines = try #require(plot.data[file]).split(separator: "\n").map {
        $0.split(separator: "\t").map(Double.init)
      }
      #expect(lines.map { $0[0] } == [4, 8, 16, 28, 40])
      for (line, (mean, std)) in zip(lines, scores) { #expect(line[1...] == [mean, mean - std, mean + std]) }
    }
    // Three of four rows are of the class that is always answered.
    #expect(curve.points.last?.testScores == [0.75, 0.75])
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func itIsDrawnWithoutAWarning() throws {
    let folder = try TemporaryFolder()
    let title = "100 % \"a\" `b` c_d"
    try #require(Gnuplot()).draw(learningCurvePlot(curve, title: title), inFolder: folder.path)
    let svg = try folder.read("learning_curve.svg")
    for text in ["100 % \"a\" `b` c_d", "training rows", "validation rows", "accuracy"] {
      #expect(svg.contains(text), "\(text)")
    }
    #expect(FileManager.default.fileExists(atPath: folder.path + "/learning_curve.png"))
  }
}

import Learning
import ModelSelection
import Testing

@Suite struct AccuracyEstimateTests {
  /// Brown, Cai & DasGupta 2001 (doi:10.1214/ss/1009213286) give 8 of 10 as 0.490 to 0.943.
  @Test func theIntervalIsWilsons() {
    let estimate = AccuracyEstimate(correct: 8, rows: 10)
    #expect(estimate.accuracy == 0.8)
    #expect(abs(estimate.interval.lowerBound - 0.4902) < 5e-5 && abs(estimate.interval.upperBound - 0.9433) < 5e-5)
  }

  @Test(arguments: [(0, 0), (0, 5), (5, 5), (1, 1)])
  func theIntervalStaysWithinZeroAndOne(correct: Int, rows: Int) {
    let interval = AccuracyEstimate(correct: correct, rows: rows).interval
    #expect(interval.lowerBound >= 0 && interval.upperBound <= 1)
    #expect(interval.contains(AccuracyEstimate(correct: correct, rows: rows).accuracy))
  }
}

@Suite struct ConfusionMatrixTests {
  private let matrix = ConfusionMatrix(
    classes: ["a", "b", "c"], labels: [0, 0, 0, 1, 1], predictions: [0, 1, 0, 1, 0])

  @Test func rowsAreTrueAndColumnsPredictedClasses() {
    #expect(matrix.counts == [[2, 1, 0], [1, 1, 0], [0, 0, 0]])
    #expect(matrix.support(0) == 3 && matrix.predicted(0) == 3 && matrix.accuracy.correct == 3)
  }

  @Test func aClassWithoutRowsScoresZeroAndNotNaN() {
    let scores = ClassificationReport(matrix).perClass[2]
    #expect(scores.precision == 0 && scores.recall == 0 && scores.f1 == 0 && scores.support == 0)
  }

  @Test func scoresAreTheHandWorkedOnes() {
    let report = ClassificationReport(matrix)
    #expect(report.perClass[0].precision == 2.0 / 3 && report.perClass[1].recall == 0.5)
    #expect(report.perClass[1].f1 == 0.5)
    #expect(abs(report.weightedAverage.f1 - (3 * 2.0 / 3 + 2 * 0.5) / 5) < 1e-15)
  }
}

@Suite struct ReliabilityTests {
  @Test func binsAndErrorAreTheHandWorkedOnes() {
    // Three predictions with 0.62 of which two are right, one with 0.9 that is wrong.
    let probabilities = Matrix(rows: 4, columns: 2, values: [0.62, 0.38, 0.38, 0.62, 0.62, 0.38, 0.1, 0.9])
    let reliability = Reliability(labels: [0, 1, 1, 0], probabilities: probabilities)
    #expect(reliability.bins.map(\.accuracy.rows) == [3, 1] && reliability.bins.map(\.accuracy.correct) == [2, 0])
    #expect(reliability.bins[0].range == 9.0 / 15...10.0 / 15)
    let expected = 0.75 * abs(2.0 / 3 - 0.62) + 0.25 * 0.9
    #expect(abs(reliability.expectedCalibrationError - expected) < 1e-12)
  }

  @Test func certaintyAndNoRowsHaveTheirPlace() {
    let certain = Reliability(labels: [0], probabilities: Matrix(rows: 1, columns: 2, values: [1, 0]))
    #expect(certain.bins.map(\.range) == [14.0 / 15...1] && certain.expectedCalibrationError == 0)
    #expect(Reliability(labels: [], probabilities: Matrix(rows: 0, columns: 2, values: [])).bins.isEmpty)
  }
}

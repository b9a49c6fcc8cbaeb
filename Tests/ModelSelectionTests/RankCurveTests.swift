import Learning
import ModelSelection
import Testing

@Suite struct RankCurveTests {
  /// The example of scikit-learn's own pages on `roc_curve`, `precision_recall_curve` and `average_precision_score`.
  private let isPositive = [false, false, true, true]
  private let scores = [0.1, 0.4, 0.35, 0.8]

  @Test func theROCCurveIsScikitLearnsExample() throws {
    let curve = try #require(ROCCurve(isPositive: isPositive, scores: scores))
    #expect(curve.points.map(\.threshold) == [.infinity, 0.8, 0.4, 0.35, 0.1])
    #expect(curve.points.map(\.falsePositiveRate) == [0, 0, 0.5, 0.5, 1])
    #expect(curve.points.map(\.truePositiveRate) == [0, 0.5, 0.5, 1, 1])
    #expect(curve.area == 0.75)
  }

  @Test func precisionAndRecallAreScikitLearnsExample() throws {
    let curve = try #require(PrecisionRecallCurve(isPositive: isPositive, scores: scores))
    #expect(curve.points.map(\.threshold) == [.infinity, 0.8, 0.4, 0.35, 0.1])
    #expect(curve.points.map(\.precision) == [1, 1, 0.5, 2.0 / 3, 0.5])
    #expect(curve.points.map(\.recall) == [0, 0.5, 0.5, 1, 1])
    #expect(abs(curve.averagePrecision - 5.0 / 6) < 1e-15)
  }

  @Test func rowsOfOneScorePassTheThresholdTogetherInAnyOrder() throws {
    // A row of the class at 0.9, one of each kind at 0.5, another row at 0.1. Of four pairs three are in order and one is
    // tied: 3.5 ÷ 4. Half of the class comes at precision 1, the other half at 2 ÷ 3.
    for isPositive in [[true, true, false, false], [true, false, true, false]] {
      let scores = [0.9, 0.5, 0.5, 0.1]
      let roc = try #require(ROCCurve(isPositive: isPositive, scores: scores))
      #expect(roc.points.map(\.falsePositiveRate) == [0, 0, 0.5, 1])
      #expect(roc.points.map(\.truePositiveRate) == [0, 0.5, 1, 1])
      #expect(roc.area == 0.875)
      let line = try #require(PrecisionRecallCurve(isPositive: isPositive, scores: scores))
      #expect(abs(line.averagePrecision - (0.5 + 0.5 * 2 / 3)) < 1e-15)
    }
  }

  @Test func equalScoresForAllAreChance() throws {
    let isPositive = [true, false, false, true, false]
    let scores = [Double](repeating: 0.3, count: 5)
    let roc = try #require(ROCCurve(isPositive: isPositive, scores: scores))
    #expect(roc.points.count == 2 && roc.area == 0.5)
    #expect(PrecisionRecallCurve(isPositive: isPositive, scores: scores)?.averagePrecision == 0.4)
  }

  @Test func aPerfectOrderHasAreaOneAndItsReverseNone() {
    let isPositive = [true, true, false]
    #expect(ROCCurve(isPositive: isPositive, scores: [3, 2, 1])?.area == 1)
    #expect(ROCCurve(isPositive: isPositive, scores: [1, 2, 3])?.area == 0)
    #expect(PrecisionRecallCurve(isPositive: isPositive, scores: [3, 2, 1])?.averagePrecision == 1)
  }

  @Test func theAreaIsTheShareOfPairsInOrder() throws {
    let scores = (0..<60).map { Double(($0 * 37) % 23) }
    let isPositive = (0..<60).map { ($0 * 11) % 7 < 3 }
    var inOrder = 0.0
    var pairs = 0.0
    for positive in scores.indices where isPositive[positive] {
      for negative in scores.indices where !isPositive[negative] {
        pairs += 1
        inOrder += scores[positive] > scores[negative] ? 1 : scores[positive] == scores[negative] ? 0.5 : 0
      }
    }
    let area = try #require(ROCCurve(isPositive: isPositive, scores: scores)).area
    #expect(abs(area - inOrder / pairs) < 1e-14)
  }

  @Test func aClassWithoutRowsOrWithAllRowsHasNoCurve() {
    #expect(ROCCurve(isPositive: [true, true], scores: [0, 1]) == nil)
    #expect(ROCCurve(isPositive: [false, false], scores: [0, 1]) == nil)
    #expect(PrecisionRecallCurve(isPositive: [false, false], scores: [0, 1]) == nil)
    #expect(PrecisionRecallCurve(isPositive: [true, true], scores: [0, 1])?.averagePrecision == 1)
    #expect(ROCCurve(isPositive: [], scores: []) == nil)
  }

  @Test func scoresThatAreNoNumbersComeLast() {
    #expect(ROCCurve(isPositive: [true, false], scores: [0, .nan])?.area == 1)
    #expect(ROCCurve(isPositive: [true, false], scores: [.nan, .nan])?.area == 0.5)
  }

  @Test func everyClassIsRankedByItsOwnProbability() {
    let probabilities = Matrix(rows: 3, columns: 2, values: [0.9, 0.1, 0.2, 0.8, 0.6, 0.4])
    let curves = ClassCurves.all(labels: [0, 1, 1], probabilities: probabilities, classes: ["a", "b"])
    #expect(curves.map(\.name) == ["a", "b"] && curves.compactMap { $0.roc?.area } == [1, 1])
    let one = ClassCurves.all(labels: [0, 0, 0], probabilities: probabilities, classes: ["a", "b"])
    #expect(one.allSatisfy { $0.roc == nil } && one[1].precisionRecall == nil)
  }
}

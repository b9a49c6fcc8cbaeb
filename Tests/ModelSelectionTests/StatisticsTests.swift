import Learning
import ModelSelection
import Testing

@Suite struct CorrectedResampledTTestTests {
  /// scipy: t = mean / sqrt((1/5 + 1/4) · var), p = 2 · t.sf(|t|, 4).
  @Test func theStatisticIsNadeauAndBengios() {
    let comparison = CorrectedResampledTTest(
      [0.9, 0.8, 0.85, 0.95, 0.9], [0.8, 0.75, 0.85, 0.9, 0.8], testShare: 0.25)
    #expect(abs(comparison.difference - 0.06) < 1e-12)
    #expect(abs(comparison.t - 2.138_090) < 1e-5)
    #expect(abs(comparison.pValue - 0.099_301) < 1e-5)
    #expect(!comparison.isSignificant)
  }

  @Test func equalScoresAreNoiseAndAConstantLeadIsNot() {
    #expect(CorrectedResampledTTest([0.5, 0.6], [0.5, 0.6], testShare: 1).pValue == 1)
    #expect(CorrectedResampledTTest([0.75, 0.5], [0.5, 0.25], testShare: 1).isSignificant)
  }

  @Test func theOrderTurnsTheSignAndNothingElse() {
    let (a, b) = ([0.5, 0.7, 0.4], [0.45, 0.72, 0.3])
    let (one, other) = (CorrectedResampledTTest(a, b, testShare: 0.5), CorrectedResampledTTest(b, a, testShare: 0.5))
    #expect(one.t == -other.t && one.pValue == other.pValue)
  }
}

@Suite struct McNemarTests {
  private func test(_ onlyFirst: Int, _ onlySecond: Int) -> McNemarTest {
    let labels = Array(repeating: 0, count: onlyFirst + onlySecond + 7)
    let first = labels.indices.map { $0 < onlyFirst || $0 >= onlyFirst + onlySecond ? 0 : 1 }
    let second = labels.indices.map { $0 < onlyFirst ? 1 : 0 }
    return McNemarTest(labels: labels, first: first, second: second)
  }

  /// Hand-worked: twice the share of coin throws with as few heads.
  @Test(arguments: [(1, 5, 14 / 64.0), (0, 6, 2 / 64.0), (3, 3, 1.0), (0, 0, 1.0), (2, 3, 1.0)])
  func theProbabilityIsTheCoins(onlyFirst: Int, onlySecond: Int, expected: Double) {
    let test = test(onlyFirst, onlySecond)
    #expect(test.onlyFirstRight == onlyFirst && test.onlySecondRight == onlySecond)
    #expect(abs(test.pValue - expected) < 1e-12)
  }

  /// scipy.stats.binomtest(400, 900).pvalue
  @Test func largeCountsAreExactToo() {
    #expect(abs(test(400, 500).pValue - 0.000_956_444) < 1e-8)
  }
}

@Suite struct ScoringTests {
  private let labels = [0, 0, 0, 1, 1, 2]
  private let probabilities = Matrix<Double>(
    rows: 6, columns: 4,
    values: [
      0.7, 0.1, 0.1, 0.1, 0.4, 0.5, 0.1, 0, 0.6, 0.2, 0.2, 0, 0.1, 0.8, 0.1, 0, 0.5, 0.3, 0.2, 0, 0.1, 0.2, 0.7, 0,
    ])

  /// Hand-worked; the fourth class has neither rows nor predictions, and scikit-learn leaves it out as well.
  @Test func scoresAreScikitLearns() {
    func score(_ scoring: Scoring) -> Double { scoring.score(labels: labels, probabilities: probabilities) }
    #expect(abs(score(.accuracy) - 4 / 6.0) < 1e-15)
    #expect(abs(score(.balancedAccuracy) - (2 / 3.0 + 1 / 2.0 + 1) / 3) < 1e-15)
    #expect(abs(score(.macroF1) - (2 / 3.0 + 1 / 2.0 + 1) / 3) < 1e-15)
    #expect(abs(score(.negativeLogLoss) + 0.594_597) < 1e-5)
  }

  @Test func aProbabilityOfZeroCostsMuchButNotEverything() {
    let sure = Matrix<Double>(rows: 1, columns: 2, values: [0, 1])
    #expect(abs(Scoring.negativeLogLoss.score(labels: [0], probabilities: sure) + 36.043_65) < 1e-4)
  }
}

@Suite struct PermutationImportanceTests {
  /// The class is the sign of the first feature; the second copies it but is not read; the third is noise.
  private struct SignOfFirst: Classifier {
    let featureCount = 3
    let classes = ["minus", "plus"]

    func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
      Matrix(rows: rows.rows, columns: 2, values: (0..<rows.rows).flatMap { rows[$0, 0] < 0 ? [1, 0] : [0, 1] })
    }
  }

  @Test func onlyWhatTheModelReadsMatters() throws {
    var random = KeyedRandom(seed: 5)
    let values = (0..<200).flatMap { row -> [Float] in
      let sign: Float = row % 2 == 0 ? -1 : 1
      return [sign, sign, Float(random.unit())]
    }
    let rows = try LabeledRows(
      features: Matrix(rows: 200, columns: 3, values: values), labels: (0..<200).map { $0 % 2 },
      classes: ["minus", "plus"])
    let groups = (0..<3).map { PermutationImportance.Group(name: "\($0)", columns: [$0]) }
    func importances(_ threads: Int) throws -> [PermutationImportance.Importance] {
      try PermutationImportance(repeats: 8, seed: 1, threads: threads).importances(
        of: groups, model: SignOfFirst(), rows: rows)
    }
    let found = try importances(2)
    #expect(abs(found[0].mean - 0.5) < 0.06)  // half of the rows get the other sign; five standard errors
    #expect(found[0].std > 0 && found[0].perClass.count == 2)
    // With half of either class on the wrong side the area under its curve is that of chance.
    #expect(found[0].areaPerClass.allSatisfy { abs($0 - 0.5) < 0.06 })
    #expect(found[1].mean == 0 && found[2].mean == 0 && found[1].areaPerClass == [0, 0])
    #expect(try importances(1) == found)
  }
}

import KernelMachines
import Learning
import ModelSelection
import TestSupport
import Testing

@Suite struct ProbabilityTests {
  private func coupled(_ count: Int, logOdds: (_ first: Int, _ second: Int) -> Double) -> [Double] {
    let pairs = (0..<count).flatMap { first in
      (first + 1..<count).map { OneVersusOne.Pair(first: first, second: $0) }
    }
    var coupling = PairwiseCoupling(count: count, pairs: pairs)
    coupling.couple(pairs.map { logOdds($0.first, $0.second) }[...])
    return coupling.probabilities
  }

  @Test func pairsThatAgreeGiveTheProbabilitiesTheyComeFrom() {
    // Their logarithms, so that no function of the platform has a say.
    for logarithms in [[0, -1], [-2, 0, -0.5], [0.25, -3, 0, -1, -7]] as [[Double]] {
      let powers = logarithms.map(exponential)
      let sum = powers.reduce(0, +)
      let ours = coupled(logarithms.count) { logarithms[$0] - logarithms[$1] }
      for (ours, power) in zip(ours, powers) { #expect(abs(ours - power / sum) < 1e-9) }
    }
  }

  @Test func noOtherProbabilitiesAgreeBetterWithThePairs() {
    var random = KeyedRandom(seed: 3)
    for _ in 0..<50 {
      let logOdds = (0..<4).map { _ in (0..<4).map { _ in 6 * random.unit() - 3 } }
      func disagreement(_ p: [Double]) -> Double {
        var sum = 0.0
        for first in 0..<4 {
          for second in first + 1..<4 {
            let share = 1 / (1 + exponential(-logOdds[first][second]))
            let difference = (1 - share) * p[first] - share * p[second]
            sum += difference * difference
          }
        }
        return sum
      }
      let ours = coupled(4) { logOdds[$0][$1] }
      #expect(abs(ours.reduce(0, +) - 1) < 1e-12 && ours.allSatisfy { $0 >= 0 })
      for (from, to) in [(0, 1), (1, 2), (2, 3), (3, 0)] {
        for step in [-1e-3, 1e-3] {
          var other = ours
          other[from] -= step
          other[to] += step
          #expect(disagreement(other) > disagreement(ours))
        }
      }
    }
  }

  /// 1 against 2 and 1 against 3 are clear; of a row of class 1, the machine for 2 and 3 may say anything.
  @Test func whatIsSaidBetweenImprobableClassesHardlyCounts() {
    let probabilities = [0.0, 8, -8].map { loud in
      coupled(3) { first, second in first == 0 ? 3 : loud }[0]
    }
    #expect((probabilities.max() ?? 1) - (probabilities.min() ?? 0) < 0.03, "\(probabilities)")
  }

  @Test func decisionsWithoutBoundsGiveProbabilities() {
    for size in [1e3, 1e300] {
      let probabilities = coupled(4) { first, second in (first + second) % 2 == 0 ? size : -size }
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12 && probabilities.allSatisfy { $0 >= 0 })
    }
  }

  /// libsvm fits two numbers for each pair of classes, by five fits more; ours is one number for all, without another fit. It
  /// costs up to 4 % where rows are few and machines linear, and gains 1 % where `C` is large.
  @Test func calibratedLogLossIsWithinATwentiethOfLibsvmsAndScikitLearns() throws {
    let fixture = try Repository.fixture("libsvm_unseen.json", as: LibsvmUnseenFixtures.self).probabilities
    for test in fixture.cases {
      let rows = try fixture.rows(classes: test.classes)
      let folds = try StratifiedFolds(labels: rows.labels, classes: rows.classes, count: 5)
      let candidate = Candidate(family: SupportVectorMachineDescriptor(), values: ParameterValues(test.parameters))
      let results = try GridSearch(candidates: [candidate], seed: 1, threads: 2).run(on: rows, folds: folds)
      let probabilities = results.outOfFoldProbabilities(try #require(results.best()))
      let calibrated = folds.calibrated(probabilities, by: .temperature, labels: rows.labels)
      let loss = -Scoring.negativeLogLoss.score(labels: rows.labels, probabilities: calibrated)
      let name = "\(test.classes) \(ParameterValues(test.parameters).sorted.map { "\($0) \($1)" })"
      #expect(loss < 1.05 * test.libsvm, "\(name): \(loss), libsvm's \(test.libsvm)")
      #expect(loss < 1.05 * test.calibrated, "\(name): \(loss), scikit-learn's \(test.calibrated)")
    }
  }
}

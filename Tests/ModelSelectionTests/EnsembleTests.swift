import Learning
import ModelSelection
import Testing

/// Knows the class of rows of one part, which their second feature names, and nothing of others.
private struct HalfBlind: Learner {
  struct Model: Classifier {
    let part: Int
    let classes: [String]
    let featureCount = 2

    func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
      var result = Matrix(rows: rows.rows, columns: 3, repeating: 1.0 / 3)
      for row in 0..<rows.rows where Int(rows[row, 1]) == part {
        for label in 0..<3 { result[row, label] = label == Int(rows[row, 0]) ? 0.9 : 0.05 }
      }
      return result
    }
  }

  let part: Int

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Model {
    Model(part: part, classes: rows.classes)
  }
}

private struct HalfBlindFamily: LearnerDescriptor {
  let name: String
  let parameters = [ParameterConstraint("part", [.integer(0...9)], default: .integer(0), "")]

  func learner(_ values: ParameterValues) throws -> any Learner {
    HalfBlind(part: values["part"]?.integerValue ?? 0)
  }
}

/// Takes a row for what one of its features says, with the same certainty always.
private struct Repeating: Learner {
  struct Model: Classifier {
    let column: Int
    let certainty: Double
    let classes: [String]
    let featureCount = 2

    func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
      var result = Matrix(rows: rows.rows, columns: 3, repeating: (1 - certainty) / 2)
      for row in 0..<rows.rows { result[row, Int(rows[row, column])] = certainty }
      return result
    }
  }

  let column: Int
  let certainty: Double

  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Model {
    Model(column: column, certainty: certainty, classes: rows.classes)
  }
}

private struct RepeatingFamily: LearnerDescriptor {
  let name: String
  let parameters: [ParameterConstraint] = []

  func learner(_ values: ParameterValues) throws -> any Learner {
    Repeating(column: values["column"]?.integerValue ?? 0, certainty: values["certainty"]?.realValue ?? 0)
  }
}

@Suite struct EnsembleTests {
  private let labels = (0..<120).map { $0 % 3 }
  private let results: SearchResults

  /// The first learner knows even rows, the second odd ones; each has a candidate that knows nothing, and the third
  /// learner no other.
  init() throws {
    let rows = try LabeledRows(
      features: Matrix(rows: 120, columns: 2, values: labels.enumerated().flatMap { [Float($1), Float($0 / 3 % 2)] }),
      labels: labels, classes: ["a", "b", "c"])
    let candidates = [("first", 7), ("first", 0), ("second", 1), ("second", 7), ("third", 8)].map { name, part in
      Candidate(family: HalfBlindFamily(name: name), values: ParameterValues(["part": .integer(part)]))
    }
    results = try GridSearch(candidates: candidates, seed: 1, threads: 2)
      .run(on: rows, folds: StratifiedFolds(labels: labels, classes: rows.classes, count: 4))
  }

  private func ensemble(
    _ method: EnsembleRule.Method, calibration: Calibration.Method = .temperature, labels: [Int]? = nil,
    threads: Int = 2
  ) throws -> EnsembleResult {
    try #require(
      results.ensembles(
        [method], of: results.bestOfEachPair, calibration: calibration, labels: labels ?? self.labels, threads: threads
      ).first)
  }

  @Test func theMembersAreTheBestOfEachLearner() {
    #expect(results.bestOfEachPair.map(\.description) == ["first: part 0", "second: part 1", "third: part 8"])
  }

  @Test(arguments: EnsembleRule.Method.allCases)
  func membersThatKnowDifferentRowsTogetherBeatEach(method: EnsembleRule.Method) throws {
    let ensemble = try ensemble(method)
    // Half the rows are known, and a third of the others guessed.
    for member in results.bestOfEachPair { #expect(member.meanScore < 0.7) }
    #expect(ensemble.foldScores == [1, 1, 1, 1] && ensemble.stdScore == 0)
    #expect(ensemble.mean(.negativeLogLoss) > results.candidates.map { $0.mean(.negativeLogLoss) }.max() ?? 0)
    #expect(ensemble.name == method.rawValue)
    #expect(abs(ensemble.members.reduce(0) { $0 + $1.share } - 1) < 1e-12)
  }

  @Test func aMemberWithoutWeightIsLeftOut() throws {
    let voting = try ensemble(.voting)
    #expect(voting.members.map(\.name) == ["first", "second"])
    #expect(voting.members.allSatisfy { abs($0.share - 0.5) < 0.01 })
    #expect(voting.description == "voting: first 0.500, second 0.500")
    #expect(try ensemble(.stacking).members.count == 3)
  }

  @Test(arguments: EnsembleRule.Method.allCases, Calibration.Method.allCases)
  func aFoldsRowsAreJudgedByWhatOtherFoldsTeach(method: EnsembleRule.Method, calibration: Calibration.Method) throws {
    let folds = results.folds
    let lied = labels.enumerated().map { folds.foldOfRow[$0] == 0 ? ($1 + 1) % 3 : $1 }
    let honest = try ensemble(method, calibration: calibration)
    let other = try ensemble(method, calibration: calibration, labels: lied)
    #expect(honest.folds[0].probabilities == other.folds[0].probabilities)
    #expect(honest.folds[1].probabilities != other.folds[1].probabilities)
  }

  @Test func membersAreCalibratedByAllTheyHaveSaid() throws {
    for method in Calibration.Method.allCases {
      let stacking = try ensemble(.stacking, calibration: method)
      for member in stacking.members {
        let own = results.outOfFoldProbabilities(member.result)
        #expect(member.calibration == Calibration(method, probabilities: own, labels: labels))
      }
    }
  }

  @Test(arguments: [2, 3, 5])
  func calibrationsAndWeightsOfAFoldAreLearnedFromOtherFoldsLabels(count: Int) throws {
    let (results, labels) = try modestAndOverconfident(folds: count)
    for hidden in 0..<count {
      let lied = labels.enumerated().map { results.folds.foldOfRow[$0] == hidden ? ($1 + 1) % 3 : $1 }
      let said = [labels, lied].map { labels in
        results.ensembles([.voting], of: results.bestOfEachPair, calibration: .isotonic, labels: labels)[0]
      }
      #expect(said[0].folds[hidden].probabilities == said[1].folds[hidden].probabilities, "\(hidden)")
      #expect(said[0].members.map(\.calibration) != said[1].members.map(\.calibration))
    }
  }

  @Test func theNumbersAreTheSameAtAnyNumberOfThreads() throws {
    for method in EnsembleRule.Method.allCases {
      let (one, three) = (try ensemble(method, threads: 1), try ensemble(method, threads: 3))
      #expect(one.folds.map(\.probabilities) == three.folds.map(\.probabilities))
      #expect(one.combination == three.combination)
    }
  }

  /// A good member that gives its right answers 0.4 and a weak one that gives its mistakes 0.9.
  private func modestAndOverconfident(
    folds count: Int = 5, certainties: (good: Double, weak: Double) = (0.4, 0.9), refit: Scoring = .accuracy,
    calibration: Calibration.Method = .none
  ) throws -> (results: SearchResults, labels: [Int]) {
    let labels = (0..<600).map { $0 % 3 }
    let rows = try LabeledRows(
      features: Matrix(
        rows: 600, columns: 2,
        values: labels.enumerated().flatMap { row, label -> [Float] in
          let (good, weak) = (row / 3 % 5 != 0, row / 15 % 5 < 3)
          return [Float(good ? label : (label + 1) % 3), Float(weak ? label : (label + 2) % 3)]
        }), labels: labels, classes: ["a", "b", "c"])
    let candidates = [("good", 0, certainties.good), ("weak", 1, certainties.weak)].map { name, column, certainty in
      Candidate(
        family: RepeatingFamily(name: name),
        values: ParameterValues(["column": .integer(column), "certainty": .real(certainty)]))
    }
    let results = try GridSearch(candidates: candidates, refit: refit, calibration: calibration, seed: 1, threads: 2)
      .run(on: rows, folds: StratifiedFolds(labels: labels, classes: rows.classes, count: count))
    return (results, labels)
  }

  @Test func aModestMemberIsNotOutvotedByAnOverconfidentOne() throws {
    let (results, labels) = try modestAndOverconfident()
    func voting(_ calibration: Calibration.Method) throws -> EnsembleResult {
      try #require(
        results.ensembles([.voting], of: results.bestOfEachPair, calibration: calibration, labels: labels).first)
    }
    let good = try #require(results.best())
    #expect(good.name == "good" && abs(good.meanScore - 0.8) < 0.02)
    // Right four times in five, so that by rights it has most of the weight.
    #expect(try voting(.none).meanScore < good.meanScore)
    for calibration in [Calibration.Method.temperature, .isotonic] {
      #expect(try voting(calibration).meanScore >= good.meanScore, "\(calibration)")
    }
  }

  @Test(arguments: [Calibration.Method.temperature, .isotonic])
  func anEnsembleOfOneMemberGainsNothingUnderLogLoss(calibration: Calibration.Method) throws {
    let (results, labels) = try modestAndOverconfident(refit: .negativeLogLoss, calibration: calibration)
    let best = try #require(results.best())
    let alone = try #require(
      results.ensembles([.voting], of: [best], calibration: calibration, labels: labels).first)
    // It says what its member says, calibrated.
    #expect(alone.mean(.negativeLogLoss) > best.mean(.negativeLogLoss) + 0.2)
    #expect(abs(alone.refitScore - best.refitScore) < 0.01)
    let comparison = try #require(results.runnerUp(to: best, among: [alone])).comparison
    #expect(results.choosesByCalibrated && abs(comparison.difference) < 0.01)
  }

  @Test func underLogLossTheBestIsWhoKnowsMostAfterCalibration() throws {
    func best(_ refit: Scoring, _ calibration: Calibration.Method) throws -> CandidateResult {
      try #require(
        modestAndOverconfident(certainties: (0.999, 0.6), refit: refit, calibration: calibration).results.best())
    }
    // Four in five are right, with more certainty than that; of the other three in five, as it says.
    #expect(try best(.negativeLogLoss, .temperature).name == "good")
    #expect(try best(.negativeLogLoss, .none).name == "weak")
    let byAccuracy = try best(.accuracy, .temperature)
    #expect(byAccuracy.refitScores == byAccuracy.scores(.accuracy))
  }

  @Test func theRunnerUpMayBeAnEnsembleOrACandidate() throws {
    let voting = try ensemble(.voting)
    let best = try #require(results.best())
    let toVoting = try #require(results.runnerUp(to: voting, among: [voting]))
    #expect(toVoting.result.description == best.description && toVoting.comparison.difference > 0)
    let toBest = try #require(results.runnerUp(to: best, among: [voting]))
    #expect(toBest.result.name == "voting" && toBest.comparison.difference < 0)
    #expect(try #require(results.runnerUp(to: best)).result.name != "voting")
  }
}

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

  func fit(_ rows: LabelledRows, seed: UInt64, threads: Int) throws -> Model {
    Model(part: part, classes: rows.classes)
  }
}

private struct HalfBlindFamily: LearnerFamily {
  let name: String
  let parameters = [ParameterRule("part", [.integer(0...9)], default: .integer(0), "")]

  func learner(_ values: ParameterValues) throws -> any Learner {
    HalfBlind(part: values["part"]?.integerValue ?? 0)
  }
}

@Suite struct EnsembleTests {
  private let labels = (0..<120).map { $0 % 3 }
  private let results: SearchResults

  /// The first learner knows even rows, the second odd ones; each has a candidate that knows nothing, and the third
  /// learner no other.
  init() throws {
    let rows = try LabelledRows(
      features: Matrix(rows: 120, columns: 2, values: labels.enumerated().flatMap { [Float($1), Float($0 / 3 % 2)] }),
      labels: labels, classes: ["a", "b", "c"])
    let candidates = [("first", 7), ("first", 0), ("second", 1), ("second", 7), ("third", 8)].map { name, part in
      Candidate(family: HalfBlindFamily(name: name), values: ParameterValues(["part": .integer(part)]))
    }
    results = try GridSearch(candidates: candidates, seed: 1, threads: 2)
      .run(on: rows, folds: StratifiedFolds(labels: labels, classes: rows.classes, count: 4))
  }

  private func ensemble(_ method: Combination.Method, labels: [Int]? = nil) throws -> EnsembleResult {
    try #require(results.ensemble(method, of: results.bestOfEachPair, labels: labels ?? self.labels))
  }

  @Test func theMembersAreTheBestOfEachLearner() {
    #expect(results.bestOfEachPair.map(\.description) == ["first: part 0", "second: part 1", "third: part 8"])
  }

  @Test(arguments: Combination.Method.allCases)
  func membersThatKnowDifferentRowsTogetherBeatEach(method: Combination.Method) throws {
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

  @Test(arguments: Combination.Method.allCases)
  func aFoldsRowsAreJudgedByWhatOtherFoldsTeach(method: Combination.Method) throws {
    let folds = results.folds
    let lied = labels.enumerated().map { folds.foldOfRow[$0] == 0 ? ($1 + 1) % 3 : $1 }
    let (honest, other) = (try ensemble(method), try ensemble(method, labels: lied))
    #expect(honest.folds[0].probabilities == other.folds[0].probabilities)
    #expect(honest.folds[1].probabilities != other.folds[1].probabilities)
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

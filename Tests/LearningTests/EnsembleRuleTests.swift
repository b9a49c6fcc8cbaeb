import Foundation
import Learning
import TestSupport
import Testing

/// The content of stacking.json.
private struct StackingFixtures: Decodable {
  struct Case: Decodable {
    var labels: [Int]
    var members: [[[Double]]]
    var probabilities: [[Double]]
  }

  var cases: [Case]

  static let shared = Result { try Repository.fixture("stacking.json", as: StackingFixtures.self) }
}

private func matrix(_ rows: [[Double]]) -> Matrix<Double> {
  Matrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 })
}

/// Two classes, by the probability of the first.
private func firsts(_ values: [Double]) -> Matrix<Double> { matrix(values.map { [$0, 1 - $0] }) }

private func logLoss(_ probabilities: Matrix<Double>, _ labels: [Int]) -> Double {
  labels.indices.reduce(0) { $0 - log(probabilities[$1, labels[$1]]) } / Double(labels.count)
}

/// Members that say something of the label, each as much as its strength.
private func members(_ strengths: [Double], rows: Int, seed: UInt64) -> (members: [Matrix<Double>], labels: [Int]) {
  var random = KeyedRandom(seed: seed)
  let labels = (0..<rows).map { _ in Int(random.below(3)) }
  let members = strengths.map { strength in
    matrix(
      labels.map { label in
        let powers = (0..<3).map { exp(2 * random.unit() + ($0 == label ? strength : 0)) }
        return powers.map { $0 / powers.reduce(0, +) }
      })
  }
  return (members, labels)
}

@Suite struct CombinationTests {
  @Test func aPerfectMemberOutvotesARandomOne() {
    let combination = EnsembleRule(
      .voting, members: [firsts([1, 0, 1]), firsts([0.5, 0.5, 0.5])], labels: [0, 1, 0])
    #expect(combination == .voting(weights: [1, 0]))
    #expect(combination.used == [0] && combination.ofUsed == .voting(weights: [1]))
    let other = EnsembleRule(.voting, members: [firsts([0.5, 0.5, 0.5]), firsts([1, 0, 1])], labels: [0, 1, 0])
    #expect(other.used == [1] && other.ofUsed == .voting(weights: [1]))
  }

  @Test func weightsAreThoseOfTheSmallestLoss() throws {
    // 2 log(0.2 + 0.6 w) + log(0.8 − 0.6 w) is largest where 2 (0.8 − 0.6 w) = 0.2 + 0.6 w: w = 7/9.
    let combination = EnsembleRule(
      .voting, members: [firsts([0.8, 0.8, 0.2]), firsts([0.2, 0.2, 0.8])], labels: [0, 0, 0])
    guard case .voting(let weights) = combination else { throw DataError("not a vote") }
    // The loss is curved by 1.6, so that the millionth of it that may be left is a thousandth of the weight.
    #expect(abs(weights[0] - 7.0 / 9) < 2e-3 && abs(weights[0] + weights[1] - 1) < 1e-12)
    let mixed = combination.applied(to: [firsts([0.9]), firsts([0.5])])
    #expect(abs(mixed[0, 0] - (0.9 * weights[0] + 0.5 * weights[1])) < 1e-12)
  }

  @Test(arguments: 0..<4)
  func noOtherWeightsAreBetterAndNoMemberIsMissed(seed: UInt64) throws {
    let (members, labels) = members([1, 1.1, 1.2, 1.3], rows: 400, seed: seed)
    let combination = EnsembleRule(.voting, members: members, labels: labels)
    guard case .voting(let weights) = combination else { throw DataError("not a vote") }
    #expect(weights.allSatisfy { $0 == 0 || $0 >= 0.01 } && abs(weights.reduce(0, +) - 1) < 1e-12, "seed \(seed)")
    let loss = logLoss(combination.applied(to: members), labels)
    for member in members.indices {
      for step in [0.02, 0.2, 1] {
        let moved = weights.indices.map { (1 - step) * weights[$0] + ($0 == member ? step : 0) }
        // Weights below 0.01, which are left out, may be worth a little.
        #expect(logLoss(EnsembleRule.voting(weights: moved).applied(to: members), labels) > loss - 1e-3, "seed \(seed)")
      }
    }
  }

  @Test(arguments: 0..<3)
  func stackingIsScikitLearnsLogisticRegression(index: Int) throws {
    let expected = try StackingFixtures.shared.get().cases[index]
    let members = expected.members.map(matrix)
    let combination = EnsembleRule(.stacking, members: members, labels: expected.labels)
    let largest = zip(combination.applied(to: members).values, expected.probabilities.joined())
      .reduce(0) { max($0, abs($1.0 - $1.1)) }
    // Both solvers stop a little before the optimum; 5e-8 is the largest difference that was seen.
    #expect(largest < 1e-6)
    let shares = combination.shares(of: members)
    #expect(shares.count == members.count && abs(shares.reduce(0, +) - 1) < 1e-12)
    #expect(shares == shares.sorted(), "later members were made to know more")
  }

  @Test func stackingSeesThatAMemberKnowsNothing() {
    let (known, labels) = members([1.2], rows: 3000, seed: 5)
    var random = KeyedRandom(seed: 6)
    let blind = matrix(
      labels.map { _ in
        let powers = (0..<3).map { _ in exp(2 * random.unit()) }
        return powers.map { $0 / powers.reduce(0, +) }
      })
    let pair = [known[0], blind]
    let shares = EnsembleRule(.stacking, members: pair, labels: labels).shares(of: pair)
    #expect(shares[0] > 0.9)
  }

  @Test(arguments: EnsembleRule.Method.allCases)
  func certainAndWrongMembersGiveFiniteProbabilities(method: EnsembleRule.Method) {
    let members = [firsts([0, 0, 1, 1]), firsts([0, 1, 0, 1])]
    let combination = EnsembleRule(method, members: members, labels: [0, 0, 1, 0])
    let applied = combination.applied(to: members)
    for row in 0..<4 {
      let values = applied[row: row]
      #expect(values.allSatisfy { $0.isFinite && $0 >= 0 } && abs(values.reduce(0, +) - 1) < 1e-12)
    }
  }
}

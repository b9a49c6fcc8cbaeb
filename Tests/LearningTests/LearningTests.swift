import Learning
import Testing

@Suite struct KeyedRandomTests {
  @Test func theSequenceIsFixedByItsKeys() {
    var random = KeyedRandom(seed: 42, 1, 2)
    var again = KeyedRandom(seed: 42, 1, 2)
    let first = (0..<4).map { _ in random.next() }
    #expect(first == (0..<4).map { _ in again.next() })
    for other in [KeyedRandom(seed: 43, 1, 2), KeyedRandom(seed: 42, 2, 1), KeyedRandom(seed: 42, 1)] {
      var other = other
      #expect(other.next() != first[0])
    }
  }

  /// These numbers are a promise: models of one seed stay the same in every later version.
  @Test func theSequenceNeverChanges() {
    var random = KeyedRandom(seed: 42, 7)
    #expect([random.next(), random.next()] == [10_211_662_565_317_210_458, 17_123_021_696_962_198_545])
  }

  @Test(arguments: [1, 2, 3, 7, 100] as [UInt32])
  func boundedNumbersAreEvenlySpread(bound: UInt32) {
    var random = KeyedRandom(seed: 1, UInt64(bound))
    var counts = Array(repeating: 0, count: Int(bound))
    let draws = 20_000 * Int(bound)
    for _ in 0..<draws { counts[Int(random.below(bound))] += 1 }
    // Five standard deviations of a binomial count around 20,000.
    #expect(counts.allSatisfy { abs($0 - 20_000) < 5 * 142 })
  }

  @Test func unitNumbersStayBelowOne() {
    var random = KeyedRandom(seed: 3)
    let numbers = (0..<10_000).map { _ in random.unit() }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.015)  // five standard errors
  }
}

@Suite struct MatrixTests {
  private let matrix = Matrix<Double>(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6])

  @Test func rowsAreSelectedInOrderAndMayRepeat() {
    #expect(matrix.selecting(rows: [2, 0, 2]).values == [5, 6, 1, 2, 5, 6])
    #expect(Array(matrix[row: 1]) == [3, 4] && matrix[1, 1] == 4)
  }

  @Test func theFirstOfEqualMaximaWins() {
    #expect(Matrix<Double>(rows: 2, columns: 3, values: [0.2, 0.4, 0.4, 0.5, 0.25, 0.25]).rowArgmax == [1, 0])
  }
}

@Suite struct LabeledRowsTests {
  private func rows(_ values: [Float], labels: [Int]) throws -> LabeledRows {
    try LabeledRows(
      features: Matrix(rows: labels.count, columns: values.count / max(1, labels.count), values: values),
      labels: labels, classes: ["a", "b"])
  }

  @Test(arguments: [Float.infinity, -.infinity])
  func infiniteValuesAreNamedWithTheirPlace(value: Float) {
    let error = #expect(throws: DataError.self) { try rows([1, 2, 3, value], labels: [0, 1]) }
    #expect(error?.description.hasPrefix("row 1, feature 1 is \(value)") == true)
  }

  @Test func labelsWithoutAClassAreRefused() {
    #expect(throws: DataError.self) { try rows([1, 2], labels: [0, 2]) }
    #expect(throws: DataError.self) { try rows([], labels: []) }
  }

  @Test func classesAreCounted() throws {
    #expect(try rows([1, 2, 3], labels: [1, 1, 0]).classCounts == [1, 2])
  }
}

@Suite struct ClassWeightsTests {
  @Test func balancedWeightsGiveEveryClassTheSameTotal() throws {
    // n / (classes × n_k) = 12 / (3 × n_k)
    #expect(try ClassWeights.balanced.weights(classes: ["a", "b", "c"], counts: [1, 3, 8]) == [4, 4.0 / 3, 0.5])
  }

  @Test func weightsOfUnknownClassesAreRefused() {
    let error = #expect(throws: ParameterError.self) {
      try ClassWeights.named(["joy": 2]).weights(classes: ["a", "b"], counts: [1, 1])
    }
    #expect(error?.description == "class_weight names class \"joy\", which the data lacks; it has a, b")
  }
}

@Suite struct ParameterRuleTests {
  @Test func requirementsReadAsWords() {
    let rule = ParameterConstraint("max_depth", [.integer(1...Int.max), .null], default: .null, "")
    #expect(rule.requirement == "an integer ≥ 1 or null")
    #expect(rule.allows(.integer(1)) && rule.allows(.null) && !rule.allows(.integer(0)) && !rule.allows(.real(1)))
    let share = ParameterConstraint("max_features", [.real(above: 0, upTo: 1)], default: .null, "")
    #expect(share.requirement == "a number > 0.0 and ≤ 1.0")
    #expect(
      share.allows(.real(1)) && !share.allows(.real(0)) && !share.allows(.real(.nan)) && !share.allows(.integer(1)))
  }
}

import Foundation
import Learning
import Testing

import TreeEnsembles

@Suite struct ClassHistogramTests {
  /// The split by definition: try every boundary, compute both purities from the rows.
  private func naiveSplit(
    _ entries: [BootstrapSample.Entry], ranks: [UInt16], classCount: Int, weights: [Double],
    criterion: RandomForest.Criterion,
    minSamplesLeaf: Int
  ) -> (lastLeft: Int, firstRight: Int, purity: Double)? {
    func purity(_ part: [BootstrapSample.Entry]) -> Double {
      var sums = Array(repeating: 0.0, count: classCount)
      for entry in part { sums[entry.label] += Double(entry.count) * weights[entry.label] }
      return criterion == .gini ? Purity.gini(sums) : Purity.entropy(sums)
    }
    let occurring = Set(entries.map { Int(ranks[Int($0.row)]) }).sorted()
    var best: (lastLeft: Int, firstRight: Int, purity: Double)?
    for (low, high) in zip(occurring, occurring.dropFirst()) {
      let left = entries.filter { Int(ranks[Int($0.row)]) <= low }
      let right = entries.filter { Int(ranks[Int($0.row)]) > low }
      guard left.count >= minSamplesLeaf, right.count >= minSamplesLeaf else { continue }
      let sum = purity(left) + purity(right)
      if sum > best?.purity ?? -.infinity { best = (low, high, sum) }
    }
    return best
  }

  @Test(arguments: [RandomForest.Criterion.gini, .entropy], [[1.0, 1, 1], [0.5, 2, 1.25]])
  func theBestSplitIsTheOneByDefinition(criterion: RandomForest.Criterion, weights: [Double]) {
    for seed in 0..<60 as Range<UInt64> {
      var random = KeyedRandom(seed: seed)
      let rankCount = 2 + Int(random.below(150))
      let rowCount = 2 + Int(random.below(80))
      let ranks = (0..<rowCount).map { _ in UInt16(random.below(UInt32(rankCount))) }
      let entries = (0..<rowCount).map {
        BootstrapSample.Entry(row: $0, label: Int(random.below(3)), count: 1 + Int(random.below(3)))
      }
      let drawCount = entries.reduce(0) { $0 + Int($1.count) }
      let minSamplesLeaf = 1 + Int(random.below(4))
      let histogram = ClassHistogram(
        rankCount: rankCount, classCount: 3, drawCount: drawCount, needsEntropy: criterion == .entropy)
      let totals = entries.withUnsafeBufferPointer { classTotals($0, classCount: 3) }
      let expected = naiveSplit(
        entries, ranks: ranks, classCount: 3, weights: weights, criterion: criterion, minSamplesLeaf: minSamplesLeaf)
      // Twice, so that a histogram that is not cleared is noticed.
      for _ in 0..<2 {
        let isVarying = entries.withUnsafeBufferPointer { entries in
          ranks.withUnsafeBufferPointer { histogram.fill(entries: entries, ranks: $0, rankCount: rankCount) }
        }
        #expect(isVarying == (Set(ranks).count > 1), "seed \(seed)")
        guard isVarying else { continue }
        let found = histogram.takeBestSplit(
          nodeCounts: totals, scoring: SplitScoring(criterion, classWeights: weights), minSamplesLeaf: minSamplesLeaf)
        #expect((found == nil) == (expected == nil), "seed \(seed)")
        guard let found, let expected else { continue }
        // Both add a few dozen rounded numbers in different orders; equal splits may then swap places.
        #expect(abs(found.purity - expected.purity) < 1e-9 * abs(expected.purity) + 1e-9, "seed \(seed)")
      }
    }
  }
}

@Suite struct PartitionTests {
  @Test func bothPartsKeepTheirOrder() {
    for seed in 0..<30 as Range<UInt64> {
      var random = KeyedRandom(seed: seed)
      let ranks = (0..<50).map { _ in UInt16(random.below(20)) }
      let original = (0..<50).map { BootstrapSample.Entry(row: $0, label: 0, count: 1) }
      var entries = original
      var scratch = original
      let middle = entries.withUnsafeMutableBufferPointer { entries in
        scratch.withUnsafeMutableBufferPointer { scratch in
          ranks.withUnsafeBufferPointer { stablePartition(entries, scratch: scratch, ranks: $0, lastLeft: 9) }
        }
      }
      let rows = entries.map { Int($0.row) }
      let expected = (0..<50).filter { ranks[$0] <= 9 } + (0..<50).filter { ranks[$0] > 9 }
      #expect(rows == expected && middle == (0..<50).count { ranks[$0] <= 9 }, "seed \(seed)")
    }
  }
}

@Suite struct RankedColumnsTests {
  @Test(arguments: 0..<20)
  func rowsAreSortedAsALibrarySortsThem(seed: Int) {
    var random = KeyedRandom(seed: UInt64(seed))
    let values = (0..<Int(random.below(3000))).map { _ -> Float in
      switch random.below(6) {
      case 0: Float(random.below(20)) - 10
      case 1: -0.0
      case 2: random.below(2) == 0 ? .greatestFiniteMagnitude : -.leastNonzeroMagnitude
      default: Float(bitPattern: UInt32(truncatingIfNeeded: random.next())).isFinite ? Float(random.unit() - 0.5) : 0
      }
    }
    let rows = sortedByValue(values).map { Int($0 & 0xFFFF_FFFF) }
    #expect(rows == values.indices.sorted { (values[$0], $0) < (values[$1], $1) })
    #expect(sortedByValue([.nan, 1, -1]).map { $0 & 0xFFFF_FFFF } == [2, 1, 0])
  }

  @Test func ranksKeepTheOrderAndRememberTheValues() throws {
    let matrix = Matrix<Float>(rows: 4, columns: 2, values: [3, -1, 1, 0, 3, 5, 2.5, -1])
    let ranked = try RankedColumns(matrix, threads: 2)
    #expect(ranked.ranks == .narrow([2, 0, 2, 1, 0, 1, 2, 0]))
    #expect(ranked.values == [[1, 2.5, 3], [-1, 0, 5]])
  }

  @Test func moreThan65536ValuesGetWideRanksAndTheSameSplits() throws {
    let count = 100_001
    let values = (0..<count).map { Float(($0 * 7919) % count) }
    let ranked = try RankedColumns(Matrix(rows: count, columns: 1, values: values), threads: 1)
    guard case .wide(let ranks) = ranked.ranks else {
      Issue.record("expected wide ranks")
      return
    }
    #expect(ranks.map(Int.init) == values.map { Int($0) })
    let rows = try LabeledRows(
      features: Matrix(rows: count, columns: 1, values: values), labels: values.map { $0 < 70_000 ? 0 : 1 },
      classes: ["low", "high"])
    let tree = try RandomForest(treeCount: 1, bootstrap: false).fit(rows, seed: 1).trees[0]
    #expect(tree.feature == [0, -1, -1] && tree.threshold[0] == 69_999.5)
  }
}

@Suite struct BagTests {
  private func source(weights: [Double], bootstrap: Bool = true) -> BagSource {
    BagSource(
      labels: (0..<3000).map { $0 % 3 == 0 ? 0 : 1 }, classCount: 2, bootstrap: bootstrap, classWeights: weights,
      balancesEachBag: false)
  }

  @Test func aBagHasAsManyDrawsAsRowsAndAboutTwoThirdsOfThem() {
    let bag = source(weights: [1, 1]).bag(seed: 4, tree: 0)
    #expect(bag.entries.reduce(0) { $0 + Int($1.count) } == 3000)
    #expect(abs(Double(bag.entries.count) / 3000 - 0.632) < 0.03)  // five standard deviations
    #expect(bag.entries.map(\.row) == bag.entries.map(\.row).sorted())
  }

  @Test func weightsAreChancesToBeDrawn() {
    let bag = source(weights: [2, 1]).bag(seed: 4, tree: 0)  // 1,000 rows of weight 2, 2,000 of weight 1
    let drawn = bag.entries.reduce(into: [0, 0]) { $0[$1.label] += Int($1.count) }
    #expect(abs(drawn[0] - 1500) < 140 && drawn[0] + drawn[1] == 3000)  // five standard deviations
    #expect(bag.classWeights == [1, 1])
  }

  @Test func withoutBootstrapEveryRowIsThereOnceWithItsWeight() {
    let bag = source(weights: [2, 1], bootstrap: false).bag(seed: 4, tree: 0)
    #expect(bag.entries.count == 3000 && bag.entries.allSatisfy { $0.count == 1 } && bag.classWeights == [2, 1])
  }
}

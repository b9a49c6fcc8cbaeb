import Learning
import Testing

import TreeEnsembles

@Suite struct BitSlicedTreesTests {
  /// Grows a random tree: splits on few thresholds, so that rows meet them exactly.
  private func randomTree(depth: Int, featureCount: Int, random: inout KeyedRandom) throws -> BoostedTree {
    var feature: [Int32] = []
    var thresholds: [Float] = []
    var leafValues: [Float] = []
    func grow(_ left: Int) {
      guard left > 0, random.below(8) > 0 else {
        feature.append(-1)
        leafValues.append(Float(Int(random.below(2001)) - 1000) / 512)
        return
      }
      feature.append(Int32(random.below(UInt32(featureCount))))
      thresholds.append(Float(Int(random.below(9)) - 4) / 2)
      grow(left - 1)
      grow(left - 1)
    }
    grow(depth)
    let inner = thresholds.count
    return try #require(
      BoostedTree(
        feature: feature, thresholds: thresholds, missingGoesLeft: Array(repeating: false, count: inner),
        leafValues: leafValues, gains: Array(repeating: 1, count: inner),
        cover: Array(repeating: 1, count: feature.count)))
  }

  /// The margins by definition: from the root to a leaf, tree by tree.
  private func walked(_ model: BoostedTreesModel, _ row: [Float]) -> [Float] {
    var margins = model.baseMargins
    for round in model.trees {
      for (output, tree) in round.enumerated() {
        var node = 0
        while tree.feature[node] >= 0 {
          node =
            row[Int(tree.feature[node])] < tree.threshold[node] ? node + 1 : Int(tree.rightChild[node])
        }
        margins[output] += tree.value[node]
      }
    }
    return margins
  }

  @Test func manyRowsGetTheMarginsOfAWalkThroughEachTreeBitForBit() throws {
    for seed in 0..<40 as Range<UInt64> {
      var random = KeyedRandom(seed: seed)
      let featureCount = 1 + Int(random.below(9))
      let outputs = seed % 2 == 0 ? 1 : 3
      let depth = Int(random.below(10))  // beyond 8 levels trees are walked down
      let trees = try (0..<7).map { _ in
        try (0..<outputs).map { _ in try randomTree(depth: depth, featureCount: featureCount, random: &random) }
      }
      let model = BoostedTreesModel(
        featureCount: featureCount, classes: outputs == 1 ? ["a", "b"] : ["a", "b", "c"],
        baseMargins: (0..<outputs).map { Float($0) / 8 }, trees: trees)
      // Whole and broken blocks, values on thresholds, both zeros and infinities.
      let rowCount = 60 + Int(random.below(240))
      let special: [Float] = [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.greatestFiniteMagnitude]
      let values = (0..<rowCount * featureCount).map { _ in
        random.below(10) == 0 ? special[Int(random.below(6))] : Float(Int(random.below(21)) - 10) / 4
      }
      let rows = Matrix(rows: rowCount, columns: featureCount, values: values)
      // Twice: the second time the prepared trees are there.
      for _ in 0..<2 {
        let margins = try model.margins(of: rows)
        for row in 0..<rowCount {
          let expected = walked(model, Array(values[row * featureCount..<(row + 1) * featureCount]))
          #expect(Array(margins[row: row]) == expected, "seed \(seed), row \(row)")
        }
      }
    }
  }
}

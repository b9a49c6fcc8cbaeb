import Learning
import TestSupport
import Testing

import TreeEnsembles

/// The booster of a fixture.
private func booster(_ fixture: XGBoostFixtures.Case) throws -> GradientBoosting {
  var values = ParameterValues(fixture.parameters)
  if !fixture.class_weight.isEmpty {
    values["class_weight"] = .weights(
      Dictionary(uniqueKeysWithValues: fixture.class_weight.enumerated().map { ("\($0)", $1) }))
  }
  let learner = try GradientBoostingFamily().learner(values)
  return try #require(learner as? GradientBoosting)
}

@Suite struct XGBoostComparisonTests {
  /// Sums are integers here and doubles there; values agree to the 32 bits of gradients that go into them.
  private func isClose(_ one: Float, _ other: Float, tolerance: Float = 2e-5) -> Bool {
    abs(one - other) <= tolerance * max(1, abs(other))
  }

  @Test func treesAreXGBoostsNodeForNode() throws {
    for fixture in try XGBoostFixtures.shared.get().cases {
      let model = try booster(fixture).fit(fixture.rows(), seed: 0)
      let trees = Array(model.trees.joined())
      #expect(trees.count == fixture.trees.count, "\(fixture.name)")
      for (number, (tree, nodes)) in zip(trees, fixture.trees).enumerated() {
        #expect(tree.feature == nodes.map(\.feature), "\(fixture.name), tree \(number)")
        guard tree.feature == nodes.map(\.feature) else { continue }
        for (index, node) in nodes.enumerated() {
          let place = "\(fixture.name), tree \(number), node \(index)"
          // A threshold above all values may be any; ours is the largest float.
          let isTop = tree.threshold[index] == .greatestFiniteMagnitude
          #expect(tree.threshold[index] == node.threshold || isTop, "\(place)")
          #expect(tree.missingGoesLeft[index] == node.missing_goes_left, "\(place)")
          #expect(isClose(tree.value[index], node.value), "\(place)")
          #expect(isClose(tree.gain[index], node.gain, tolerance: 1e-3), "\(place)")
          #expect(isClose(tree.cover[index], node.cover), "\(place)")
        }
      }
    }
  }

  @Test func marginsAndImportancesAreXGBoosts() throws {
    for fixture in try XGBoostFixtures.shared.get().cases {
      let rows = try fixture.rows()
      let model = try booster(fixture).fit(rows, seed: 0)
      let margins = try model.margins(of: rows.features.selecting(rows: Array(0..<fixture.margins.count)))
      for (row, expected) in fixture.margins.enumerated() {
        for (output, margin) in expected.enumerated() {
          #expect(isClose(margins[row, output], margin, tolerance: 1e-4), "\(fixture.name), row \(row)")
        }
      }
      for kind in BoostedTreesModel.ImportanceKind.allCases {
        let expected = try #require(fixture.importances[kind.rawValue])
        for (ours, theirs) in zip(model.importances(kind), expected) {
          #expect(abs(ours - theirs) <= 1e-3 * max(1, theirs), "\(fixture.name), \(kind)")
        }
      }
    }
  }
}

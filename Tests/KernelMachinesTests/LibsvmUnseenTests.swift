import Learning
import TestSupport
import Testing

import KernelMachines

/// Pixels far from the origin, classes of unequal size and weight, rows that contradict each other, and names whose order is
/// not that of their appearance; `tol` is 10⁻⁵ on both sides.
@Suite struct LibsvmUnseenTests {
  /// A case as our solver sees it.
  private struct Solved {
    let name: String
    let theirs: LibsvmUnseenFixtures.Case
    let table: LibsvmUnseenFixtures.Table
    let machine: SupportVectorMachine
    let rows: LabeledRows
    let training: OneVersusOne
    let solution: OneVersusOne.Solution

    var model: SupportVectorModel { solution.model(of: training) }

    init(_ test: LibsvmUnseenFixtures.Case, of fixtures: LibsvmUnseenFixtures) throws {
      let values = ParameterValues(test.parameters)
      name = "table \(test.table) \(values.sorted.map { "\($0) \($1)" })"
      (theirs, table) = (test, fixtures.tables[test.table])
      machine = try #require(try SupportVectorMachineDescriptor().learner(values) as? SupportVectorMachine)
      rows = try table.rows(classes: test.classes)
      training = try OneVersusOne(rows, training: Array(0..<rows.count), for: machine)
      solution = try training.solutions(of: [machine], threads: 1)[0]
    }
  }

  private let cases: [Solved]

  init() throws {
    let fixtures: LibsvmUnseenFixtures = try Repository.fixture("libsvm_unseen.json")
    cases = try fixtures.cases.map { try Solved($0, of: fixtures) }
  }

  @Test func dualObjectivesAreLibsvms() {
    for test in cases {
      let haveConverged = test.solution.hasConverged.allSatisfy { $0 }
      #expect(haveConverged, "\(test.name)")
      #expect(test.solution.objectives.count == test.theirs.objectives.count, "\(test.name)")
      for (ours, theirs) in zip(test.solution.objectives, test.theirs.objectives) {
        #expect(abs(ours - theirs) <= 1e-4 * abs(theirs), "\(test.name): \(ours) \(theirs)")
      }
    }
  }

  @Test func supportVectorsAreLibsvmsButForRowsOnTheMargin() throws {
    for test in cases {
      let (rows, machine) = (test.rows, test.machine)
      let weights = try machine.classWeights.weights(classes: rows.classes, counts: rows.classCounts)
      let decisions = try test.model.decisions(of: rows.features)
      for (index, pair) in test.training.pairs.enumerated() {
        let members = [pair.first, pair.second].flatMap { label in
          rows.labels.indices.filter { rows.labels[$0] == label }
        }
        let ours = zip(members, test.solution.coefficients[index]).filter { row, coefficient in
          abs(coefficient) > 1e-6 * machine.cost * weights[rows.labels[row]]
        }
        for row in Set(ours.map(\.0)).symmetricDifference(test.theirs.supports[index]) {
          let decision = rows.labels[row] == pair.first ? decisions[row, index] : -decisions[row, index]
          // Copies of a row on the margin may share what one of them has. A hundred times the solvers' tolerance.
          #expect(abs(decision - 1) <= 1e-3, "\(test.name): row \(row), \(decision)")
        }
      }
    }
  }

  @Test func decisionsAndPredictionsOfUnseenRowsAreLibsvms() throws {
    var (different, all) = (0, 0)
    for test in cases {
      let rows = test.table.unseenRows
      let decisions = try test.model.decisions(of: rows)
      var largest = 0.0
      for (row, theirs) in test.theirs.decisions.enumerated() {
        for (pair, decision) in theirs.enumerated() {
          largest = max(largest, abs(decisions[row, pair] - decision) / max(1, abs(decision)))
        }
      }
      // What the tolerance leaves open; 1.3 · 10⁻⁴ where the kernel is not definite, less elsewhere.
      #expect(largest < 1e-3, "\(test.name): decisions differ by \(largest)")
      let predictions = try test.model.predictions(of: rows).map { test.theirs.classes[$0] }
      different += zip(predictions, test.theirs.predictions).count { $0 != $1 }
      all += predictions.count
    }
    #expect(different * 1000 <= all, "\(different) of \(all) predictions differ")
  }

  @Test func anotherOrderOfClassesTurnsDecisionsRoundAndNothingElse() throws {
    for test in cases {
      let count = test.theirs.classes.count
      let rows = try test.table.rows(classes: test.theirs.classes.reversed())
      let training = try OneVersusOne(rows, training: Array(0..<rows.count), for: test.machine)
      let solution = try training.solutions(of: [test.machine], threads: 1)[0]
      let decisions = try solution.model(of: training).decisions(of: test.table.unseenRows)
      for (index, pair) in test.training.pairs.enumerated() {
        let place = try #require(
          training.pairs.firstIndex { $0.first == count - 1 - pair.second && $0.second == count - 1 - pair.first })
        let (ours, theirs) = (solution.objectives[place], test.theirs.objectives[index])
        #expect(abs(ours - theirs) <= 1e-4 * abs(theirs), "\(test.name): \(ours) \(theirs)")
        let furthest = test.theirs.decisions.enumerated().map { row, theirs in
          abs(decisions[row, place] + theirs[index]) / max(1, abs(theirs[index]))
        }
        #expect(furthest.max() ?? 1 < 1e-3, "\(test.name), pair \(index)")
      }
    }
  }
}

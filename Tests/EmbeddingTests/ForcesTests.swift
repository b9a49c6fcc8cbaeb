import Embedding
import Foundation
import Learning
import Testing

/// Every point's push by all others, one by one, and the sum of closeness.
private func exactRepulsion(_ positions: [Float]) -> (forces: [Double], closeness: Double) {
  let count = positions.count / 2
  var forces = Array(repeating: 0.0, count: 2 * count)
  var total = 0.0
  for point in 0..<count {
    for other in 0..<count where other != point {
      let x = Double(positions[2 * point]) - Double(positions[2 * other])
      let y = Double(positions[2 * point + 1]) - Double(positions[2 * other + 1])
      let near = 1 / (1 + x * x + y * y)
      total += near
      forces[2 * point] += near * near * x
      forces[2 * point + 1] += near * near * y
    }
  }
  return (forces, total)
}

/// The tree's forces in the order of the positions.
private func treeRepulsion(_ positions: [Float], angle: Float) -> (forces: [Double], closeness: Double) {
  let tree = QuadTree(positions)
  let (forces, closeness) = repulsion(of: tree, places: 0..<positions.count / 2, angle: angle)
  var ordered = Array(repeating: 0.0, count: positions.count)
  for (place, point) in tree.order.enumerated() {
    ordered[2 * Int(point)] = Double(forces[2 * place])
    ordered[2 * Int(point) + 1] = Double(forces[2 * place + 1])
  }
  return (ordered, closeness)
}

private func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

private func positions(_ count: Int, seed: UInt64, spread: Double = 40) -> [Float] {
  var random = KeyedRandom(seed: seed)
  return (0..<2 * count).map { _ in Float((random.unit() + random.unit() - 1) * spread) }
}

@Suite struct ForcesTests {
  @Test func twoPointsPushEachOtherApart() {
    // At distance 2 closeness is 1/5; the push is its square times the way, 2/25.
    let (forces, closeness) = treeRepulsion([0, 0, 2, 0], angle: 0.5)
    #expect(abs(closeness - 0.4) < 1e-6)
    for (force, expected) in zip(forces, [-0.08, 0, 0.08, 0]) { #expect(abs(force - expected) < 1e-6) }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func atAngle0TheyAreThoseOfAllPairs(seed: UInt64) {
    let positions = positions(500, seed: seed)
    let (exact, tree) = (exactRepulsion(positions), treeRepulsion(positions, angle: 0))
    // Single precision, summed over 500 points.
    #expect(length(zip(exact.forces, tree.forces).map { $0 - $1 }) < 1e-4 * length(exact.forces))
    #expect(abs(exact.closeness - tree.closeness) < 1e-4 * exact.closeness)
  }

  @Test(arguments: [UInt64(1), 2, 3]) func atAngleOneHalfTheyAreNear(seed: UInt64) {
    let positions = positions(2000, seed: seed)
    let (exact, tree) = (exactRepulsion(positions), treeRepulsion(positions, angle: 0.5))
    // What a square half as wide as it is far away loses by being summed up.
    #expect(length(zip(exact.forces, tree.forces).map { $0 - $1 }) < 0.05 * length(exact.forces))
    #expect(abs(exact.closeness - tree.closeness) < 0.03 * exact.closeness)
  }

  @Test func pointsInOnePlaceDoNotPushAndCountAsClose() {
    let positions: [Float] = Array(repeating: [3, -1], count: 50).flatMap { $0 }
    let (forces, closeness) = treeRepulsion(positions, angle: 0.5)
    #expect(forces.allSatisfy { $0 == 0 } && closeness == Double(50 * 49))
  }

  @Test func theTreeHoldsEveryPointOnce() {
    let positions = positions(1000, seed: 9) + [7, 7, 7, 7, 7, 7]
    let tree = QuadTree(positions)
    #expect(tree.order.sorted() == (0..<1003).map(Int32.init))
    for (place, point) in tree.order.enumerated() {
      #expect(tree.points[2 * place] == positions[2 * Int(point)])
      #expect(tree.points[2 * place + 1] == positions[2 * Int(point) + 1])
    }
    #expect(QuadTree([]).order.isEmpty)
  }

  @Test func codesAreSortedAndEqualOnesKeepTheirOrder() {
    var random = KeyedRandom(seed: 4)
    let codes = (0..<3000).map { _ in random.next() >> 16 & 0xFFFF_0000_F00F }
    let expected = codes.indices.sorted { (codes[$0], $0) < (codes[$1], $1) }
    let sorted = sortedByCode(codes, bits: 48)
    #expect(sorted.order == expected.map(Int32.init) && sorted.codes == expected.map { codes[$0] })
  }

  @Test func theGradientIsThatOfTheDivergence() throws {
    let rows = planted(60, columns: 4, groups: 2, seed: 3).rows
    let affinities = try Affinities(
      NearestNeighbors(of: rows, count: 20, threads: 1), perplexity: 6, threads: 1)
    let start = positions(60, seed: 1, spread: 3)
    let gradient = try Gradient(affinities, positions: start, exaggeration: 1, angle: 0, threads: 1)
    // Central differences with a step that single precision still resolves.
    let step: Float = 1.0 / 64
    for place in stride(from: 0, to: 120, by: 7) {
      func divergence(_ move: Float) throws -> Double {
        var moved = start
        moved[place] += move
        return try Gradient.divergence(affinities, positions: moved, angle: 0, threads: 1)
      }
      let slope = (try divergence(step) - divergence(-step)) / Double(2 * step)
      #expect(abs(slope - Double(gradient.values[place])) < 2e-4 + 0.02 * abs(slope), "\(place)")
    }
  }
}

import Basics
import Foundation

/// In which direction each row moves: pulled by those it belongs with, pushed by all.
package struct Gradient: Sendable {
  /// x and y of each row's gradient of the divergence.
  package let values: [Float]
  /// The sum of 1 ÷ (1 + d²) over all ordered pairs of rows.
  package let closeness: Double

  /// Rows whose forces are computed at a time. Fixed, so that sums do not depend on threads.
  private static let blockRows = 512

  /// The gradient at some positions, `2 × rows` finite numbers.
  ///
  /// - Complexity: O(rows × log rows + pairs).
  package init(_ affinities: Affinities, positions: [Float], exaggeration: Float, angle: Float, threads: Int) throws {
    let tree = QuadTree(positions)
    let rows = affinities.rowCount
    precondition(positions.count == 2 * rows, "x and y of each row")
    let parts = try Parallel.map(count: (rows + Self.blockRows - 1) / Self.blockRows, threads: threads) { block in
      let range = block * Self.blockRows..<min(rows, (block + 1) * Self.blockRows)
      return (
        pushes: repulsion(of: tree, places: range, angle: angle),
        pulls: attraction(of: affinities, rows: range, positions: positions)
      )
    }
    closeness = parts.reduce(0) { $0 + $1.pushes.closeness }
    var values = Array(repeating: Float(0), count: positions.count)
    let share = Float(4 / max(closeness, .leastNormalMagnitude))
    for (block, part) in parts.enumerated() {
      for (index, pull) in part.pulls.enumerated() {
        values[2 * block * Self.blockRows + index] += 4 * exaggeration * pull
      }
      for index in 0..<part.pushes.forces.count / 2 {
        let row = Int(tree.order[block * Self.blockRows + index])
        values[2 * row] -= share * part.pushes.forces[2 * index]
        values[2 * row + 1] -= share * part.pushes.forces[2 * index + 1]
      }
    }
    self.values = values
  }

  /// The Kullback–Leibler divergence of closeness on the plane from affinities, in nats.
  package static func divergence(
    _ affinities: Affinities, positions: [Float], angle: Float, threads: Int
  ) throws -> Double {
    let total = try Gradient(affinities, positions: positions, exaggeration: 1, angle: angle, threads: threads)
      .closeness
    var divergence = 0.0
    for row in 0..<affinities.rowCount {
      for pair in affinities.starts[row]..<affinities.starts[row + 1] where affinities.values[pair] > 0 {
        let partner = Int(affinities.partners[pair])
        let x = Double(positions[2 * row] - positions[2 * partner])
        let y = Double(positions[2 * row + 1] - positions[2 * partner + 1])
        let affinity = Double(affinities.values[pair])
        divergence += affinity * log(affinity * (1 + x * x + y * y) * total)
      }
    }
    return divergence
  }
}

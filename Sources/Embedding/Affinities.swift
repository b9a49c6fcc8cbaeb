import Basics
import Foundation
import Learning

/// How much rows belong together: probabilities of pairs, of which only those between neighbors are not 0.
///
/// Row i picks j as its neighbor with a probability that falls with their distance as a normal density does, whose width
/// is chosen for each row so that the choice has a given perplexity (van der Maaten 2014,
/// https://jmlr.org/papers/v15/vandermaaten14a.html). A pair has the mean of both picks, divided by the rows, so that all
/// pairs add up to 1.
public struct Affinities: Hashable, Sendable {
  /// Where each row's pairs begin among all, `rows + 1` numbers.
  let starts: [Int]
  /// The other row of each pair, rising within a row.
  let partners: [Int32]
  /// The probability of each pair; each stands twice, once in the row of either.
  let values: [Float]

  /// The number of rows.
  public var rowCount: Int { starts.count - 1 }

  /// The affinities of rows with these neighbors.
  ///
  /// - Throws: `DataError` when the perplexity is not from 1 to below the number of neighbors.
  /// - Complexity: O(rows × neighbors), about 50 times.
  public init(_ neighbors: NearestNeighbors, perplexity: Double, threads: Int) throws {
    let picks = try Self.picks(neighbors, perplexity: perplexity, threads: threads)
    let (rows, count) = (neighbors.rowCount, neighbors.count)
    // Who picks a row, in the order of those who pick.
    var offsets = Array(repeating: 0, count: rows + 1)
    for row in neighbors.rows { offsets[Int(row) + 1] += 1 }
    for row in 0..<rows { offsets[row + 1] += offsets[row] }
    var next = offsets
    var pickers = Array(repeating: (row: Int32(0), pick: 0.0), count: neighbors.rows.count)
    for place in neighbors.rows.indices {
      let picked = Int(neighbors.rows[place])
      pickers[next[picked]] = (Int32(place / count), picks[place])
      next[picked] += 1
    }
    var starts = [0]
    var partners: [Int32] = []
    var values: [Float] = []
    starts.reserveCapacity(rows + 1)
    for row in 0..<rows {
      let own = (row * count..<(row + 1) * count).map { (row: neighbors.rows[$0], pick: picks[$0]) }
        .sorted { $0.row < $1.row }
      var mine = own[...]
      var theirs = pickers[offsets[row]..<offsets[row + 1]]
      while let partner = [mine.first?.row, theirs.first?.row].compactMap({ $0 }).min() {
        var sum = 0.0
        if mine.first?.row == partner { sum += mine.removeFirst().pick }
        if theirs.first?.row == partner { sum += theirs.removeFirst().pick }
        partners.append(partner)
        values.append(Float(sum / (2 * Double(rows))))
      }
      starts.append(partners.count)
    }
    self.starts = starts
    self.partners = partners
    self.values = values
  }

  private static let blockRows = 512
  private static let maxHalvings = 100
  /// How far the logarithm of a row's perplexity may be from what was asked for.
  private static let tolerance = 1e-7

  /// With which probability each row picks each of its neighbors, `(rows × neighbors)`; each row adds up to 1.
  ///
  /// Where more neighbors than the perplexity are as near as the nearest, it cannot be met, and these are equally likely.
  ///
  /// - Throws: `DataError` when the perplexity is not from 1 to below the number of neighbors.
  package static func picks(_ neighbors: NearestNeighbors, perplexity: Double, threads: Int) throws -> [Double] {
    guard perplexity >= 1, perplexity < Double(neighbors.count) else {
      throw DataError("a perplexity must be from 1 to below the \(neighbors.count) neighbors, was \(perplexity)")
    }
    let rows = neighbors.rowCount
    let blocks = try Parallel.map(count: (rows + blockRows - 1) / blockRows, threads: threads) { block in
      (block * blockRows..<min(rows, (block + 1) * blockRows)).flatMap { row in
        let places = row * neighbors.count..<(row + 1) * neighbors.count
        return picks(neighbors.squaredDistances[places].map(Double.init), entropy: log(perplexity))
      }
    }
    return blocks.flatMap { $0 }
  }

  /// One row's picks by bisection of the density's precision.
  private static func picks(_ squaredDistances: [Double], entropy wanted: Double) -> [Double] {
    let nearest = squaredDistances.min() ?? 0
    // Only differences matter, and the nearest's weight of 1 keeps the sum from vanishing.
    let distances = squaredDistances.map { $0 - nearest }
    let mean = distances.reduce(0, +) / Double(distances.count)
    var picks = Array(repeating: 1 / Double(distances.count), count: distances.count)
    guard mean > 0 else { return picks }
    var precision = 1 / mean
    var (lowest, highest) = (0.0, Double.infinity)
    for _ in 0..<maxHalvings {
      var sum = 0.0
      var moment = 0.0
      for (place, distance) in distances.enumerated() {
        let weight = exponential(-distance * precision)
        picks[place] = weight
        sum += weight
        moment += weight * distance
      }
      for place in picks.indices { picks[place] /= sum }
      let excess = log(sum) + precision * moment / sum - wanted
      if abs(excess) < tolerance { break }
      if excess > 0 {
        lowest = precision
        precision = highest.isFinite ? (lowest + highest) / 2 : 2 * precision
      } else {
        highest = precision
        precision = (lowest + highest) / 2
      }
    }
    return picks
  }
}

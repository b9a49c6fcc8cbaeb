import Embedding
import Foundation
import Learning
import Testing

@Suite struct AffinitiesTests {
  @Test(arguments: [1.5, 5.0, 30.0]) func everyRowHasThePerplexityThatWasAskedFor(perplexity: Double) throws {
    let rows = planted(400, columns: 6, groups: 3, seed: 8).rows
    let nearest = try NearestNeighbors(of: rows, count: 91, threads: 2)
    let picks = try Affinities.picks(nearest, perplexity: perplexity, threads: 2)
    for row in 0..<400 {
      let own = picks[row * 91..<(row + 1) * 91]
      #expect(abs(own.reduce(0, +) - 1) < 1e-9)
      let entropy = -own.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
      // The search ends when the logarithm is right to seven digits.
      #expect(abs(exp(entropy) / perplexity - 1) < 1e-6, "\(row)")
      // Nearer ones are picked more.
      #expect(zip(own, own.dropFirst()).allSatisfy { $0 >= $1 })
    }
  }

  @Test func neighborsOfKnownDistanceArePickedAsTheFormulaSays() throws {
    // Of neighbors at squared distances 1, 2 and 4 with precision β the odds are 1 : e^−β : e^−3β.
    let nearest = NearestNeighbors(count: 3, rows: [1, 2, 3], squaredDistances: [1, 2, 4])
    let picks = try Affinities.picks(nearest, perplexity: 2, threads: 1)
    let precision = log(picks[0] / picks[1])
    #expect(abs(log(picks[0] / picks[2]) - 3 * precision) < 1e-6)
  }

  @Test func neighborsThatAreAllAsNearArePickedAlike() throws {
    let nearest = NearestNeighbors(count: 4, rows: [1, 2, 3, 4], squaredDistances: [3, 3, 3, 3])
    #expect(try Affinities.picks(nearest, perplexity: 2, threads: 1) == [0.25, 0.25, 0.25, 0.25])
  }

  @Test func aPerplexityThatNeighborsCannotGiveIsRefused() {
    let nearest = NearestNeighbors(count: 2, rows: [1, 2], squaredDistances: [1, 2])
    for perplexity in [0.5, 2, 30, Double.nan] {
      #expect(throws: DataError.self) { try Affinities.picks(nearest, perplexity: perplexity, threads: 1) }
    }
  }
}

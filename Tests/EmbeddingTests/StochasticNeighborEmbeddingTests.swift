import Embedding
import Learning
import Testing

@Suite struct StochasticNeighborEmbeddingTests {
  private func embedding(steps: Int = 300) -> StochasticNeighborEmbedding {
    var embedding = StochasticNeighborEmbedding()
    embedding.perplexity = 15
    embedding.earlyIterations = min(100, steps)
    embedding.iterations = steps
    return embedding
  }

  @Test func plantedGroupsStayApart() throws {
    let (rows, groups) = planted(240, columns: 10, groups: 4, seed: 11)
    let layout = try embedding().layout(of: rows, seed: 1, threads: 2)
    for row in 0..<240 {
      let distances = (0..<240).filter { $0 != row }.map { other in
        let x = layout.positions[row, 0] - layout.positions[other, 0]
        let y = layout.positions[row, 1] - layout.positions[other, 1]
        return (distance: x * x + y * y, group: groups[other])
      }
      let nearest = distances.sorted { $0.distance < $1.distance }.prefix(10)
      #expect(nearest.allSatisfy { $0.group == groups[row] }, "\(row)")
    }
    #expect(layout.divergence > 0 && layout.divergence < 1.5)
  }

  @Test func threadsChangeNothingAndTheSeedDoes() throws {
    let rows = planted(1200, columns: 8, groups: 5, seed: 2).rows
    let one = try embedding(steps: 60).layout(of: rows, seed: 7, threads: 1)
    #expect(try embedding(steps: 60).layout(of: rows, seed: 7, threads: 2) == one)
    #expect(try embedding(steps: 60).layout(of: rows, seed: 8, threads: 2) != one)
  }

  @Test func rowsThatAreTheSameComeApartAndNothingIsLost() throws {
    var rows = planted(60, columns: 5, groups: 2, seed: 6).rows
    for row in 0..<20 {
      for column in 0..<5 { rows[row, column] = 1 }
    }
    let layout = try embedding().layout(of: rows, seed: 1, threads: 1)
    #expect(layout.positions.values.allSatisfy { $0.isFinite })
    #expect(Set((0..<20).map { layout.positions[$0, 0] }).count > 1)
  }

  @Test func theLayoutIsCenteredAndEveryStepIsReported() throws {
    let rows = planted(100, columns: 5, groups: 2, seed: 6).rows
    var steps: [Int] = []
    let layout = try embedding(steps: 50).layout(of: rows, seed: 1, threads: 1) { done, total in
      steps.append(done)
      #expect(total == 50)
    }
    #expect(steps == Array(1...50))
    for axis in 0..<2 {
      #expect(abs((0..<100).reduce(0) { $0 + layout.positions[$1, axis] }) < 1e-2)
    }
  }

  @Test func perplexitiesFitTheRows() {
    #expect(StochasticNeighborEmbedding.perplexity(forRows: 6) == nil)
    #expect(StochasticNeighborEmbedding.perplexity(forRows: 10) == 3)
    #expect(StochasticNeighborEmbedding.perplexity(forRows: 20_000) == 30)
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let rows = planted(50, columns: 3, groups: 2, seed: 1).rows
    var wide = embedding()
    wide.perplexity = 60
    #expect(throws: DataError.self) { try wide.layout(of: rows, seed: 1, threads: 1) }
    var steep = embedding()
    steep.angle = 0.9
    let error = #expect(throws: ParameterError.self) { try steep.layout(of: rows, seed: 1, threads: 1) }
    #expect(error?.description.contains("angle must be from 0 to 0.7") == true)
    let same = Matrix(rows: 50, columns: 3, repeating: Float(2))
    #expect(throws: DataError.self) { try embedding().layout(of: same, seed: 1, threads: 1) }
  }
}

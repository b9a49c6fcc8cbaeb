import Embedding
import Learning
import Testing

/// Rows around a few centers.
func planted(_ count: Int, columns: Int, groups: Int, seed: UInt64) -> (rows: Matrix<Float>, groups: [Int]) {
  var random = KeyedRandom(seed: seed)
  let centers = (0..<groups * columns).map { _ in Float(random.unit() * 20) }
  let members = (0..<count).map { $0 % groups }
  let values = members.flatMap { group in
    (0..<columns).map { centers[group * columns + $0] + Float(random.unit() + random.unit() - 1) }
  }
  return (Matrix(rows: count, columns: columns, values: values), members)
}

@Suite struct NearestNeighborsTests {
  @Test func neighborsOnALineAreThoseNextToEachOther() throws {
    let rows = Matrix<Float>(rows: 5, columns: 1, values: [0, 1, 3, 7, 7.5])
    let nearest = try NearestNeighbors(of: rows, count: 2, threads: 1)
    #expect(nearest.rows == [1, 2, 0, 2, 1, 0, 4, 2, 3, 2])
    #expect(nearest.squaredDistances == [1, 9, 1, 4, 4, 9, 0.25, 16, 0.25, 20.25])
    #expect(nearest.rowCount == 5)
  }

  @Test(arguments: [UInt64(1), 2, 3]) func theyAreThoseOfAllDistancesSorted(seed: UInt64) throws {
    let rows = planted(300, columns: 7, groups: 3, seed: seed).rows
    let nearest = try NearestNeighbors(of: rows, count: 20, threads: 2)
    for row in 0..<300 {
      let distances = (0..<300).map { other in
        zip(rows[row: row], rows[row: other]).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
      }
      let expected = distances.indices.filter { $0 != row }.map { distances[$0] }.sorted().prefix(20)
      for (place, distance) in expected.enumerated() {
        // Both are computed from differences of the same numbers, once in single precision.
        #expect(abs(Double(nearest.squaredDistances[row * 20 + place]) - distance) < 1e-4 * (1 + distance), "\(row)")
      }
      #expect(!nearest.rows[row * 20..<(row + 1) * 20].contains(Int32(row)))
    }
  }

  @Test func ofTwoAsNearTheFirstComesFirst() throws {
    let rows = Matrix<Float>(rows: 6, columns: 2, values: [5, 5, 1, 1, 5, 5, 5, 5, 2, 2, 5, 5])
    let nearest = try NearestNeighbors(of: rows, count: 3, threads: 1)
    #expect(Array(nearest.rows[0..<3]) == [2, 3, 5] && nearest.squaredDistances[0..<3].allSatisfy { $0 == 0 })
  }

  @Test func threadsChangeNothing() throws {
    let rows = planted(700, columns: 12, groups: 4, seed: 5).rows
    #expect(
      try NearestNeighbors(of: rows, count: 30, threads: 1) == NearestNeighbors(of: rows, count: 30, threads: 2))
  }

  @Test func tooFewRowsAndNumbersThatAreNoneAreRefused() {
    let few = Matrix<Float>(rows: 3, columns: 1, values: [1, 2, 3])
    #expect(throws: DataError.self) { try NearestNeighbors(of: few, count: 3, threads: 1) }
    let broken = Matrix<Float>(rows: 3, columns: 1, values: [1, .nan, 3])
    #expect(throws: DataError.self) { try NearestNeighbors(of: broken, count: 1, threads: 1) }
  }
}

import Learning
import Testing

@Suite struct PrincipalComponentsTests {
  private func settings(_ count: Int, width: Int) -> PrincipalComponents.Settings {
    PrincipalComponents.Settings(count: count, stages: [0..<width], seed: 7)
  }

  /// Rows with known directions: (1, 1, 0)/√2 with variance 9, (1, −1, 0)/√2 with variance 1, the third column constant.
  private func planted(_ count: Int = 400) -> Matrix<Float> {
    let values = (0..<count).flatMap { row -> [Float] in
      let (along, across) = (row % 2 == 0 ? 3.0 : -3.0, row / 2 % 2 == 0 ? 1.0 : -1.0)
      return [Float((along + across) / 2.0.squareRoot()) + 5, Float((along - across) / 2.0.squareRoot()) - 2, 7]
    }
    return Matrix(rows: count, columns: 3, values: values)
  }

  @Test func plantedDirectionsAreFoundByTheirVariance() throws {
    let rows = planted()
    let components = try PrincipalComponents(settings(2, width: 3), rows: rows, training: Array(0..<rows.rows))
    let seen = try components.applied(to: rows)
    #expect(seen.columns == 2)
    // Every row has the same length √10 before it becomes 1.
    for row in 0..<rows.rows {
      let signs: (Float, Float) = (row % 2 == 0 ? 1 : -1, row / 2 % 2 == 0 ? 1 : -1)
      #expect(abs(abs(seen[row, 0]) - 3 / Float(10).squareRoot()) < 1e-4, "\(row)")
      #expect(abs(abs(seen[row, 1]) - 1 / Float(10).squareRoot()) < 1e-4, "\(row)")
      #expect(seen[row, 0] * signs.0 * seen[0, 0] > 0 && seen[row, 1] * signs.1 * seen[0, 1] > 0, "\(row)")
    }
  }

  @Test func onlyTrainingRowsTeach() throws {
    var rows = planted()
    let training = Array(0..<200)
    let before = try PrincipalComponents(settings(2, width: 3), rows: rows, training: training)
    for row in 200..<400 { rows[row, 0] *= 100 }
    #expect(try PrincipalComponents(settings(2, width: 3), rows: rows, training: training) == before)
  }

  @Test func asManyDirectionsAsFeaturesKeepAllDistances() throws {
    var random = KeyedRandom(seed: 3)
    let rows = Matrix(rows: 60, columns: 8, values: (0..<480).map { _ in Float(random.unit()) })
    let components = try PrincipalComponents(settings(8, width: 8), rows: rows, training: Array(0..<60))
    let seen = try components.applied(to: rows)
    func distance(_ matrix: Matrix<Float>, _ a: Int, _ b: Int) -> Double {
      zip(matrix[row: a], matrix[row: b]).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }
    let ratio = distance(seen, 0, 1) / distance(rows, 0, 1)
    for row in 2..<60 {
      #expect(abs(distance(seen, 0, row) / distance(rows, 0, row) - ratio) < 1e-3 * ratio, "\(row)")
    }
    let lengths = (0..<60).map { row in seen[row: row].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
    #expect(abs(lengths.reduce(0, +) / 60 - 1) < 1e-4)
  }

  @Test func stagesWeighAlike() throws {
    var random = KeyedRandom(seed: 4)
    // Two stages of the same shape, one a thousand times as large: both must be seen.
    let values = (0..<200).flatMap { _ -> [Float] in
      [Float(random.unit()) * 1000, Float(random.unit()) * 1000, Float(random.unit()), Float(random.unit())]
    }
    let rows = Matrix(rows: 200, columns: 4, values: values)
    let components = try PrincipalComponents(
      PrincipalComponents.Settings(count: 4, stages: [0..<2, 2..<4], seed: 1), rows: rows, training: Array(0..<200))
    var moved = rows
    moved[0, 0] += 500
    moved[1, 2] += 0.5
    let (before, after) = (try components.applied(to: rows), try components.applied(to: moved))
    func move(_ row: Int) -> Double {
      zip(before[row: row], after[row: row]).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }
    #expect(abs(move(0) / move(1) - 1) < 0.2)
  }

  @Test func rowsThatAreAllTheSameAreRefused() {
    let rows = Matrix(rows: 10, columns: 3, repeating: Float(2))
    #expect(throws: DataError.self) {
      try PrincipalComponents(settings(2, width: 3), rows: rows, training: Array(0..<10))
    }
  }
}

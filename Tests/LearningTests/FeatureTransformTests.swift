import Learning
import Testing

@Suite struct FeatureTransformTests {
  private typealias Settings = FeatureTransform.Settings

  /// Two stages of three and two columns, the second a hundred times as large.
  private let table: Matrix<Float>
  private let training = Array(0..<150)

  init() {
    var random = KeyedRandom(seed: 11)
    table = Matrix(
      rows: 200, columns: 5,
      values: (0..<200).flatMap { _ in (0..<5).map { Float(random.unit()) * ($0 < 3 ? 1 : 100) } })
  }

  private func settings(
    _ first: FeatureSetOptions, _ second: FeatureSetOptions = FeatureSetOptions(), componentCount: Int? = nil
  ) -> FeatureTransform.Settings {
    Settings(
      stages: [.init(columns: 0..<3, options: first), .init(columns: 3..<5, options: second)],
      componentCount: componentCount, seed: 3)
  }

  private func seen(_ settings: FeatureTransform.Settings, _ rows: Matrix<Float>? = nil) throws -> Matrix<Float> {
    let rows = rows ?? table
    return try FeatureTransform(settings, rows: rows, training: training).applied(to: rows)
  }

  @Test func scaleAndWeightAreAsWorkedByHand() throws {
    let rows = Matrix<Float>(rows: 3, columns: 3, values: [1, 10, 7, 3, 30, 7, 100, 100, 7])
    let standard = try FeatureTransform(
      Settings(
        stages: [
          .init(columns: 0..<1, options: FeatureSetOptions(scale: .standard)),
          .init(columns: 1..<3, options: FeatureSetOptions(scale: .minmax, weight: 0.5)),
        ]), rows: rows, training: [0, 1])
    // The third row teaches nothing; what is always the same is only shifted.
    let expected: [Float] = [-1, 0, 0, 1, 0.5, 0, 98, 2.25, 0]
    #expect(try standard.applied(to: rows).values == expected)
    #expect(standard.keepsFeaturesApart && standard.count == 3)
  }

  /// As scikit-learn's scalers: by the values that are there.
  @Test func aMissingValueTeachesNothingAndStaysMissing() throws {
    let rows = Matrix<Float>(rows: 4, columns: 3, values: [1, 10, .nan, .nan, .nan, .nan, 3, 30, .nan, 100, 20, 5])
    let scaled = try FeatureTransform(
      Settings(
        stages: [
          .init(columns: 0..<1, options: FeatureSetOptions(scale: .standard)),
          .init(columns: 1..<2, options: FeatureSetOptions(scale: .minmax)),
          .init(columns: 2..<3, options: FeatureSetOptions(scale: .standard)),
        ]), rows: rows, training: [0, 1, 2])
    let expected: [Float] = [-1, 0, .nan, .nan, .nan, .nan, 1, 1, .nan, 98, 0.5, 5]
    let seen = try scaled.applied(to: rows).values
    for (place, (value, expected)) in zip(seen, expected).enumerated() {
      #expect(value == expected || value.isNaN && expected.isNaN, "\(place): \(value)")
    }
    // A model file takes only numbers: of a feature that is never there, too.
    for case .scaled(let scaler) in scaled.stages {
      #expect((scaler.offsets + scaler.factors).allSatisfy { $0.isFinite })
    }
  }

  @Test func bothWaysOfScalingGiveTheSameNumbers() {
    let scaler = FeatureScaler(.standard, rows: table, training: training, columns: 1..<4)
    let alone = scaler.scaled(table.selecting(columns: [1..<4]))
    let sideBySide = FeatureTransform(stages: [.unchanged(count: 1), .scaled(scaler), .unchanged(count: 1)])
    #expect(throws: Never.self) {
      let seen = try sideBySide.applied(to: table)
      for row in 0..<table.rows {
        #expect(Array(seen[row: row][(5 * row + 1)..<(5 * row + 4)]) == alone[row: row].map(Float.init), "\(row)")
        #expect(seen[row, 0] == table[row, 0] && seen[row, 4] == table[row, 4], "\(row)")
      }
    }
  }

  @Test func componentsOfRowsWithMissingValuesAreRefused() throws {
    var missing = table
    missing[7, 1] = .nan
    for options in [FeatureSetOptions(componentCount: 2), FeatureSetOptions(scale: .standard, componentCount: 2)] {
      let error = #expect(throws: DataError.self) { try seen(settings(options), missing) }
      #expect(error?.description.contains("missing values") == true)
      // Of another stage they are no matter.
      #expect(throws: Never.self) { try seen(settings(FeatureSetOptions(), options), missing) }
    }
    #expect(throws: DataError.self) { try seen(settings(FeatureSetOptions(), componentCount: 2), missing) }
    // What is evaluated by components must be whole, too.
    var scored = table
    scored[180, 1] = .nan
    #expect(throws: DataError.self) { try seen(settings(FeatureSetOptions(componentCount: 2)), scored) }
  }

  @Test func onlyTrainingRowsTeach() throws {
    let all = settings(FeatureSetOptions(scale: .standard, componentCount: 2), FeatureSetOptions(scale: .minmax))
    let before = try FeatureTransform(all, rows: table, training: training)
    var changed = table
    for row in 150..<200 { for column in 0..<5 { changed[row, column] *= 1000 } }
    #expect(try FeatureTransform(all, rows: changed, training: training) == before)
  }

  @Test func aStagesOwnComponentsAreThoseOfATableOfItAlone() throws {
    let first = table.selecting(columns: [0..<3])
    let alone = try PrincipalComponents(
      PrincipalComponents.Settings(count: 2, stages: [0..<3], seed: 3), rows: first, training: training)
    let both = try seen(settings(FeatureSetOptions(componentCount: 2)))
    #expect(both.columns == 4)
    #expect(both.selecting(columns: [0..<2]) == (try alone.applied(to: first)))
    #expect(both.selecting(columns: [2..<4]) == table.selecting(columns: [3..<5]))
    // Those of the second stage do not begin with the table's first column.
    let second = table.selecting(columns: [3..<5])
    let other = try PrincipalComponents(
      PrincipalComponents.Settings(count: 2, stages: [0..<2], seed: 3), rows: second, training: training)
    let turned = try seen(settings(FeatureSetOptions(), FeatureSetOptions(componentCount: 2)))
    #expect(turned.selecting(columns: [3..<5]) == (try other.applied(to: second)))
  }

  @Test func aWeightMultipliesWhatAStageBecomes() throws {
    for options in [FeatureSetOptions(), FeatureSetOptions(scale: .standard), FeatureSetOptions(componentCount: 2)] {
      let weighed = FeatureSetOptions(scale: options.scale, componentCount: options.componentCount, weight: 0.25)
      let (plain, quarter) = (try seen(settings(options)), try seen(settings(weighed)))
      let width = plain.columns - 2
      for row in 0..<table.rows {
        for column in 0..<plain.columns {
          // A quarter is exact, but for components of next to nothing, which are rounded after it.
          let rounding: Float = options.componentCount != nil && column < width ? 0x1p-24 : 0
          let expected = plain[row, column] * (column < width ? 0.25 : 1)
          #expect(abs(quarter[row, column] - expected) <= rounding, "\(options)")
        }
      }
    }
  }

  @Test(arguments: [1, 0.67, 0.05, 30, 1e9])
  func weightedComponentsHave16Bits(weight: Double) throws {
    let components = try seen(settings(FeatureSetOptions(componentCount: 2, weight: weight)))
    let plain = try seen(settings(FeatureSetOptions(componentCount: 2)))
    for row in 0..<table.rows {
      for column in 0..<2 {
        let (value, expected) = (components[row, column], plain[row, column] * Float(weight))
        #expect(abs(value - expected) <= 0x1.1p-10 * abs(expected) + 0x1p-24 * Float(max(1, weight)), "\(row)")
        // What 16 bits cannot hold stays.
        #expect(abs(value) > 65_000 || Float(Float16(value)) == value, "\(row)")
      }
    }
  }

  @Test func aTinyWeightLeavesComponentsTheirDigits() throws {
    let tiny = try seen(settings(FeatureSetOptions(componentCount: 2, weight: 0x1p-30)))
    let plain = try seen(settings(FeatureSetOptions(componentCount: 2)))
    for row in 0..<table.rows {
      for column in 0..<2 { #expect(tiny[row, column] == plain[row, column] * 0x1p-30, "\(row)") }
    }
  }

  @Test func componentsComeAfterTheScale() throws {
    // One column is a thousand times as large: without a scale it is all that the first component sees.
    var uneven = table
    for row in 0..<table.rows { uneven[row, 1] *= 1000 }
    let scaled = try seen(settings(FeatureSetOptions(scale: .standard)), uneven)
    let expected = try seen(settings(FeatureSetOptions(componentCount: 3)), scaled)
    let together = try seen(settings(FeatureSetOptions(scale: .standard, componentCount: 3)), uneven)
    #expect(expected.columns == together.columns)
    // Rows were rounded to floats on the one way only; the directions' signs are free where that decides the largest part.
    let furthest = zip(expected.values, together.values).map { abs(abs($0) - abs($1)) }.max() ?? 1
    #expect(furthest < 1e-2)
  }

  @Test func stagesStandInTheOrderInWhichTheyAreLookedAt() throws {
    let turned = Settings(stages: [
      .init(columns: 3..<5), .init(columns: 1..<2, options: FeatureSetOptions(weight: 2)),
    ])
    let transform = try FeatureTransform(turned, rows: table, training: training)
    let seen = try transform.applied(to: table, columns: turned.columns)
    #expect(seen.columns == 3)
    for row in 0..<table.rows {
      #expect(Array(seen[row: row]) == [table[row, 3], table[row, 4], 2 * table[row, 1]])
    }
    #expect(try transform.applied(to: table.selecting(columns: turned.columns)) == seen)
  }

  @Test func componentsOfAllWeighStagesByTheirWeights() throws {
    // Whatever their size, stages weigh alike unless told otherwise.
    func moves(_ settings: FeatureTransform.Settings) throws -> Double {
      let transform = try FeatureTransform(settings, rows: table, training: training)
      var moved = table
      moved[0, 0] += 0.5
      moved[1, 3] += 50
      let (before, after) = (try transform.applied(to: table), try transform.applied(to: moved))
      func move(_ row: Int) -> Double {
        zip(before[row: row], after[row: row]).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
          .squareRoot()
      }
      return move(0) / move(1)
    }
    let alike = try moves(settings(FeatureSetOptions(), componentCount: 5))
    #expect(try abs(moves(settings(FeatureSetOptions(weight: 3), componentCount: 5)) / alike - 3) < 0.1)
    #expect(try abs(moves(settings(FeatureSetOptions(scale: .minmax), componentCount: 5)) / alike - 1) < 0.1)
  }

  @Test func componentsThatTransformsHaveInCommonAreLearnedOnce() throws {
    let fits = FeatureSetFits()
    let own = settings(FeatureSetOptions(componentCount: 2))
    let transform = try FeatureTransform(own, rows: table, training: training, fits: fits)
    let light = settings(FeatureSetOptions(componentCount: 2, weight: 0.1), FeatureSetOptions(scale: .standard))
    _ = try FeatureTransform(light, rows: table, training: training, fits: fits)
    let all = Settings(stages: [.init(columns: 0..<3)], componentCount: 2, seed: 3)
    _ = try FeatureTransform(all, rows: table, training: training, fits: fits)
    #expect(fits.count == 1)
    _ = try FeatureTransform(own, rows: table, training: Array(0..<100), fits: fits)
    #expect(fits.count == 2)
    #expect(try FeatureTransform(own, rows: table, training: training) == transform)
  }

  @Test func aRowIsSeenTheSameInAnyCompany() throws {
    let own = settings(
      FeatureSetOptions(componentCount: 2, weight: 0.3), FeatureSetOptions(scale: .standard), componentCount: 3)
    let transform = try FeatureTransform(own, rows: table, training: training)
    let all = try transform.applied(to: table)
    for row in [0, 63, 64, 199] {
      #expect(try transform.applied(to: table.selecting(rows: [row])).values == Array(all[row: row]))
    }
    #expect(throws: DataError.self) { try transform.applied(to: table.selecting(columns: [0..<4])) }
  }

  @Test func rowsThatAreAllTheSameHaveNoComponents() {
    let same = Matrix(rows: 200, columns: 5, repeating: Float(2))
    #expect(throws: DataError.self) { try seen(settings(FeatureSetOptions(componentCount: 2)), same) }
  }

  @Test func optionsAndSettingsThatMeanNothingEndTheProcess() async {
    await #expect(processExitsWith: .failure) { _ = FeatureSetOptions(weight: 0) }
    await #expect(processExitsWith: .failure) { _ = FeatureSetOptions(weight: .nan) }
    await #expect(processExitsWith: .failure) { _ = FeatureSetOptions(componentCount: 0) }
    await #expect(processExitsWith: .failure) {
      _ = PrincipalComponents.Settings(count: 2, stages: [0..<1, 1..<2], weights: [1], seed: 0)
    }
  }

  @Test func optionsReadAsTheyAreWritten() {
    #expect(FeatureSetOptions().areNone && FeatureSetOptions().description == "{}")
    let all = FeatureSetOptions(scale: .standard, componentCount: 300, weight: 0.05)
    #expect(all.description == "{scale: standard, pca: 300, weight: 0.05}")
  }
}

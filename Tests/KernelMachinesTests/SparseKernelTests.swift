import KernelMachines
import Learning
import Testing

/// Kernels of which hardly any values count, against the same ones with all their values.
@Suite struct SparseKernelTests {
  /// Two classes of 300 rows; every fifth row is near to the one before it.
  private static let rows: Matrix<Double> = {
    var random = KeyedRandom(seed: 21)
    var values = Matrix(rows: 600, columns: 12, values: (0..<7200).map { _ in 2 * random.unit() - 1 })
    for row in stride(from: 1, to: 600, by: 5) {
      for column in 0..<12 { values[row, column] = values[row - 1, column] + 0.1 * (random.unit() - 0.5) }
    }
    return values
  }()
  private static let ranges = [0..<300, 300..<600]

  private func kernels(gamma: Double) -> (dense: DenseKernel, sparse: SparseKernel?) {
    let rows = ProblemRows(Self.rows)
    let kernel = Kernel(kind: .rbf, gamma: gamma, degree: 3, constant: 0)
    let bases = PairwiseTerms(rows, distances: true, threads: 2)
    let square = KernelMatrixBuffer(rows: rows.count)
    square.fill(from: bases, ranges: Self.ranges, kernel: kernel)
    let diagonal = rows.diagonal(kernel)
    return (
      DenseKernel(square, diagonal: diagonal),
      SparseKernel(bases, ranges: Self.ranges, kernel: kernel, diagonal: diagonal)
    )
  }

  @Test func valuesAreThoseOfAllOrTooSmallToCount() throws {
    let (dense, found) = kernels(gamma: 30)
    let sparse = try #require(found)
    var left = 0
    for row in 0..<600 {
      let (values, all) = (sparse.row(row), dense.row(row))
      var sum = 0.0
      for column in 0..<600 where values[column] != all[column] {
        #expect(values[column] == 0)
        sum += Double(all[column])
        left += 1
      }
      #expect(sum < 0x1p-25)
      for column in 600..<608 { #expect(values[column] == 0, "padding") }
    }
    #expect(left > 300_000, "most are left out")
    let some = [599, 3, 0, 1, 300]
    let (part, whole) = (sparse.kernel(among: some), dense.kernel(among: some))
    for row in some.indices {
      for column in some.indices { #expect(part.row(row)[column] == sparse.row(some[row])[some[column]]) }
    }
    #expect(part.diagonal == whole.diagonal)
  }

  @Test func sumsAreThoseOfAllValues() throws {
    let (dense, found) = kernels(gamma: 30)
    let sparse = try #require(found)
    let coefficients = (0..<600).map { $0 % 7 == 0 ? 0 : Double($0 % 11) - 5 }
    for (ours, theirs) in zip(sparse.weightedSum(coefficients), dense.weightedSum(coefficients)) {
      #expect(abs(ours - theirs) < 5 * 0x1p-25)
    }
  }

  @Test func aKernelOfWhichManyValuesCountIsNotSparse() {
    #expect(kernels(gamma: 1).sparse == nil)
    let rows = ProblemRows(Self.rows)
    let products = PairwiseTerms(rows, distances: false, threads: 1)
    let sigmoid = Kernel(kind: .sigmoid, gamma: 100, degree: 3, constant: 0)
    #expect(SparseKernel(products, ranges: Self.ranges, kernel: sigmoid, diagonal: rows.diagonal(sigmoid)) == nil)
  }

  @Test func aRowStaysUntilTwoOthersAreAskedFor() throws {
    let sparse = try #require(kernels(gamma: 30).sparse)
    for index in [0, 1, 2] { _ = sparse.row(index) }
    let again = sparse.row(0)
    _ = sparse.row(3)
    #expect(again[0] == 1)
    #expect(sparse.row(4)[4] == 1)
    #expect(sparse.row(4)[0] == 0, "what another row had there is gone")
  }

  @Test(arguments: [0.5, 1, 10, 1000])
  func theOptimumIsThatOfAllValues(cost: Double) throws {
    let (dense, found) = kernels(gamma: 30)
    let sparse = try #require(found)
    let problem = DualProblem(firstCount: 300, secondCount: 300, costs: (cost, cost))
    let points = [dense as any KernelMatrix, sparse].map {
      minimize(problem, kernel: $0, from: DualPoint(problem), tolerance: 1e-4, maxIterations: nil)
    }
    #expect(points[1].violation(problem) <= 1e-4)
    #expect(abs(points[0].objective(problem) - points[1].objective(problem)) < 1e-4 * abs(points[0].objective(problem)))
    for (ours, theirs) in zip(points[1].coefficients, points[0].coefficients) {
      #expect(abs(ours - theirs) < 2e-3 * cost)
    }
  }

  /// Enough support vectors for rows to be evaluated by those near to them, near some and near none.
  @Test func decisionsAreSumsOverAllSupportVectors() throws {
    let labels = (0..<600).map { $0 % 3 }
    let training = try LabeledRows(
      features: Matrix(rows: 600, columns: 12, values: Self.rows.values.map(Float.init)), labels: labels,
      classes: ["a", "b", "c"])
    let model = try SupportVectorMachine(cost: 10, gamma: .value(30)).fit(training, seed: 0)
    #expect(model.supportVectors.rows > 500)
    var asked = Matrix<Float>(rows: 40, columns: 12, repeating: 0)
    for row in 0..<40 {
      for column in 0..<12 { asked[row, column] = Float(Self.rows[row, column]) + (row < 20 ? 0.05 : 40) }
    }
    let decisions = try model.decisions(of: asked)
    for row in 0..<40 {
      for (pair, machine) in model.machines.enumerated() {
        let sum = (0..<model.supportVectors.rows).reduce(-machine.offset) { sum, vector in
          let distance = zip(asked[row: row], model.supportVectors[row: vector]).reduce(0.0) {
            $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
          }
          return sum + machine.coefficients[vector]
            * Kernel(kind: .rbf, gamma: 30, degree: 3, constant: 0).value(distance)
        }
        #expect(abs(decisions[row, pair] - sum) < 1e-4, "\(row)")
      }
    }
    let alone = try model.decisions(of: Matrix(rows: 1, columns: 12, values: Array(asked[row: 7])))
    #expect(alone.values == Array(decisions[row: 7]), "whatever its company")
  }

  /// Rows far from one another, as many of either class: the offset is 0, and what hardly counts decides.
  @Test func whatHardlyCountsDecidesWhereNothingElseDoes() throws {
    let (count, gamma) = (400, 1.0)
    let training = try LabeledRows(
      features: Matrix(
        rows: count, columns: 2, values: (0..<count).flatMap { [Float(10 * $0), Float($0 % 2) * 0.001] }),
      labels: (0..<count).map { $0 % 2 }, classes: ["a", "b"])
    let model = try SupportVectorMachine(cost: 10, gamma: .value(gamma)).fit(training, seed: 0)
    // e⁻²⁶ from the nearest row, nothing from others.
    let asked = Matrix(
      rows: count, columns: 2, values: (0..<count).flatMap { [Float(10 * $0), Float(26).squareRoot()] })
    let decisions = try model.decisions(of: asked)
    for row in 0..<count { #expect((decisions[row, 0] > 0) == (row % 2 == 0), "row \(row)") }
  }
}

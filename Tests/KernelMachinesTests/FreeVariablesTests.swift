import KernelMachines
import Learning
import Testing

/// The common optimum of rows between their bounds, some of which are fixed one after the other.
@Suite struct FreeRowsTests {
  private let count = 60
  private let kernel: DenseKernel
  private let gradients: [Double]

  init() {
    var random = KeyedRandom(seed: 12)
    let rows = ProblemRows(Matrix(rows: 60, columns: 5, values: (0..<300).map { _ in random.unit() }))
    let radial = Kernel(kind: .rbf, gamma: 1.5, degree: 3, constant: 0)
    let square = KernelMatrixBuffer(rows: 60)
    square.fill(from: PairwiseTerms(rows, distances: true, threads: 1), ranges: [0..<60], kernel: radial)
    kernel = DenseKernel(square, diagonal: rows.diagonal(radial))
    gradients = (0..<60).map { _ in random.unit() - 0.5 }
  }

  /// Fixing few rows asks the old factor, fixing many makes a new one; some of these sequences do both.
  @Test(arguments: [[0], [3], [15], [16], [5, 4, 3], [20, 4, 2], [4, 30, 3, 1], [57], [10, 20, 25]])
  func gradientsOfOpenRowsBecomeEqualWhateverIsFixedBefore(steps: [Int]) throws {
    var system = FreeSystem(rows: Array(0..<count), gradients: gradients, kernel: kernel)
    var random = KeyedRandom(seed: 13)
    var order = Array(0..<count)
    for place in order.indices { order.swapAt(place, place + Int(random.below(UInt32(count - place)))) }
    var fixed: [Int: Double] = [:]
    for step in steps {
      let next = order[fixed.count..<fixed.count + step].map { (place: $0, move: random.unit() - 0.5) }
      for (place, move) in next { fixed[place] = move }
      _ = system.solved()
      system.fix(next)
    }
    let solved = system.solved()
    let moves = try #require(solved)
    for (place, move) in fixed { #expect(moves[place] == move && !system.isOpen[place]) }
    #expect(abs(moves.reduce(0, +)) < 1e-6)
    let open = (0..<count).filter { fixed[$0] == nil }
    let levels = open.map { row in
      (0..<count).reduce(gradients[row]) { $0 + Double(kernel.row(row)[$1]) * moves[$1] }
    }
    let (least, largest) = (levels.min() ?? 0, levels.max() ?? 1)
    #expect(largest - least < 1e-4, "\(least) \(largest)")
  }
}

import COpenBLAS

extension DualPoint {
  /// Moves all rows between their bounds at once to where they are best while the others stay; rows that would leave
  /// their bounds stand on them (block pivoting after the active sets of Scheinberg 2006, JMLR 7). Steps of two
  /// coefficients find out which rows these are within few rounds, but take long to settle their values when `C` is large.
  ///
  /// - Parameters:
  ///   - kernel: of all rows.
  ///   - budget: how many elementary operations it may take, about.
  ///   - memory: how many bytes.
  /// - Returns: whether the point is better now.
  /// - Complexity: O(free³ + free × rows).
  mutating func settleFreeRows(_ problem: DualProblem, kernel: any KernelRows, budget: Int, memory: Int) -> Bool {
    let free = coefficients.indices.filter {
      coefficients[$0] > problem.lower[$0] && coefficients[$0] < problem.upper[$0]
    }
    // A factorisation does some twenty operations in the time of one of the solver's.
    guard free.count > 1, 16 * free.count * free.count <= memory, free.count * free.count / 60 * free.count <= budget
    else {
      return false
    }
    let system = FreeSystem(rows: free, kernel: kernel)
    var moves = Array(repeating: 0.0, count: free.count)
    var (open, fixed) = (Array(free.indices), [Int]())
    let gradients = free.map { self.gradients[$0] }
    for _ in 0..<8 {
      guard open.count > 1, system.solve(open, beside: fixed, gradients: gradients, moves: &moves) else {
        return false
      }
      let leaving = open.filter { place in
        let (row, value) = (free[place], coefficients[free[place]] + moves[place])
        return value <= problem.lower[row] || value >= problem.upper[row]
      }
      if leaving.isEmpty {
        guard balance(&moves, of: open, free, problem) else { return false }
        guard system.change(moves, gradients: gradients) < 0 else { return false }
        move(free, by: moves, problem, kernel: kernel)
        return true
      }
      for place in leaving {
        let row = free[place]
        let bound = coefficients[row] + moves[place] <= problem.lower[row] ? problem.lower[row] : problem.upper[row]
        moves[place] = bound - coefficients[row]
      }
      fixed += leaving
      let gone = Set(leaving)
      open.removeAll(where: gone.contains)
    }
    return false
  }

  /// Takes what rounding left of the moves' sum off the row that is furthest from its bounds; false if it is too much.
  private func balance(_ moves: inout [Double], of open: [Int], _ free: [Int], _ problem: DualProblem) -> Bool {
    func room(_ place: Int) -> Double {
      let (row, value) = (free[place], coefficients[free[place]] + moves[place])
      return min(value - problem.lower[row], problem.upper[row] - value)
    }
    let surplus = moves.reduce(0, +)
    guard let widest = open.max(by: { room($0) < room($1) }), abs(surplus) < 0.1 * room(widest) else { return false }
    moves[widest] -= surplus
    return true
  }

  private mutating func move(_ rows: [Int], by moves: [Double], _ problem: DualProblem, kernel: any KernelRows) {
    for (row, move) in zip(rows, moves) {
      let value = coefficients[row] + move
      // What reaches a bound stands on it exactly.
      coefficients[row] =
        move == problem.lower[row] - coefficients[row]
        ? problem.lower[row] : move == problem.upper[row] - coefficients[row] ? problem.upper[row] : value
    }
    var all = Array(repeating: 0.0, count: kernel.count)
    for (row, move) in zip(rows, moves) { all[row] = move }
    let changes = kernel.weightedSum(all)
    for row in gradients.indices { gradients[row] += changes[row] }
  }
}

/// The kernel between the rows that are free.
private struct FreeSystem {
  private let count: Int
  private let kernel: [Double]

  init(rows: [Int], kernel source: any KernelRows) {
    count = rows.count
    var kernel = Array(repeating: 0.0, count: rows.count * rows.count)
    let part = source.isAtHand ? nil : source.kernel(among: rows)
    for (place, row) in rows.enumerated() {
      let values = part?.row(place) ?? source.row(row)
      for (column, other) in rows.enumerated() {
        kernel[place * rows.count + column] = Double(values[part == nil ? other : column])
      }
    }
    self.kernel = kernel
  }

  /// Sets the moves of open places so that their gradients become equal and all moves sum to 0, the others' given.
  func solve(_ open: [Int], beside fixed: [Int], gradients: [Double], moves: inout [Double]) -> Bool {
    var right = open.map { place in
      fixed.reduce(gradients[place]) { $0 + kernel[place * count + $1] * moves[$1] }
    }
    right += Array(repeating: 1, count: open.count)
    var ridge = 1e-9
    while ridge < 1e-3 {
      var factor = open.flatMap { row in open.map { kernel[row * count + $0] } }
      for place in open.indices { factor[place * open.count + place] *= 1 + ridge }
      var (order, info) = (Int32(open.count), Int32(0))
      dpotrf_("L", &order, &factor, &order, &info)
      if info == 0 {
        var two = Int32(2)
        dpotrs_("L", &order, &two, factor, &order, &right, &order, &info)
        break
      }
      ridge *= 100
    }
    guard ridge < 1e-3 else { return false }
    let (particular, ones) = (right[..<open.count], right[open.count...])
    let surplus = fixed.reduce(0) { $0 + moves[$1] }
    let level = (surplus - particular.reduce(0, +)) / ones.reduce(0, +)
    guard level.isFinite else { return false }
    for (place, index) in open.enumerated() { moves[index] = -particular[place] - level * right[open.count + place] }
    return true
  }

  /// What moves change the objective by.
  func change(_ moves: [Double], gradients: [Double]) -> Double {
    var products = Array(repeating: 0.0, count: count)
    cblas_dsymv(
      CblasRowMajor, CblasUpper, Int32(count), 1, kernel, Int32(count), moves, 1, 0, &products, 1)
    return moves.indices.reduce(0) { $0 + moves[$1] * (gradients[$1] + products[$1] / 2) }
  }
}

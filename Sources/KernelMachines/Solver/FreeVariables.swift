import COpenBLAS

extension DualPoint {
  /// Moves all rows between their bounds at once to where they are best while the others stay; rows that would leave
  /// their bounds stand on them (block pivoting after the active sets of Scheinberg 2006, JMLR 7), or all go a part of the
  /// way. Steps of two coefficients find out which rows these are within few rounds, but take long to settle their values
  /// when `C` is large.
  ///
  /// - Parameters:
  ///   - kernel: of all rows.
  ///   - budget: how many elementary operations it may take, about.
  ///   - memory: how many bytes.
  /// - Returns: whether the point is better now.
  /// - Complexity: O(free³ + free × rows).
  mutating func solveFreeVariables(_ problem: DualProblem, kernel: any KernelMatrix, budget: Int, memory: Int) -> Bool {
    let free = coefficients.indices.filter {
      coefficients[$0] > problem.lower[$0] && coefficients[$0] < problem.upper[$0]
    }
    // A factorization does some twenty operations in the time of one of the solver's.
    guard free.count > 1, 24 * free.count * free.count <= memory, free.count * free.count / 60 * free.count <= budget
    else {
      return false
    }
    let gradients = free.map { self.gradients[$0] }
    let rooms = free.map {
      (fall: problem.lower[$0] - coefficients[$0], rise: problem.upper[$0] - coefficients[$0])
    }
    var system = FreeSystem(rows: free, gradients: gradients, kernel: kernel)
    for _ in 0..<8 {
      guard var moves = system.solved() else { return false }
      let leaving = free.indices.filter {
        system.isOpen[$0] && (moves[$0] <= rooms[$0].fall || moves[$0] >= rooms[$0].rise)
      }
      guard leaving.isEmpty else {
        system.fix(leaving.map { ($0, moves[$0] <= rooms[$0].fall ? rooms[$0].fall : rooms[$0].rise) })
        continue
      }
      guard balance(&moves, rooms, system.isOpen) else { return false }
      // Where rows that stand on their bounds have spoiled it, a part of the way is better than all.
      let (slope, curvature) = system.slopeAndCurvature(moves)
      guard slope < 0 else { return false }
      let share = curvature > -slope * (1 + 1e-6) ? -slope / curvature : 1
      move(free, by: share < 1 ? moves.map { $0 * share } : moves, problem, kernel: kernel)
      return true
    }
    return false
  }

  /// Takes what rounding left of the moves' sum off the row that is furthest from its bounds; false if it is too much.
  private func balance(_ moves: inout [Double], _ rooms: [(fall: Double, rise: Double)], _ isOpen: [Bool]) -> Bool {
    func room(_ place: Int) -> Double { min(moves[place] - rooms[place].fall, rooms[place].rise - moves[place]) }
    let surplus = moves.reduce(0, +)
    let open = moves.indices.filter { isOpen[$0] }
    guard let widest = open.max(by: { room($0) < room($1) }), abs(surplus) < 0.1 * room(widest) else { return false }
    moves[widest] -= surplus
    return true
  }

  private mutating func move(_ rows: [Int], by moves: [Double], _ problem: DualProblem, kernel: any KernelMatrix) {
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

/// The kernel between the rows that are free, some of which have been fixed.
package struct FreeSystem {
  /// Whether a row is not fixed.
  package private(set) var isOpen: [Bool]
  private let gradients: [Double]
  /// By rows; zeros below the diagonal.
  private let kernel: [Double]
  private var moves: [Double]
  /// The rows that are factorised, and for them: the factor, and what it makes of gradients and of ones.
  private var factorised: Factorised?
  /// Those of them that have been fixed since, by place among them, and what the factor makes of each one's unit.
  private var fixedSince: [Int] = []
  private var answers: [Double] = []

  private struct Factorised {
    var places: [Int]
    var factor: [Double]
    var ofGradients: [Double]
    var ofOnes: [Double]

    /// Solves for some right sides, one after the other.
    func solve(_ sides: inout [Double], count: Int) {
      var (order, sideCount, info) = (Int32(places.count), Int32(count), Int32(0))
      dpotrs_("L", &order, &sideCount, factor, &order, &sides, &order, &info)
    }
  }

  /// Which share of the factorised rows may be fixed before the rest is factorised anew.
  private static let maxFixed = 0.25

  package init(rows: [Int], gradients: [Double], kernel source: any KernelMatrix) {
    isOpen = Array(repeating: true, count: rows.count)
    moves = Array(repeating: 0, count: rows.count)
    self.gradients = gradients
    let part = source.isResident ? nil : source.kernel(among: rows)
    kernel = Array(unsafeUninitializedCapacity: rows.count * rows.count) { target, filled in
      for (place, row) in rows.enumerated() {
        let line = place &* rows.count
        for column in 0..<place { target[line &+ column] = 0 }
        if let values = part?.row(place) {
          for column in place..<rows.count { target[line &+ column] = Double(values[column]) }
        } else {
          let values = source.row(row)
          for column in place..<rows.count { target[line &+ column] = Double(values[rows[column]]) }
        }
      }
      filled = rows.count * rows.count
    }
  }

  /// Fixes moves of open rows.
  package mutating func fix(_ rows: [(place: Int, move: Double)]) {
    for (place, move) in rows { (isOpen[place], moves[place]) = (false, move) }
    guard let factorised else { return }
    let count = factorised.places.count
    let gone = factorised.places.indices.filter { !isOpen[factorised.places[$0]] }
    guard Double(gone.count) <= Self.maxFixed * Double(count) else {
      self.factorised = nil
      return
    }
    let new = gone.filter { !fixedSince.contains($0) }
    var units = Array(repeating: 0.0, count: new.count * count)
    for (index, place) in new.enumerated() { units[index * count + place] = 1 }
    factorised.solve(&units, count: new.count)
    answers += units
    fixedSince += new
  }

  /// The moves after which the gradients of open rows are equal and all moves sum to 0; `nil` if numbers do not give them.
  package mutating func solved() -> [Double]? {
    if factorised == nil { factorise() }
    guard let factorised, factorised.places.count > fixedSince.count + 1 else { return nil }
    let (places, ofGradients, ofOnes) = (factorised.places, factorised.ofGradients, factorised.ofOnes)
    let (count, fixed) = (places.count, fixedSince.count)
    // The moves are −ofGradients − level · ofOnes + answers · corrections, with corrections that bring fixed rows to their moves.
    var corrections = fixedSince.map { moves[places[$0]] + ofGradients[$0] } + fixedSince.map { ofOnes[$0] }
    if fixed > 0 {
      var system = fixedSince.indices.flatMap { row in fixedSince.map { answers[row * count + $0] } }
      var (order, two, info) = (Int32(fixed), Int32(2), Int32(0))
      dpotrf_("L", &order, &system, &order, &info)
      guard info == 0 else {
        // Too ill for what is left of a factor: the open rows get one of their own.
        self.factorised = nil
        return solved()
      }
      dpotrs_("L", &order, &two, system, &order, &corrections, &order, &info)
    }
    let bound = Set(places)
    let surplus = moves.indices.reduce(0) { bound.contains($1) ? $0 : $0 + moves[$1] }
    let along = fixedSince.indices.reduce((gradients: 0.0, ones: 0.0)) {
      let weight = ofOnes[fixedSince[$1]]
      return ($0.gradients + weight * corrections[$1], $0.ones + weight * corrections[fixed + $1])
    }
    let level =
      (surplus - ofGradients.reduce(0, +) + along.gradients) / (ofOnes.reduce(0, +) - along.ones)
    guard level.isFinite else { return nil }
    var result = (0..<count).map { -ofGradients[$0] - level * ofOnes[$0] }
    for (index, place) in fixedSince.enumerated() {
      cblas_daxpy(
        Int32(count), corrections[index] + level * corrections[fixed + index],
        Array(answers[index * count..<(index + 1) * count]),
        1, &result, 1)
      result[place] = moves[places[place]]
    }
    for (index, place) in places.enumerated() where isOpen[place] { moves[place] = result[index] }
    return moves
  }

  private mutating func factorise() {
    (fixedSince, answers) = ([], [])
    let (places, all) = (isOpen.indices.filter { isOpen[$0] }, isOpen.count)
    let fixed = isOpen.indices.filter { !isOpen[$0] }
    guard places.count > 1 else { return }
    // What fixed rows do to the gradients of the others.
    var pushes = gradients
    let held = isOpen.indices.map { isOpen[$0] ? 0 : moves[$0] }
    if !fixed.isEmpty {
      cblas_dsymv(CblasRowMajor, CblasUpper, Int32(all), 1, kernel, Int32(all), held, 1, 1, &pushes, 1)
    }
    var ridge = 1e-9
    while ridge < 1e-3 {
      // The upper half by rows, which LAPACK sees as the lower one by columns.
      var factor = Array(repeating: 0.0, count: places.count * places.count)
      for (row, place) in places.enumerated() {
        for column in row..<places.count {
          factor[row &* places.count &+ column] = kernel[place &* all &+ places[column]]
        }
        factor[row * places.count + row] *= 1 + ridge
      }
      var (order, info) = (Int32(places.count), Int32(0))
      dpotrf_("L", &order, &factor, &order, &info)
      if info == 0 {
        var found = Factorised(places: places, factor: factor, ofGradients: [], ofOnes: [])
        var right = places.map { pushes[$0] } + Array(repeating: 1, count: places.count)
        found.solve(&right, count: 2)
        found.ofGradients = Array(right[..<places.count])
        found.ofOnes = Array(right[places.count...])
        factorised = found
        return
      }
      ridge *= 100
    }
  }

  /// How the objective changes with a share of moves: share · slope + share² / 2 · curvature.
  func slopeAndCurvature(_ moves: [Double]) -> (slope: Double, curvature: Double) {
    let count = moves.count
    var products = Array(repeating: 0.0, count: count)
    cblas_dsymv(
      CblasRowMajor, CblasUpper, Int32(count), 1, kernel, Int32(count), moves, 1, 0, &products, 1)
    return moves.indices.reduce((0, 0)) { ($0.0 + moves[$1] * gradients[$1], $0.1 + moves[$1] * products[$1]) }
  }
}

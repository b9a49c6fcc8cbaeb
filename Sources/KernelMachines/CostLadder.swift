import Learning

/// The optima of machines that differ in nothing but their cost, from the smallest to the largest: each search begins where
/// the one before it ended.
struct CostLadder {
  private let rows: ProblemRows
  private let kernel: Kernel
  private let source: any KernelRows
  /// The bytes that kernel values beside `source` may take.
  private let memory: Int
  private var last: (problem: DualProblem, point: DualPoint, cost: Double)?

  /// By how much a cost may grow at once, by how much it then grows, and how exact what lies between is.
  private static let largestGrowth = 5.0
  private static let growth = 3.0
  private static let roughTolerance = 0.3

  /// - Parameters:
  ///   - dense: what all values are made from and where they go, with the bases' rows; `nil` if they do not fit into
  ///     memory.
  init(
    _ rows: ProblemRows, kernel: Kernel, dense: (bases: KernelBases, square: DenseSquare, ranges: [Range<Int>])?,
    memory: Int
  ) {
    (self.rows, self.kernel, self.memory) = (rows, kernel, memory)
    if let dense {
      let diagonal = rows.diagonal(kernel)
      if let sparse = SparseKernel(dense.bases, ranges: dense.ranges, kernel: kernel, diagonal: diagonal) {
        source = sparse
      } else {
        dense.square.fill(from: dense.bases, ranges: dense.ranges, kernel: kernel)
        source = DenseKernel(dense.square, diagonal: diagonal)
      }
    } else {
      source = ComputedKernel(rows, kernel: kernel, bytes: memory)
    }
  }

  /// The optimum of a machine, whose cost is not less than that of the one before.
  mutating func optimum(of machine: SupportVectorMachine, _ problem: DualProblem) -> DualPoint {
    var start = DualPoint(problem)
    if machine.kernel == .linear {
      var interior = InteriorPoint(rows, problem, tolerance: machine.tolerance)
      start = interior.solved()
    } else if machine.mostSteps == nil, last != nil {
      // Where steps are counted, what a candidate gets must not depend on those before it.
      climb(to: machine, problem)
      if let last { start = self.start(from: last, for: machine, problem) }
    } else if let lone = DualPoint.ofLoneRows(problem, kernel: source), lone.objective(problem) < 0 {
      start = lone
    } else if machine.mostSteps == nil,
      let sample = DualPoint.ofSample(
        problem, kernel: kernel, rows: source, tolerance: machine.tolerance, memory: memory),
      sample.objective(problem) < 0
    {
      start = sample
    }
    let point = minimize(
      problem, kernel: source, from: start, tolerance: machine.tolerance, mostSteps: machine.mostSteps, memory: memory)
    last = (problem, point, machine.cost)
    return point
  }

  /// Goes through costs between the last one and a machine's: where it grows much at once, many rows change sides, and the
  /// first of them pull others after them that will have to go back.
  private mutating func climb(to machine: SupportVectorMachine, _ problem: DualProblem) {
    while let last, source.isAtHand, machine.cost / last.cost > Self.largestGrowth,
      last.point.touchesCosts(of: last.problem)
    {
      let cost = last.cost * Self.growth
      let step = problem.scaled(by: cost / machine.cost)
      let point = minimize(
        step, kernel: source, from: last.point.start(by: Self.growth, from: last.problem, to: step),
        tolerance: max(machine.tolerance, Self.roughTolerance), mostSteps: nil, memory: memory)
      self.last = (step, point, cost)
    }
  }

  private func start(
    from last: (problem: DualProblem, point: DualPoint, cost: Double), for machine: SupportVectorMachine,
    _ problem: DualProblem
  ) -> DualPoint {
    let next = last.point.start(by: machine.cost / last.cost, from: last.problem, to: problem)
    if source.isAtHand, last.point.touchesCosts(of: last.problem),
      let lone = DualPoint.ofLoneRows(problem, kernel: source), lone.objective(problem) < next.objective(problem)
    {
      return lone
    }
    return next
  }
}

import Learning

/// The optima of machines that differ in nothing but their cost, from the smallest to the largest: each search begins where
/// the one before it ended.
struct CostContinuation {
  private let rows: ProblemRows
  private let kernel: Kernel
  private let source: any KernelMatrix
  /// The bytes that kernel values beside `source` may take.
  private let memory: Int
  private var last: Step?
  /// By how much costs have grown since gradients were summed afresh.
  private var growth = 1.0

  private typealias Step = (problem: DualProblem, point: DualPoint, cost: Double)

  /// By how much a cost may grow at once, by how much it then grows, and how exact what lies between is.
  private static let maxStep = 5.0
  private static let step = 3.0
  private static let roughTolerance = 0.3
  /// By how much rounding of gradients may grow with the costs.
  private static let maxGrowth = 1e5

  /// - Parameters:
  ///   - dense: what all values are made from and where they go, with the bases' rows; `nil` if they do not fit into
  ///     memory.
  init(
    _ rows: ProblemRows, kernel: Kernel,
    dense: (bases: PairwiseTerms, square: KernelMatrixBuffer, ranges: [Range<Int>])?,
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
    precondition(last.map { $0.cost <= machine.cost } ?? true, "costs from the smallest to the largest")
    let point = minimize(
      problem, kernel: source, from: start(of: machine, problem), tolerance: machine.tolerance,
      maxIterations: machine.maxIterations, memory: memory)
    last = (problem, point, machine.cost)
    return point
  }

  private mutating func start(of machine: SupportVectorMachine, _ problem: DualProblem) -> DualPoint {
    if machine.kernel == .linear {
      var interior = InteriorPoint(rows, problem, tolerance: machine.tolerance)
      return interior.solved()
    }
    // Where steps are counted, or a kernel has many optima, what a candidate gets must not depend on those before it.
    if machine.maxIterations == nil, kernel.isPositiveDefinite, let last {
      return start(above: continued(from: last, to: machine, problem), machine, problem)
    }
    if let lone = DualPoint.diagonalStart(problem, kernel: source), lone.objective(problem) < 0 { return lone }
    if machine.maxIterations == nil,
      let sample = DualPoint.sampledStart(
        problem, kernel: kernel, rows: source, tolerance: machine.tolerance, memory: memory),
      sample.objective(problem) < 0
    {
      return sample
    }
    return DualPoint(problem)
  }

  /// Goes through costs between the last one and a machine's: where it grows much at once, many rows change sides, and the
  /// first of them pull others after them that will have to go back.
  private mutating func continued(from last: Step, to machine: SupportVectorMachine, _ problem: DualProblem) -> Step {
    var rung = last
    while source.isResident, machine.cost / rung.cost > Self.maxStep, rung.point.touchesCosts(of: rung.problem) {
      let cost = rung.cost * Self.step
      let between = problem.scaled(by: cost / machine.cost)
      let point = minimize(
        between, kernel: source, from: grown(rung, by: Self.step, to: between),
        tolerance: max(machine.tolerance, Self.roughTolerance), maxIterations: nil, memory: memory)
      rung = (between, point, cost)
    }
    return rung
  }

  private mutating func start(
    above rung: Step, _ machine: SupportVectorMachine, _ problem: DualProblem
  ) -> DualPoint {
    let next = grown(rung, by: machine.cost / rung.cost, to: problem)
    if source.isResident, rung.point.touchesCosts(of: rung.problem),
      let lone = DualPoint.diagonalStart(problem, kernel: source), lone.objective(problem) < next.objective(problem)
    {
      return lone
    }
    return next
  }

  /// Where the search for a larger cost begins. Gradients grow with the coefficients, and so does what they were rounded by:
  /// once it may matter they are summed afresh.
  private mutating func grown(_ rung: Step, by factor: Double, to problem: DualProblem) -> DualPoint {
    var point = rung.point.start(by: factor, from: rung.problem, to: problem)
    growth *= factor
    if growth > Self.maxGrowth {
      point.gradients = zip(source.weightedSum(point.coefficients), problem.signs).map { $0 - $1 }
      growth = 1
    }
    return point
  }
}

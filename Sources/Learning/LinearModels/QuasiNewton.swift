/// Minimizes smooth convex functions with the limited-memory BFGS method (Liu & Nocedal 1989, doi:10.1007/BF01589116):
/// steps are Newton's with a curvature that is read off the last steps' gradients.
enum QuasiNewton {
  /// How many steps the curvature is read off.
  private static let memory = 10
  /// The share of the fall that the slope promises with which a step is taken.
  private static let armijo = 1e-4
  private static let maxHalvings = 30

  /// A step, the change of the gradient along it, and one over their product.
  private struct CorrectionPair {
    var step: [Double]
    var change: [Double]
    var scale: Double
  }

  /// The place where no slope is larger than `tolerance`, or the last one that could be reached.
  static func minimum(
    of function: ([Double]) -> (value: Double, gradient: [Double]), from start: [Double], tolerance: Double,
    maxIterations: Int
  ) -> [Double] {
    var place = start
    var (value, gradient) = function(place)
    var corrections: [CorrectionPair] = []
    for _ in 0..<maxIterations {
      guard gradient.contains(where: { abs($0) > tolerance }) else { break }
      let direction = direction(gradient, corrections)
      let slope = product(direction, gradient)
      // Without a curvature nothing says how far to go: at most a length of 1.
      var length = corrections.isEmpty ? min(1, 1 / product(gradient, gradient).squareRoot()) : 1
      var found: (place: [Double], value: Double, gradient: [Double])?
      for _ in 0..<maxHalvings {
        let tried = zip(place, direction).map { $0 + length * $1 }
        let (newValue, newGradient) = function(tried)
        if newValue <= value + armijo * length * slope {
          found = (tried, newValue, newGradient)
          break
        }
        length /= 2
      }
      // No step lowers what rounding leaves.
      guard let found else { break }
      let step = zip(found.place, place).map { $0 - $1 }
      let change = zip(found.gradient, gradient).map { $0 - $1 }
      let curvature = product(step, change)
      if curvature > 1e-12 * product(change, change).squareRoot() * product(step, step).squareRoot() {
        corrections.append(CorrectionPair(step: step, change: change, scale: 1 / curvature))
        if corrections.count > memory { corrections.removeFirst() }
      }
      (place, value, gradient) = found
    }
    return place
  }

  /// Against the gradient, bent by the curvature.
  private static func direction(_ gradient: [Double], _ corrections: [CorrectionPair]) -> [Double] {
    var direction = gradient.map { -$0 }
    var shares: [Double] = []
    for turn in corrections.reversed() {
      let share = turn.scale * product(turn.step, direction)
      shares.append(share)
      for place in direction.indices { direction[place] -= share * turn.change[place] }
    }
    if let last = corrections.last {
      let scale = 1 / (last.scale * product(last.change, last.change))
      for place in direction.indices { direction[place] *= scale }
    }
    for (turn, share) in zip(corrections, shares.reversed()) {
      let other = turn.scale * product(turn.change, direction)
      for place in direction.indices { direction[place] += (share - other) * turn.step[place] }
    }
    return direction
  }

  private static func product(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

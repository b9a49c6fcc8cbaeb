import Vectors

/// How little curvature a pair of rows may have; libsvm's τ.
package let minCurvature = 1e-12

/// A number that a solver may count in.
protocol SolverScalar: BinaryFloatingPoint {
  /// The partner that takes most off the objective together with a row (Fan, Chen & Lin 2005, second order), and how far
  /// any row may be from its optimum.
  ///
  /// - Parameters:
  ///   - row: the first row's kernel values, padded.
  ///   - gradient, curvature: the first row's.
  /// - Returns: the partner, −1 for none, and the largest gradient of a row that can fall less the first row's.
  static func selectSecondIndex(
    _ set: WorkingSet<Self>, row: UnsafePointer<Float>, gradient: Self, curvature: Self
  ) -> (index: Int, gap: Self)

  /// Moves the gradients by `step` · (first − second), and finds the least among rows whose coefficient can rise.
  ///
  /// - Returns: that row, the first of equal ones, or −1, and its gradient.
  static func moveAndFindLeast(
    _ set: WorkingSet<Self>, by step: Self, first: UnsafePointer<Float>, second: UnsafePointer<Float>
  ) -> (index: Int, gradient: Self)
}

/// What the steps of a solver look at, in the precision of `Scalar`, padded to a multiple of 16 with rows that cannot move.
final class WorkingSet<Scalar: SolverScalar> {
  /// The number of rows with padding.
  let count: Int
  /// Kβ − y.
  let gradients: UnsafeMutablePointer<Scalar>
  /// The kernel of each row with itself.
  let diagonal: UnsafeMutablePointer<Scalar>
  /// ∞ for a row whose coefficient cannot rise, otherwise 0.
  let riseBarriers: UnsafeMutablePointer<Scalar>
  /// −∞ for a row whose coefficient cannot fall, otherwise 0.
  let fallBarriers: UnsafeMutablePointer<Scalar>

  init(gradients: [Double], diagonal: [Double]) {
    let padded = (gradients.count + 15) & ~15
    func column(_ values: [Double], _ padding: Scalar) -> UnsafeMutablePointer<Scalar> {
      let column = UnsafeMutablePointer<Scalar>.allocate(alignedCapacity: padded)
      column.initialize(repeating: padding, count: padded)
      for (row, value) in values.enumerated() { column[row] = Scalar(value) }
      return column
    }
    count = padded
    self.gradients = column(gradients, 0)
    self.diagonal = column(diagonal, 1)
    riseBarriers = column([], .infinity)
    fallBarriers = column([], -.infinity)
  }

  deinit {
    gradients.deallocate()
    diagonal.deallocate()
    riseBarriers.deallocate()
    fallBarriers.deallocate()
  }
}

/// The first row of a working set whose coefficient can rise and whose gradient is the least, or −1, and the gradient.
@inline(__always)
func minGradient<Scalar: SolverScalar>(_ set: WorkingSet<Scalar>) -> (index: Int, gradient: Scalar) {
  var best = (index: -1, gradient: Scalar.infinity)
  for row in 0..<set.count where set.gradients[row] + set.riseBarriers[row] < best.gradient {
    best = (row, set.gradients[row])
  }
  return best
}

/// Sixteen rows at a time.
extension Float: SolverScalar {
  static func selectSecondIndex(
    _ set: WorkingSet<Float>, row: UnsafePointer<Float>, gradient: Float, curvature: Float
  ) -> (index: Int, gap: Float) {
    vectorRoutines.selectSecondIndex(
      row, set.gradients, set.fallBarriers, set.diagonal, set.count, gradient, curvature, Float(minCurvature))
  }

  static func moveAndFindLeast(
    _ set: WorkingSet<Float>, by step: Float, first: UnsafePointer<Float>, second: UnsafePointer<Float>
  ) -> (index: Int, gradient: Float) {
    vectorRoutines.moveGradients(set.gradients, set.riseBarriers, set.count, step, first, second)
  }
}

/// Row by row: for what single precision cannot end.
extension Double: SolverScalar {
  static func selectSecondIndex(
    _ set: WorkingSet<Double>, row: UnsafePointer<Float>, gradient: Double, curvature: Double
  ) -> (index: Int, gap: Double) {
    var best = (score: 0.0, index: -1)
    var largest = -Double.infinity
    for index in 0..<set.count {
      let gap = set.gradients[index] + set.fallBarriers[index] - gradient
      largest = max(largest, gap)
      guard gap > 0 else { continue }
      let score = gap * gap / max(set.diagonal[index] + curvature - 2 * Double(row[index]), minCurvature)
      if score > best.score { best = (score, index) }
    }
    return (best.index, largest)
  }

  static func moveAndFindLeast(
    _ set: WorkingSet<Double>, by step: Double, first: UnsafePointer<Float>, second: UnsafePointer<Float>
  ) -> (index: Int, gradient: Double) {
    for index in 0..<set.count { set.gradients[index] += step * Double(first[index] - second[index]) }
    return minGradient(set)
  }
}

/// What a split must do, in the units of scaled derivatives.
package struct BoostingRules: Sendable {
  /// L2 regularization, in units of second derivatives.
  package var lambda: Double
  /// L1 regularization, in units of first derivatives.
  package var alpha: Double
  /// The least sum of second derivatives on either side, at least one unit.
  package var minChildWeight: Int64

  package init(lambda: Double, alpha: Double, minChildWeight: Int64) {
    self.lambda = lambda
    self.alpha = alpha
    self.minChildWeight = minChildWeight
  }

  /// What a node gains by its best value: T(G)² ÷ (H + λ) (Chen & Guestrin 2016, doi:10.1145/2939672.2939785, eq. 6).
  @inline(__always)
  package func score(first: Double, second: Double) -> Double {
    let shrunk = alpha == 0 ? first : first > alpha ? first - alpha : first < -alpha ? first + alpha : 0
    let denominator = second + lambda
    return denominator > 0 ? shrunk * shrunk / denominator : 0
  }

  package func score(_ cell: GradientCell) -> Double { score(first: Double(cell.first), second: Double(cell.second)) }
}

/// The best split found so far.
package struct GradientSplit: Equatable {
  /// The sum of both sides' scores; what is found must be above it.
  package var score: Double
  package var feature: Int = -1
  /// The last bin that goes left; −1 when only missing values do.
  package var lastLeft: Int = 0
  package var missingGoesLeft = false
  /// The sums of the rows that go left.
  package var left: GradientCell = 0

  /// No split yet; what is found must be above `score`.
  package init(score: Double) { self.score = score }

  init(score: Double, feature: Int, lastLeft: Int, missingGoesLeft: Bool, left: GradientCell) {
    self.score = score
    self.feature = feature
    self.lastLeft = lastLeft
    self.missingGoesLeft = missingGoesLeft
    self.left = left
  }
}

/// Looks through the bins of a feature for a better split; of equal ones the first stays.
///
/// A first pass sums bins up. A second one asks of four boundaries at once whether they may be better, in 32-bit floats
/// and without dividing: G_l²(H_r + λ) + G_r²(H_l + λ) > best · (H_l + λ)(H_r + λ). What passes is decided exactly.
///
/// - Parameters:
///   - cells: the feature's cells.
///   - sums: scratch memory for as many, rounded up to a multiple of eight.
package func scanBins(
  _ cells: UnsafePointer<GradientCell>, binCount: Int, total: GradientCell, rules: BoostingRules, feature: Int,
  sums: UnsafeMutablePointer<GradientCell>, best: inout GradientSplit
) {
  var sum: GradientCell = 0
  for bin in 0..<binCount {
    sum &+= cells[bin]
    sums[bin] = sum
  }
  guard rules.alpha == 0 else {
    for bin in 0..<binCount { consider(bin, sums[bin], total, rules, feature, &best) }
    return
  }
  // Boundaries past the last one have nothing on the right and are never taken.
  let blockCount = (binCount + 7) / 8
  for bin in binCount..<blockCount * 8 { sums[bin] = total }
  let filter = BoundaryFilter(total: total, rules: rules)
  var bar = SIMD4<Float>(repeating: Float(best.score) * (1 - BoundaryFilter.tolerance))
  sums.withMemoryRebound(to: SIMD8<Int32>.self, capacity: blockCount * 2) { blocks in
    for block in 0..<blockCount {
      let low = filter.mayBeBetter(blocks[2 &* block], than: bar)
      let high = filter.mayBeBetter(blocks[2 &* block &+ 1], than: bar)
      let either = unsafeBitCast(low .| high, to: SIMD2<UInt64>.self)
      guard either[0] | either[1] != 0 else { continue }
      for lane in 0..<8 where lane < 4 ? low[lane] : high[lane &- 4] {
        consider(block &* 8 &+ lane, sums[block &* 8 &+ lane], total, rules, feature, &best)
      }
      bar = SIMD4<Float>(repeating: Float(best.score) * (1 - BoundaryFilter.tolerance))
    }
  }
}

/// Tells in 32-bit floats, four at a time, which boundaries cannot be better than a score.
private struct BoundaryFilter {
  /// How far 32-bit sums of squares may be off, with room to spare.
  static let tolerance: Float = 1e-5

  private let lambda: SIMD4<Float>
  private let least: SIMD4<Float>
  private let allFirst: SIMD4<Int32>
  private let allSecond: SIMD4<Int32>

  init(total: GradientCell, rules: BoostingRules) {
    lambda = SIMD4(repeating: Float(rules.lambda))
    least = SIMD4(repeating: Float(rules.minChildWeight) * (1 - Self.tolerance))
    allFirst = SIMD4(repeating: Int32(truncatingIfNeeded: total.first))
    allSecond = SIMD4(repeating: Int32(truncatingIfNeeded: total.second))
  }

  /// - Parameter sums: four cells of what is on the left, each as its low and its high half.
  @inline(__always)
  func mayBeBetter(_ sums: SIMD8<Int32>, than bar: SIMD4<Float>) -> SIMDMask<SIMD4<Int32>> {
    let leftFirst = SIMD4<Float>(sums.oddHalf)
    let leftSecond = SIMD4<Float>(sums.evenHalf)
    let rightFirst = SIMD4<Float>(allFirst &- sums.oddHalf)
    let rightSecond = SIMD4<Float>(allSecond &- sums.evenHalf)
    let (left, right) = (leftSecond + lambda, rightSecond + lambda)
    let scores = leftFirst * leftFirst * right + rightFirst * rightFirst * left
    return (scores .>= bar * (left * right)) .& (leftSecond .>= least) .& (rightSecond .>= least)
  }
}

/// Looks through a feature that some rows of the table lack: they go right, and then they go left.
///
/// - Parameter cells: the bins' cells, followed by that of the missing values.
package func scanBinsWithMissing(
  _ cells: UnsafePointer<GradientCell>, binCount: Int, total: GradientCell, rules: BoostingRules, feature: Int,
  best: inout GradientSplit
) {
  var sum: GradientCell = 0
  for bin in 0..<binCount {
    sum &+= cells[bin]
    consider(bin, sum, total, rules, feature, &best)
  }
  let missing = cells[binCount]
  guard missing != 0 else { return }
  for bin in stride(from: binCount - 2, through: -1, by: -1) {
    sum &-= cells[bin + 1]
    consider(bin, sum &+ missing, total, rules, feature, &best, missingGoesLeft: true)
  }
}

/// Looks through the features of a tile for a node of few rows, whose bins are mostly empty: only those that occur are
/// visited.
///
/// - Parameters:
///   - cells: `(8 × stride)`, all 0; they are 0 again afterwards.
///   - occupied: `(8 × 4)` words of 64 bits, all 0; they are 0 again afterwards.
package func scanFewRows(
  _ places: UnsafeBufferPointer<UInt32>, words: UnsafePointer<UInt64>, gradients: UnsafeBufferPointer<GradientCell>,
  cells: UnsafeMutablePointer<GradientCell>, occupied: UnsafeMutablePointer<UInt64>, stride: Int,
  features: Range<Int>, isScanned: (Int) -> Bool, total: GradientCell, rules: BoostingRules, best: inout GradientSplit
) {
  for (index, place) in places.enumerated() {
    let gradient = gradients[index]
    var word = words[Int(place)]
    for feature in 0..<features.count {
      let bin = Int(word & 255)
      word >>= 8
      cells[feature &* stride &+ bin] &+= gradient
      occupied[feature &* 4 &+ bin >> 6] |= 1 << UInt64(bin & 63)
    }
  }
  for feature in 0..<features.count {
    let isScanned = isScanned(features.lowerBound + feature)
    var sum: GradientCell = 0
    for group in 0..<4 {
      var bits = occupied[feature &* 4 &+ group]
      guard bits != 0 else { continue }
      occupied[feature &* 4 &+ group] = 0
      while bits != 0 {
        let bin = group &* 64 &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        sum &+= cells[feature &* stride &+ bin]
        cells[feature &* stride &+ bin] = 0
        if isScanned { consider(bin, sum, total, rules, features.lowerBound &+ feature, &best) }
      }
    }
  }
}

/// Takes a boundary if it is allowed and better than the best so far.
@inline(__always)
func consider(
  _ bin: Int, _ left: GradientCell, _ total: GradientCell, _ rules: BoostingRules, _ feature: Int,
  _ best: inout GradientSplit, missingGoesLeft: Bool = false
) {
  let right = total &- left
  guard left.second >= rules.minChildWeight, right.second >= rules.minChildWeight else { return }
  let score = rules.score(left) + rules.score(right)
  if score > best.score {
    best = GradientSplit(score: score, feature: feature, lastLeft: bin, missingGoesLeft: missingGoesLeft, left: left)
  }
}

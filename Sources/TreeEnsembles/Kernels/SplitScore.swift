/// The purity of a split while its boundary moves up through a node's ranks.
protocol SplitScore {
  /// Called before `count` draws of a class move from right to left.
  mutating func move(
    _ count: UInt32, ofClass label: Int, left: UnsafeMutableBufferPointer<UInt64>,
    total: UnsafeMutableBufferPointer<UInt64>)
  /// The sum of both children's purities; the low half of each number counts draws.
  func purity(left: UnsafeMutableBufferPointer<UInt64>, total: UnsafeMutableBufferPointer<UInt64>) -> Double
}

private func draws(_ cell: UInt64) -> Int64 { Int64(cell & 0xFFFF_FFFF) }

/// Gini on counts: sums of squares kept as integers, so no order of rows can change them.
struct GiniScore: SplitScore {
  private var leftDraws: Int64 = 0
  private var rightDraws: Int64
  private var leftSquares: Int64 = 0
  private var rightSquares: Int64

  init(classCount: Int, total: UnsafeMutableBufferPointer<UInt64>) {
    rightDraws = total.reduce(0) { $0 + draws($1) }
    rightSquares = total.reduce(0) { $0 + draws($1) * draws($1) }
  }

  mutating func move(
    _ count: UInt32, ofClass label: Int, left: UnsafeMutableBufferPointer<UInt64>,
    total: UnsafeMutableBufferPointer<UInt64>
  ) {
    let moved = Int64(count)
    let before = draws(left[label])
    leftSquares &+= moved &* (2 &* before &+ moved)
    rightSquares &-= moved &* (2 &* (draws(total[label]) &- before) &- moved)
    leftDraws &+= moved
    rightDraws &-= moved
  }

  func purity(left: UnsafeMutableBufferPointer<UInt64>, total: UnsafeMutableBufferPointer<UInt64>) -> Double {
    let (leftWeight, rightWeight) = (Double(leftDraws), Double(rightDraws))
    return (Double(leftSquares) * rightWeight + Double(rightSquares) * leftWeight) / (leftWeight * rightWeight)
  }
}

/// Entropy on counts, from a table of n ln n.
struct EntropyScore: SplitScore {
  let classCount: Int
  let terms: UnsafeMutableBufferPointer<Double>

  mutating func move(
    _ count: UInt32, ofClass label: Int, left: UnsafeMutableBufferPointer<UInt64>,
    total: UnsafeMutableBufferPointer<UInt64>
  ) {}

  func purity(left: UnsafeMutableBufferPointer<UInt64>, total: UnsafeMutableBufferPointer<UInt64>) -> Double {
    var leftDraws = 0
    var rightDraws = 0
    var sum = 0.0
    for label in 0..<classCount {
      let inLeft = Int(draws(left[label]))
      let inRight = Int(draws(total[label])) &- inLeft
      leftDraws &+= inLeft
      rightDraws &+= inRight
      sum += terms[inLeft] + terms[inRight]
    }
    return sum - terms[leftDraws] - terms[rightDraws]
  }
}

/// Either criterion with class weights.
struct WeightedScore: SplitScore {
  let classCount: Int
  let weights: UnsafeBufferPointer<Double>
  let criterion: RandomForest.Criterion

  mutating func move(
    _ count: UInt32, ofClass label: Int, left: UnsafeMutableBufferPointer<UInt64>,
    total: UnsafeMutableBufferPointer<UInt64>
  ) {}

  func purity(left: UnsafeMutableBufferPointer<UInt64>, total: UnsafeMutableBufferPointer<UInt64>) -> Double {
    let inLeft = (0..<classCount).lazy.map { Double(draws(left[$0])) * weights[$0] }
    let inRight = (0..<classCount).lazy.map { Double(draws(total[$0]) - draws(left[$0])) * weights[$0] }
    return switch criterion {
    case .gini: Purity.gini(inLeft) + Purity.gini(inRight)
    case .entropy: Purity.entropy(inLeft) + Purity.entropy(inRight)
    }
  }
}

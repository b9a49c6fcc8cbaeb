import Learning

/// When a node is split, and on how many features.
struct GrowthRules: Sendable {
  var criterion: RandomForest.Criterion
  /// `Int.max` for no limit.
  var maxDepth: Int
  /// Features visited at a node, 1 … features.
  var maxFeatures: Int
  var minSamplesSplit: Int
  var minSamplesLeaf: Int
}

/// Grows one tree after another on the same ranked rows, keeping its scratch memory.
///
/// A node's random draws are fixed by the seed, the tree's number and the node's path from the root. So a tree of
/// depth 4 is the top of the tree of depth 6, and trees may be grown in any order on any thread.
final class TreeGrower {
  private let columns: RankedColumns
  private let rules: GrowthRules
  private let seed: UInt64
  private let classCount: Int
  private let histogram: ClassHistogram
  private var scratch: [BootstrapSample.Entry] = []
  private var featureOrder: [Int32] = []

  init(columns: RankedColumns, classCount: Int, drawCount: Int, rules: GrowthRules, seed: UInt64) {
    self.columns = columns
    self.rules = rules
    self.seed = seed
    self.classCount = classCount
    histogram = ClassHistogram(
      rankCount: columns.maxRankCount, classCount: classCount, drawCount: drawCount,
      needsEntropy: rules.criterion == .entropy)
  }

  /// A node that is still to be looked at.
  private struct OpenNode {
    var entries: Range<Int>
    var counts: [UInt64]
    var depth: Int
    /// 1 for the root, then each step down appends a bit; only the last 63 steps are kept.
    var path: UInt64
    /// The node whose right child this is; −1 for the root and left children.
    var parent: Int
  }

  private struct Split {
    var feature: Int
    var ranks: RankSplit
  }

  /// A tree and what each feature's splits took off the weighted impurity.
  func grow(_ bag: BootstrapSample, tree: Int) -> (tree: DecisionTree, impurityDecrease: [Double]) {
    var entries = bag.entries
    scratch = entries
    var builder = TreeBuilder(classWeights: bag.classWeights)
    var decrease = Array(repeating: 0.0, count: columns.columnCount)
    let scoring = SplitScoring(rules.criterion, classWeights: bag.classWeights)
    let rootCounts = entries.withUnsafeBufferPointer { classTotals($0, classCount: classCount) }
    var open = [OpenNode(entries: 0..<entries.count, counts: rootCounts, depth: 0, path: 1, parent: -1)]
    while let node = open.popLast() {
      let index = builder.append(counts: node.counts, rightChildOf: node.parent)
      guard canSplit(node), let split = bestSplit(of: node, entries: entries, tree: tree, scoring: scoring) else {
        continue
      }
      builder.split(
        index, feature: split.feature,
        between: columns.values[split.feature][split.ranks.lastLeft],
        and: columns.values[split.feature][split.ranks.firstRight])
      decrease[split.feature] += split.ranks.purity - purity(node.counts, weights: bag.classWeights)
      let (left, right) = children(of: node, at: index, split: split, entries: &entries)
      open += [right, left]
    }
    return (builder.tree, decrease)
  }

  private func canSplit(_ node: OpenNode) -> Bool {
    node.depth < rules.maxDepth && node.entries.count >= rules.minSamplesSplit
      && node.entries.count / 2 >= rules.minSamplesLeaf && node.counts.count { $0 != 0 } > 1
  }

  /// Visits features in random order: `maxFeatures` of them, and on while all visited ones are constant in the node
  /// (scikit-learn's rule).
  private func bestSplit(
    of node: OpenNode, entries: [BootstrapSample.Entry], tree: Int, scoring: SplitScoring
  ) -> Split? {
    var random = KeyedRandom(seed: seed, Self.stream, UInt64(tree), node.path)
    featureOrder = Array(0..<Int32(columns.columnCount))
    var best: Split?
    var sawVarying = false
    for visited in featureOrder.indices {
      if visited >= rules.maxFeatures && sawVarying { break }
      featureOrder.swapAt(visited, visited + Int(random.below(UInt32(columns.columnCount - visited))))
      let feature = Int(featureOrder[visited])
      let isVarying = entries.withUnsafeBufferPointer { entries in
        fill(UnsafeBufferPointer(rebasing: entries[node.entries]), feature: feature)
      }
      guard isVarying else { continue }
      sawVarying = true
      let split = histogram.takeBestSplit(
        nodeCounts: node.counts, scoring: scoring, minSamplesLeaf: rules.minSamplesLeaf)
      if let split, split.purity > best?.ranks.purity ?? -.infinity { best = Split(feature: feature, ranks: split) }
    }
    return best
  }

  private static let stream: UInt64 = 2

  private func children(
    of node: OpenNode, at index: Int, split: Split, entries: inout [BootstrapSample.Entry]
  ) -> (left: OpenNode, right: OpenNode) {
    let (leftCount, leftTotals) = entries.withUnsafeMutableBufferPointer { entries in
      let part = UnsafeMutableBufferPointer(rebasing: entries[node.entries])
      let leftCount = scratch.withUnsafeMutableBufferPointer { scratch in
        partition(part, scratch: scratch, feature: split.feature, lastLeft: split.ranks.lastLeft)
      }
      return (leftCount, classTotals(UnsafeBufferPointer(rebasing: part[..<leftCount]), classCount: classCount))
    }
    let middle = node.entries.lowerBound + leftCount
    let left = OpenNode(
      entries: node.entries.lowerBound..<middle, counts: leftTotals, depth: node.depth + 1,
      path: node.path &* 2, parent: -1)
    let right = OpenNode(
      entries: middle..<node.entries.upperBound, counts: zip(node.counts, leftTotals).map { $0 &- $1 },
      depth: node.depth + 1, path: node.path &* 2 &+ 1, parent: index)
    return (left, right)
  }

  private func fill(_ entries: UnsafeBufferPointer<BootstrapSample.Entry>, feature: Int) -> Bool {
    let rankCount = columns.values[feature].count
    switch columns.ranks {
    case .narrow(let ranks):
      return ranks.withUnsafeBufferPointer {
        histogram.fill(entries: entries, ranks: column($0, feature), rankCount: rankCount)
      }
    case .wide(let ranks):
      return ranks.withUnsafeBufferPointer {
        histogram.fill(entries: entries, ranks: column($0, feature), rankCount: rankCount)
      }
    }
  }

  private func partition(
    _ entries: UnsafeMutableBufferPointer<BootstrapSample.Entry>,
    scratch: UnsafeMutableBufferPointer<BootstrapSample.Entry>, feature: Int,
    lastLeft: Int
  ) -> Int {
    switch columns.ranks {
    case .narrow(let ranks):
      ranks.withUnsafeBufferPointer {
        stablePartition(entries, scratch: scratch, ranks: column($0, feature), lastLeft: lastLeft)
      }
    case .wide(let ranks):
      ranks.withUnsafeBufferPointer {
        stablePartition(entries, scratch: scratch, ranks: column($0, feature), lastLeft: lastLeft)
      }
    }
  }

  private func column<Rank>(_ ranks: UnsafeBufferPointer<Rank>, _ feature: Int) -> UnsafeBufferPointer<Rank> {
    UnsafeBufferPointer(rebasing: ranks[feature * columns.rowCount..<(feature + 1) * columns.rowCount])
  }

  private func purity(_ counts: [UInt64], weights: [Double]) -> Double {
    let weighted = zip(counts, weights).lazy.map { Double($0 & 0xFFFF_FFFF) * $1 }
    return switch rules.criterion {
    case .gini: Purity.gini(weighted)
    case .entropy: Purity.entropy(weighted)
    }
  }
}

/// A tree while it grows, node by node in depth-first order.
private struct TreeBuilder {
  private var feature: [Int32] = []
  private var threshold: [Float] = []
  private var rightChild: [Int32] = []
  private var counts: [UInt32] = []
  private let classWeights: [Double]

  init(classWeights: [Double]) { self.classWeights = classWeights }

  var tree: DecisionTree {
    DecisionTree(
      feature: feature, threshold: threshold, rightChild: rightChild, counts: counts, classWeights: classWeights)
  }

  /// Adds a leaf; a parent ≥ 0 gets it as its right child.
  mutating func append(counts nodeCounts: [UInt64], rightChildOf parent: Int) -> Int {
    let index = feature.count
    feature.append(-1)
    threshold.append(0)
    rightChild.append(0)
    counts += nodeCounts.map { UInt32(truncatingIfNeeded: $0) }
    if parent >= 0 { rightChild[parent] = Int32(index) }
    return index
  }

  /// Makes a leaf an inner node that splits halfway between two values.
  mutating func split(_ node: Int, feature splitFeature: Int, between low: Float, and high: Float) {
    feature[node] = Int32(splitFeature)
    // Float comparison with the middle rounded down gives what comparison with the exact middle gives.
    let middle = (Double(low) + Double(high)) / 2
    var rounded = Float(middle)
    if Double(rounded) > middle { rounded = rounded.nextDown }
    threshold[node] = min(max(rounded, low), high.nextDown)
  }
}

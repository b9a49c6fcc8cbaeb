/// One fitted tree: nodes in depth-first order, so a left child follows its parent and no child index can be wrong.
///
/// Every node keeps the class counts of its rows, inner nodes too: cut at a smaller depth, the tree is still whole.
package struct DecisionTree: Hashable, Sendable {
  /// The feature that a node splits on; −1 for a leaf.
  package let feature: [Int32]
  /// Rows whose feature is `<=` this go to the left child.
  package let threshold: [Float]
  /// The right child of each inner node; 0 for a leaf. The left child is the next node.
  package let rightChild: [Int32]
  /// Rows of each class as drawn, `(nodes × classes)`.
  package let counts: [UInt32]
  /// What a row of each class counts.
  package let classWeights: [Double]

  package var nodeCount: Int { feature.count }
  package var classCount: Int { classWeights.count }

  /// The tree whose nodes come in depth-first order with these features, thresholds of inner nodes and counts of
  /// leaves, both in the order of the nodes; `nil` when they do not make a whole tree.
  package init?(feature: [Int32], thresholds: [Float], leafCounts: [UInt32], classWeights: [Double]) {
    let classCount = classWeights.count
    let innerCount = feature.count { $0 >= 0 }
    guard classCount > 0, feature.count == 2 * innerCount + 1, thresholds.count == innerCount,
      leafCounts.count == (innerCount + 1) * classCount
    else { return nil }
    var threshold = Array(repeating: Float(0), count: feature.count)
    var rightChild = Array(repeating: Int32(0), count: feature.count)
    var counts = Array(repeating: UInt32(0), count: feature.count * classCount)
    var waiting: [Int] = []  // inner nodes whose right child is still to come
    var nextInner = 0
    var nextLeaf = 0
    for node in feature.indices {
      if node > 0, feature[node - 1] < 0 {
        guard let parent = waiting.popLast() else { return nil }
        rightChild[parent] = Int32(node)
      }
      if feature[node] >= 0 {
        threshold[node] = thresholds[nextInner]
        nextInner += 1
        waiting.append(node)
      } else {
        for label in 0..<classCount { counts[node * classCount + label] = leafCounts[nextLeaf * classCount + label] }
        nextLeaf += 1
      }
    }
    guard waiting.isEmpty else { return nil }
    for node in feature.indices.reversed() where feature[node] >= 0 {
      for label in 0..<classCount {
        let (sum, overflow) = counts[(node + 1) * classCount + label].addingReportingOverflow(
          counts[Int(rightChild[node]) * classCount + label])
        guard !overflow else { return nil }
        counts[node * classCount + label] = sum
      }
    }
    self.init(
      feature: feature, threshold: threshold, rightChild: rightChild, counts: counts, classWeights: classWeights)
  }

  init(
    feature: [Int32], threshold: [Float], rightChild: [Int32], counts: [UInt32], classWeights: [Double]
  ) {
    self.feature = feature
    self.threshold = threshold
    self.rightChild = rightChild
    self.counts = counts
    self.classWeights = classWeights
  }

  /// The class probabilities of every node, `(nodes × classes)`: the weighted share of each class among its rows.
  package var nodeProbabilities: [Double] {
    var probabilities: [Double] = []
    probabilities.reserveCapacity(counts.count)
    for node in 0..<nodeCount {
      let weighted = (0..<classCount).map { Double(counts[node * classCount + $0]) * classWeights[$0] }
      let total = weighted.reduce(0, +)
      probabilities += weighted.map { total > 0 ? $0 / total : 1 / Double(classCount) }
    }
    return probabilities
  }

  /// The largest number of splits between the root and a leaf.
  package var depth: Int {
    var depths = Array(repeating: 0, count: nodeCount)
    for node in 0..<nodeCount where feature[node] >= 0 {
      depths[node + 1] = depths[node] + 1
      depths[Int(rightChild[node])] = depths[node] + 1
    }
    return depths.max() ?? 0
  }
}

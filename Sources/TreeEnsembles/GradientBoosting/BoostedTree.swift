/// One fitted regression tree: nodes in depth-first order, so a left child follows its parent.
package struct BoostedTree: Hashable, Sendable {
  /// The feature that a node splits on; −1 for a leaf.
  package var feature: [Int32] = []
  /// Rows whose feature is `<` this go to the left child (XGBoost's rule).
  package var threshold: [Float] = []
  /// Whether rows without a value go to the left child.
  package var missingGoesLeft: [Bool] = []
  /// The right child of each inner node; 0 for a leaf.
  package var rightChild: [Int32] = []
  /// What a leaf adds to the margin; 0 for an inner node.
  package var value: [Float] = []
  /// What a split took off the regularized loss; 0 for a leaf.
  package var gain: [Float] = []
  /// The sum of the second derivatives of the node's rows.
  package var cover: [Float] = []

  package init() {}

  /// The tree whose nodes come in depth-first order with these features and covers; thresholds, directions and gains are
  /// those of inner nodes, values those of leaves, in the order of the nodes. `nil` when they do not make a whole tree.
  package init?(
    feature: [Int32], thresholds: [Float], missingGoesLeft directions: [Bool], leafValues: [Float], gains: [Float],
    cover: [Float]
  ) {
    let innerCount = feature.count { $0 >= 0 }
    guard feature.count == 2 * innerCount + 1, cover.count == feature.count, leafValues.count == innerCount + 1,
      [thresholds.count, directions.count, gains.count].allSatisfy({ $0 == innerCount })
    else { return nil }
    var waiting: [Int] = []  // inner nodes whose right child is still to come
    var (nextInner, nextLeaf) = (0, 0)
    for node in feature.indices {
      var parent = -1
      if node > 0, feature[node - 1] < 0 {
        guard let inner = waiting.popLast() else { return nil }
        parent = inner
      }
      _ = append(value: 0, cover: cover[node], rightChildOf: parent)
      if feature[node] >= 0 {
        split(
          node, feature: Int(feature[node]), threshold: thresholds[nextInner], missingGoesLeft: directions[nextInner],
          gain: gains[nextInner])
        nextInner += 1
        waiting.append(node)
      } else {
        value[node] = leafValues[nextLeaf]
        nextLeaf += 1
      }
    }
    guard waiting.isEmpty else { return nil }
  }

  package var nodeCount: Int { feature.count }

  /// The largest number of splits between the root and a leaf.
  package var depth: Int {
    var depths = Array(repeating: 0, count: nodeCount)
    for node in 0..<nodeCount where feature[node] >= 0 {
      depths[node + 1] = depths[node] + 1
      depths[Int(rightChild[node])] = depths[node] + 1
    }
    return depths.max() ?? 0
  }

  /// Adds a leaf; a parent ≥ 0 gets it as its right child.
  mutating func append(value leafValue: Float, cover nodeCover: Float, rightChildOf parent: Int) -> Int {
    let index = feature.count
    feature.append(-1)
    threshold.append(0)
    missingGoesLeft.append(false)
    rightChild.append(0)
    value.append(leafValue)
    gain.append(0)
    cover.append(nodeCover)
    if parent >= 0 { rightChild[parent] = Int32(index) }
    return index
  }

  /// Makes a leaf an inner node.
  mutating func split(
    _ node: Int, feature splitFeature: Int, threshold splitThreshold: Float, missingGoesLeft goesLeft: Bool,
    gain splitGain: Float
  ) {
    feature[node] = Int32(splitFeature)
    threshold[node] = splitThreshold
    missingGoesLeft[node] = goesLeft
    gain[node] = splitGain
    value[node] = 0
  }
}

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
  /// What a split took off the regularised loss; 0 for a leaf.
  package var gain: [Float] = []
  /// The sum of the second derivatives of the node's rows.
  package var cover: [Float] = []

  package init() {}

  package var nodeCount: Int { feature.count }

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

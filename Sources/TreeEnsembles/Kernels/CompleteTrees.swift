import Learning

/// Shallow trees with every level full, so that a walk down is the same few steps for every row, without branches.
///
/// The children of node i are 2i + 1 and 2i + 2; a leaf above the lowest level stands for all leaves below it.
struct CompleteTrees {
  /// The deepest tree that is worth it: beyond, most of its nodes would be copies.
  private static let mostLevels = 8

  /// Rows that are walked down together: while one waits for its value, the others go on.
  private static let together = 8

  private struct Node {
    /// Where the first row's value of the feature stands in a block of rows.
    var offset: UInt32
    var threshold: UInt32

    init(feature: Int32, threshold: Float) {
      offset = UInt32(feature) * UInt32(together)
      self.threshold = orderedBits(threshold)
    }
  }

  /// Where a tree stands in `nodes` and `leafValues`.
  private struct Place {
    var levels: Int
    var firstNode: Int
    var firstLeaf: Int
  }

  private var places: [Place] = []
  private var nodes: [Node] = []
  private var leafValues: [Float] = []

  /// The trees, or `nil` if one is too deep.
  init?(_ trees: some Sequence<BoostedTree>) {
    for tree in trees {
      let levels = tree.depth
      guard levels <= Self.mostLevels else { return nil }
      let place = Place(levels: levels, firstNode: nodes.count, firstLeaf: leafValues.count)
      let innerCount = 1 << levels - 1
      nodes += Array(repeating: Node(feature: 0, threshold: .infinity), count: innerCount)
      leafValues += Array(repeating: 0, count: 1 << levels)
      var open = [(node: 0, index: 0, depth: 0)]
      while let (node, index, depth) = open.popLast() {
        if tree.feature[node] >= 0 {
          nodes[place.firstNode + index] = Node(feature: tree.feature[node], threshold: tree.threshold[node])
          open.append((node + 1, 2 * index + 1, depth + 1))
          open.append((Int(tree.rightChild[node]), 2 * index + 2, depth + 1))
        } else {
          // The leaves below a node stand side by side, as many as the levels left allow.
          let width = 1 << (levels - depth)
          let first = place.firstLeaf + (index + 1) * width - 1 - innerCount
          for leaf in first..<first + width { leafValues[leaf] = tree.value[node] }
        }
      }
      places.append(place)
    }
  }

  /// Adds the leaf values of rows to margins; tree t belongs to output t mod `outputCount`.
  ///
  /// - Parameters:
  ///   - rows: `(rows × features)`, no value missing; best as many as the first-level cache holds.
  ///   - margins: `(rows × outputs)`.
  func addMargins(
    rows: UnsafePointer<Float>, rowCount: Int, featureCount: Int, margins: UnsafeMutablePointer<Float>, outputCount: Int
  ) {
    let together = Self.together
    let blockCount = (rowCount + together - 1) / together
    let blockSize = together * featureCount
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockCount * blockSize) { blocks in
      // Feature by feature within a block, so that a block's rows have their values side by side.
      blocks.initialize(repeating: 0)
      for row in 0..<rowCount {
        let first = row / together * blockSize + row % together
        // Integers are compared and subtracted in fewer steps.
        for feature in 0..<featureCount {
          blocks[first + feature * together] = orderedBits(rows[row * featureCount + feature])
        }
      }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: blockCount * together) { sums in
        guard let blocks = blocks.baseAddress else { return }
        for output in 0..<outputCount {
          for row in 0..<blockCount * together {
            sums[row] = row < rowCount ? margins[row * outputCount + output] : 0
          }
          addTrees(ofOutput: output, of: outputCount, blocks: blocks, blockSize: blockSize, sums: sums)
          for row in 0..<rowCount { margins[row * outputCount + output] = sums[row] }
        }
      }
    }
  }

  private func addTrees(
    ofOutput output: Int, of outputCount: Int, blocks: UnsafePointer<UInt32>, blockSize: Int,
    sums: UnsafeMutableBufferPointer<Float>
  ) {
    nodes.withUnsafeBufferPointer { nodes in
      leafValues.withUnsafeBufferPointer { leafValues in
        for number in stride(from: output, to: places.count, by: outputCount) {
          let place = places[number]
          let tree = UnsafeBufferPointer(rebasing: nodes[place.firstNode...])
          let leaves = UnsafeBufferPointer(rebasing: leafValues[place.firstLeaf...])
          @inline(__always) func next(_ node: Int, _ row: UnsafePointer<UInt32>) -> Int {
            let goesLeft = row[Int(tree[node].offset)] < tree[node].threshold
            // Arithmetic on the comparison itself, lest it becomes a branch that is guessed wrong half of the time.
            return 2 &* node &+ 2 &- Int(unsafeBitCast(goesLeft, to: UInt8.self))
          }
          let innerCount = 1 << place.levels &- 1
          for first in stride(from: 0, to: sums.count, by: Self.together) {
            let values = blocks + first / Self.together &* blockSize
            var (a, b, c, d, e, f, g, h) = (0, 0, 0, 0, 0, 0, 0, 0)
            for _ in 0..<place.levels {
              a = next(a, values)
              b = next(b, values + 1)
              c = next(c, values + 2)
              d = next(d, values + 3)
              e = next(e, values + 4)
              f = next(f, values + 5)
              g = next(g, values + 6)
              h = next(h, values + 7)
            }
            sums[first] += leaves[a &- innerCount]
            sums[first &+ 1] += leaves[b &- innerCount]
            sums[first &+ 2] += leaves[c &- innerCount]
            sums[first &+ 3] += leaves[d &- innerCount]
            sums[first &+ 4] += leaves[e &- innerCount]
            sums[first &+ 5] += leaves[f &- innerCount]
            sums[first &+ 6] += leaves[g &- innerCount]
            sums[first &+ 7] += leaves[h &- innerCount]
          }
        }
      }
    }
  }
}

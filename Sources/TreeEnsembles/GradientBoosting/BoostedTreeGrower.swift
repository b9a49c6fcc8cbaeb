/// Where a grown tree put the rows that it was grown on.
struct GrownTree {
  var tree: BoostedTree
  /// The leaves with the rows that fell into them, as ranges of `places`.
  var leaves: [(rows: Range<Int>, value: Float)]
}

/// Grows one tree after another on the same binned rows, keeping its scratch memory.
///
/// Of two children only the smaller is counted; the other is what the parent has besides. A node of few rows is scanned
/// by the bins that occur in it, without a histogram of its own.
final class BoostedTreeGrower {
  private let bins: BinnedRows
  private let settings: GradientBoosting
  private let order: UnsafeMutableBufferPointer<UInt32>
  private let scratch: UnsafeMutableBufferPointer<UInt32>
  private let sums: UnsafeMutablePointer<GradientCell>
  private let nodeGradients: UnsafeMutableBufferPointer<GradientCell>
  private let fewCells: UnsafeMutablePointer<GradientCell>
  private let occupied: UnsafeMutablePointer<UInt64>
  private var free: [UnsafeMutablePointer<GradientCell>] = []
  private let cellCount: Int
  private let tileCells: Int

  init(bins: BinnedRows, settings: GradientBoosting) {
    self.bins = bins
    self.settings = settings
    order = .allocate(capacity: bins.rowCount)
    scratch = .allocate(capacity: bins.rowCount)
    order.initialize(repeating: 0)
    scratch.initialize(repeating: 0)
    nodeGradients = .allocate(capacity: bins.rowCount)
    nodeGradients.initialize(repeating: 0)
    tileCells = BinnedRows.tileWidth * bins.stride
    cellCount = bins.tileCount * tileCells
    sums = .allocate(capacity: bins.stride + 8)
    sums.initialize(repeating: 0, count: bins.stride + 8)
    fewCells = .allocate(capacity: tileCells)
    fewCells.initialize(repeating: 0, count: tileCells)
    occupied = .allocate(capacity: BinnedRows.tileWidth * 4)
    occupied.initialize(repeating: 0, count: BinnedRows.tileWidth * 4)
  }

  deinit {
    order.deallocate()
    scratch.deallocate()
    sums.deallocate()
    nodeGradients.deallocate()
    fewCells.deallocate()
    occupied.deallocate()
    for histogram in free { histogram.deallocate() }
  }

  /// The places of the rows of the last tree, leaf by leaf.
  var places: UnsafeMutableBufferPointer<UInt32> { order }

  /// A node whose best split is known.
  private struct OpenNode {
    var rows: Range<Int>
    var total: GradientCell
    var split: GradientSplit
    /// `nil` for a node of few rows.
    var histogram: UnsafeMutablePointer<GradientCell>?
    var depth: Int
    /// The node whose right child this is; −1 for the root and left children.
    var parent: Int
  }

  /// One tree's growth, with what stays the same for all its nodes.
  private struct Growth {
    var gradients: UnsafePointer<GradientCell>
    var scale: GradientScale
    var rules: BoostingRules
    /// Which features may be split on; `nil` for all.
    var features: [Bool]?
    /// What a split must add to a node's score.
    var minGain: Double
  }

  /// Grows a tree on some rows.
  ///
  /// - Parameters:
  ///   - rows: the places of the rows, ascending.
  ///   - gradients: scaled derivatives by place.
  ///   - rootHistogram: their histogram if it is known, for all tiles.
  func grow(
    rows: [UInt32], gradients: [GradientCell], scale: GradientScale, features: [Bool]?,
    rootHistogram: [GradientCell]?
  ) -> GrownTree {
    _ = order.update(fromContentsOf: rows)
    return gradients.withUnsafeBufferPointer { gradients in
      guard let gradients = gradients.baseAddress else { return GrownTree(tree: BoostedTree(), leaves: []) }
      var total: GradientCell = 0
      for place in rows { total &+= gradients[Int(place)] }
      return grow(
        rows.count, total: total, gradients: gradients, scale: scale, features: features,
        rootHistogram: rootHistogram)
    }
  }

  private func grow(
    _ rowCount: Int, total: GradientCell, gradients: UnsafePointer<GradientCell>, scale: GradientScale,
    features: [Bool]?, rootHistogram: [GradientCell]?
  ) -> GrownTree {
    let growth = Growth(
      gradients: gradients, scale: scale, rules: scale.rules(settings), features: features,
      minGain: scale.score(max(settings.minSplitLoss, Self.minGain)))
    var grown = GrownTree(tree: BoostedTree(), leaves: [])
    var open = [root(rowCount, total: total, growth: growth, histogram: rootHistogram)]
    while let node = open.popLast() {
      let index = grown.tree.append(
        value: scale.leafValue(node.total, rules: growth.rules, learningRate: settings.learningRate),
        cover: scale.cover(node.total), rightChildOf: node.parent)
      guard node.split.feature >= 0 else {
        grown.leaves.append((node.rows, grown.tree.value[index]))
        release(node.histogram)
        continue
      }
      grown.tree.split(
        index, feature: node.split.feature,
        threshold: bins.threshold(feature: node.split.feature, after: node.split.lastLeft),
        missingGoesLeft: node.split.missingGoesLeft,
        gain: scale.gain(node.split.score - growth.rules.score(node.total)))
      let (left, right) = children(of: node, at: index, growth: growth)
      open += [right, left]
    }
    return grown
  }

  /// XGBoost takes no split that gains less.
  private static let minGain = 1e-6

  private func root(
    _ count: Int, total: GradientCell, growth: Growth, histogram known: [GradientCell]?
  ) -> OpenNode {
    var node = OpenNode(
      rows: 0..<count, total: total, split: start(total, growth), histogram: nil, depth: 0, parent: -1)
    guard canSplit(node, growth) else { return node }
    if known == nil { takeGradients(node.rows, growth) }
    if known == nil, isSmall(count) {
      for tile in 0..<bins.tileCount { scanFew(&node, tile: tile, growth) }
      return node
    }
    let histogram = takeHistogram()
    node.histogram = histogram
    known?.withUnsafeBufferPointer {
      _ = UnsafeMutableBufferPointer(start: histogram, count: cellCount).update(fromContentsOf: $0)
    }
    for tile in 0..<bins.tileCount {
      if known == nil { sumUp(node.rows, tile: tile, into: histogram + tile * tileCells, growth) }
      scan(&node, tile: tile, growth)
    }
    return node
  }

  // MARK: Children

  private func children(of node: OpenNode, at index: Int, growth: Growth) -> (left: OpenNode, right: OpenNode) {
    let middle = node.rows.lowerBound + partition(node)
    var left = OpenNode(
      rows: node.rows.lowerBound..<middle, total: node.split.left, split: start(node.split.left, growth),
      histogram: nil, depth: node.depth + 1, parent: -1)
    let rest = node.total &- node.split.left
    var right = OpenNode(
      rows: middle..<node.rows.upperBound, total: rest, split: start(rest, growth), histogram: nil,
      depth: node.depth + 1, parent: index)
    if left.rows.count <= right.rows.count {
      findSplits(smaller: &left, larger: &right, parent: node.histogram, growth)
    } else {
      findSplits(smaller: &right, larger: &left, parent: node.histogram, growth)
    }
    return (left, right)
  }

  /// Finds the best split of both children, tile by tile; the larger one takes over the parent's histogram.
  private func findSplits(
    smaller: inout OpenNode, larger: inout OpenNode, parent: UnsafeMutablePointer<GradientCell>?, _ growth: Growth
  ) {
    let (needsSmaller, needsLarger) = (canSplit(smaller, growth), canSplit(larger, growth))
    guard let parent, needsLarger, !isSmall(larger.rows.count) else {
      release(parent)
      if needsSmaller { findSplitAlone(&smaller, growth) }
      if needsLarger { findSplitAlone(&larger, growth) }
      return
    }
    takeGradients(smaller.rows, growth)
    larger.histogram = parent
    let isDense = needsSmaller && !isSmall(smaller.rows.count)
    let histogram = isDense ? takeHistogram() : nil
    smaller.histogram = histogram
    for tile in 0..<bins.tileCount {
      let rest = parent + tile * tileCells
      if let histogram {
        let cells = histogram + tile * tileCells
        sumUp(smaller.rows, tile: tile, into: cells, growth)
        scan(&smaller, tile: tile, growth)
        subtract(cells, from: rest, count: tileCells)
      } else {
        if needsSmaller { scanFew(&smaller, tile: tile, growth) }
        withRows(smaller.rows, tile: tile) { places, words in
          subtractRows(
            places, words: words, gradients: UnsafeBufferPointer(nodeGradients), from: rest, stride: bins.stride)
        }
      }
      scan(&larger, tile: tile, growth)
    }
  }

  private func findSplitAlone(_ node: inout OpenNode, _ growth: Growth) {
    takeGradients(node.rows, growth)
    let histogram = isSmall(node.rows.count) ? nil : takeHistogram()
    node.histogram = histogram
    for tile in 0..<bins.tileCount {
      if let histogram {
        sumUp(node.rows, tile: tile, into: histogram + tile * tileCells, growth)
        scan(&node, tile: tile, growth)
      } else {
        scanFew(&node, tile: tile, growth)
      }
    }
  }

  /// Whether a node's rows are so few that most bins are empty.
  private func isSmall(_ rowCount: Int) -> Bool { rowCount * Self.smallNodeShare < bins.stride }

  private static let smallNodeShare = 4

  private func canSplit(_ node: OpenNode, _ growth: Growth) -> Bool {
    node.depth < settings.maxDepth && node.rows.count > 1
      && node.total.second >= 2 * growth.rules.minChildWeight
  }

  /// No split yet: what is found must gain enough.
  private func start(_ total: GradientCell, _ growth: Growth) -> GradientSplit {
    GradientSplit(score: growth.rules.score(total) + growth.minGain)
  }

  // MARK: Tiles

  /// Puts the derivatives of a node's rows side by side, so that all tiles read them one after another.
  private func takeGradients(_ rows: Range<Int>, _ growth: Growth) {
    for (index, place) in order[rows].enumerated() { nodeGradients[index] = growth.gradients[Int(place)] }
  }

  /// Hands over the places of a node's rows and a tile's bins.
  private func withRows(
    _ rows: Range<Int>, tile: Int, _ body: (UnsafeBufferPointer<UInt32>, UnsafePointer<UInt64>) -> Void
  ) {
    bins.words.withUnsafeBufferPointer { words in
      guard let words = words.baseAddress else { return }
      body(UnsafeBufferPointer(rebasing: order[rows]), words + tile * bins.rowCount)
    }
  }

  private func sumUp(
    _ rows: Range<Int>, tile: Int, into cells: UnsafeMutablePointer<GradientCell>, _ growth: Growth
  ) {
    cells.update(repeating: 0, count: tileCells)
    withRows(rows, tile: tile) { places, words in
      addRows(places, words: words, gradients: UnsafeBufferPointer(nodeGradients), to: cells, stride: bins.stride)
    }
  }

  private func features(of tile: Int) -> Range<Int> {
    tile * BinnedRows.tileWidth..<min((tile + 1) * BinnedRows.tileWidth, bins.featureCount)
  }

  private func scan(_ node: inout OpenNode, tile: Int, _ growth: Growth) {
    guard let histogram = node.histogram else { return }
    for feature in features(of: tile) where growth.features?[feature] != false {
      let cells = UnsafePointer(histogram + feature * bins.stride)
      if bins.hasMissing[feature] {
        scanBinsWithMissing(
          cells, binCount: bins.binCounts[feature], total: node.total, rules: growth.rules, feature: feature,
          best: &node.split)
      } else {
        scanBins(
          cells, binCount: bins.binCounts[feature], total: node.total, rules: growth.rules, feature: feature,
          sums: sums, best: &node.split)
      }
    }
  }

  private func scanFew(_ node: inout OpenNode, tile: Int, _ growth: Growth) {
    if features(of: tile).contains(where: { bins.hasMissing[$0] }) {
      // Missing values need the order of all bins.
      withRows(node.rows, tile: tile) { places, words in
        addRows(places, words: words, gradients: UnsafeBufferPointer(nodeGradients), to: fewCells, stride: bins.stride)
      }
      for feature in features(of: tile) where growth.features?[feature] != false {
        scanBinsWithMissing(
          fewCells + feature % BinnedRows.tileWidth * bins.stride, binCount: bins.binCounts[feature],
          total: node.total, rules: growth.rules, feature: feature, best: &node.split)
      }
      fewCells.update(repeating: 0, count: tileCells)
      return
    }
    withRows(node.rows, tile: tile) { places, words in
      scanFewRows(
        places, words: words, gradients: UnsafeBufferPointer(nodeGradients), cells: fewCells, occupied: occupied,
        stride: bins.stride,
        features: features(of: tile), isScanned: { growth.features?[$0] != false }, total: node.total,
        rules: growth.rules, best: &node.split)
    }
  }

  /// Moves the rows that go left to the front of the node's rows, keeping the order within both parts.
  ///
  /// - Returns: how many there are.
  private func partition(_ node: OpenNode) -> Int {
    let split = node.split
    let missingBin = bins.hasMissing[split.feature] ? bins.binCounts[split.feature] : -1
    let places = UnsafeMutableBufferPointer(rebasing: order[node.rows])
    let scratch = scratch
    let shift = UInt64(split.feature % BinnedRows.tileWidth * 8)
    var leftCount = 0
    var rightCount = 0
    bins.words.withUnsafeBufferPointer { words in
      let words = UnsafeBufferPointer(
        rebasing: words[split.feature / BinnedRows.tileWidth * bins.rowCount..<words.count])
      for index in places.indices {
        let place = places[index]
        let bin = Int(words[Int(place)] >> shift & 255)
        let isLeft = bin <= split.lastLeft || (split.missingGoesLeft && bin == missingBin)
        // Both stores happen and one counter moves: no branch to mispredict.
        let goesLeft = isLeft ? 1 : 0
        places[leftCount] = place
        scratch[rightCount] = place
        leftCount &+= goesLeft
        rightCount &+= 1 &- goesLeft
      }
    }
    for index in 0..<rightCount { places[leftCount &+ index] = scratch[index] }
    return leftCount
  }

  // MARK: Histograms

  private func takeHistogram() -> UnsafeMutablePointer<GradientCell> {
    if let histogram = free.popLast() { return histogram }
    let histogram = UnsafeMutablePointer<GradientCell>.allocate(capacity: cellCount)
    histogram.initialize(repeating: 0, count: cellCount)
    return histogram
  }

  private func release(_ histogram: UnsafeMutablePointer<GradientCell>?) {
    if let histogram { free.append(histogram) }
  }
}

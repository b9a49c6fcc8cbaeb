import Learning

/// Shallow trees that look at many rows at once, one bit a row.
///
/// Every split that occurs in the trees is asked once of each row, however many trees contain it; the answers of a block
/// of rows are one word. A tree then is a handful of operations on words that choose, level by level, which answer counts
/// for a row, and the answers that counted spell the row's leaf. That each split is evaluated once follows Ye et al.
/// 2018, RapidScorer, https://doi.org/10.1145/3219819.3219857; they go on with one bit a leaf instead of one a level.
struct BitSlicedTrees: Sendable {
  /// The deepest tree that is worth it: the operations double with each level.
  private static let maxLevels = 8

  /// Rows of a block: as many as a word has bits.
  static let blockRows = 128

  /// One bit a row.
  private typealias Word = SIMD2<UInt64>

  /// Where a tree stands in `splits` and `leafValues`.
  private struct Place {
    var levels: Int
    var firstSplit: Int
    var firstLeaf: Int
  }

  private let featureCount: Int
  /// The distinct thresholds of each feature as `orderedBits`, ascending, one feature after the other; each feature has a
  /// power of two of them, the last ones higher than any value, or none.
  private var thresholds: [UInt32] = []
  /// Where each feature's thresholds start, and their number at the end.
  private var firstThreshold: [Int] = []
  private var places: [Place] = []
  /// For each node of the trees with every level full, level by level, the number of its answer.
  private var splits: [UInt32] = []
  private var leafValues: [Float] = []

  /// The trees, or `nil` if one is too deep.
  init?(_ trees: some Sequence<BoostedTree>, featureCount: Int) {
    self.featureCount = featureCount
    var thresholdsOfFeature = Array(repeating: [UInt32](), count: featureCount)
    for tree in trees {
      guard tree.depth <= Self.maxLevels else { return nil }
      for node in 0..<tree.nodeCount where tree.feature[node] >= 0 {
        thresholdsOfFeature[Int(tree.feature[node])].append(orderedBits(tree.threshold[node]))
      }
    }
    for values in thresholdsOfFeature {
      firstThreshold.append(thresholds.count)
      guard !values.isEmpty else { continue }
      var distinct: [UInt32] = []
      for value in values.sorted() where value != distinct.last { distinct.append(value) }
      // One more than its size would do, so that the answer to the last threshold has a place after it.
      let padded = 1 << (Int.bitWidth - distinct.count.leadingZeroBitCount)
      thresholds += distinct + Array(repeating: .max, count: padded - distinct.count)
    }
    firstThreshold.append(thresholds.count)
    for tree in trees { append(tree) }
  }

  /// Word 0 answers nodes that send all rows left; the answer to threshold t is word t + 2, so that a feature's words have
  /// one before them for rows that reach no threshold.
  private var answerCount: Int { 1 + thresholds.count }

  private mutating func append(_ tree: BoostedTree) {
    let levels = tree.depth
    let place = Place(levels: levels, firstSplit: splits.count, firstLeaf: leafValues.count)
    let innerCount = 1 << levels - 1
    splits += Array(repeating: 0, count: innerCount)
    leafValues += Array(repeating: 0, count: 1 << levels)
    var open = [(node: 0, index: 0, depth: 0)]
    while let (node, index, depth) = open.popLast() {
      if tree.feature[node] >= 0 {
        let feature = Int(tree.feature[node])
        let own = thresholds[firstThreshold[feature]..<firstThreshold[feature + 1]]
        let key = orderedBits(tree.threshold[node])
        splits[place.firstSplit + index] = UInt32(own.partitioningIndex { $0 >= key } + 2)
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

  /// Adds the leaf values of at most `blockRows` rows to margins; tree t belongs to output t mod `outputCount`.
  ///
  /// - Parameters:
  ///   - rows: `(rows × features)`, no value missing.
  ///   - margins: `(rows × outputs)`.
  /// - Complexity: O(rows × (features × log thresholds + trees) + thresholds + trees × 2^levels).
  func addMargins(
    rows: UnsafePointer<Float>, rowCount: Int, margins: UnsafeMutablePointer<Float>, outputCount: Int
  ) {
    precondition(rowCount <= Self.blockRows)
    withUnsafeTemporaryAllocation(of: Word.self, capacity: answerCount) { answers in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.blockRows) { sums in
        guard let answers = answers.baseAddress, let sums = sums.baseAddress else { return }
        answer(rows: rows, rowCount: rowCount, into: answers)
        for output in 0..<outputCount {
          for row in 0..<Self.blockRows { sums[row] = row < rowCount ? margins[row * outputCount + output] : 0 }
          addTrees(ofOutput: output, of: outputCount, answers: answers, sums: sums)
          for row in 0..<rowCount { margins[row * outputCount + output] = sums[row] }
        }
      }
    }
  }

  /// For each threshold whether a row's value is at least as large, which sends it right.
  private func answer(rows: UnsafePointer<Float>, rowCount: Int, into answers: UnsafeMutablePointer<Word>) {
    answers.initialize(repeating: .zero, count: answerCount)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * Self.blockRows) { scratch in
      thresholds.withUnsafeBufferPointer { thresholds in
        guard let keys = scratch.baseAddress, let thresholds = thresholds.baseAddress else { return }
        let reached = keys + Self.blockRows
        for feature in 0..<featureCount {
          let count = firstThreshold[feature + 1] - firstThreshold[feature]
          guard count > 0 else { continue }
          for row in 0..<rowCount { keys[row] = Int(orderedBits(rows[row &* featureCount &+ feature])) }
          countReached(
            keys: keys, rowCount: rowCount, thresholds: thresholds + firstThreshold[feature], count: count,
            into: reached)
          // A row is marked at the last threshold that it reaches; the ones below follow from it.
          let first = answers + 1 + firstThreshold[feature]
          first.withMemoryRebound(to: UInt64.self, capacity: 2 * count) { halves in
            for row in 0..<rowCount { halves[2 &* reached[row] &+ row >> 6] |= 1 &<< UInt64(row & 63) }
          }
          var reaching = Word.zero
          for number in stride(from: count - 1, to: 0, by: -1) {
            reaching |= first[number]
            first[number] = reaching
          }
        }
      }
    }
  }

  /// How many of ascending thresholds, a power of two, each row's key reaches. All rows take the same steps, side by side,
  /// so that none waits for another, and without branches, which would be guessed wrong half of the time.
  private func countReached(
    keys: UnsafePointer<Int>, rowCount: Int, thresholds: UnsafePointer<UInt32>, count: Int,
    into reached: UnsafeMutablePointer<Int>
  ) {
    reached.initialize(repeating: 0, count: rowCount)
    for step in stride(from: count.trailingZeroBitCount - 1, through: 0, by: -1) {
      let half = 1 &<< step
      for row in 0..<rowCount {
        let isReached = keys[row] >= Int(thresholds[reached[row] &+ half &- 1])
        reached[row] &+= Int(unsafeBitCast(isReached, to: UInt8.self)) &<< step
      }
    }
  }

  private func addTrees(
    ofOutput output: Int, of outputCount: Int, answers: UnsafePointer<Word>, sums: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Word.self, capacity: Self.maxLevels + 1 << (Self.maxLevels - 1)) { words in
      splits.withUnsafeBufferPointer { splits in
        leafValues.withUnsafeBufferPointer { leafValues in
          guard let path = words.baseAddress, let leafValues = leafValues.baseAddress else { return }
          let choices = path + Self.maxLevels
          for number in stride(from: output, to: places.count, by: outputCount) {
            let place = places[number]
            for level in 0..<place.levels {
              let width = 1 << level
              let first = place.firstSplit &+ width &- 1
              for node in 0..<width { choices[node] = answers[Int(splits[first &+ node])] }
              // The last turn halves the nodes of a level first: neighbors share all turns but that one.
              for turn in stride(from: level &- 1, through: 0, by: -1) {
                let wentRight = path[turn]
                for node in 0..<1 << turn {
                  let (left, right) = (choices[2 &* node], choices[2 &* node &+ 1])
                  choices[node] = left ^ ((left ^ right) & wentRight)
                }
              }
              path[level] = choices[0]
            }
            addLeaves(leafValues + place.firstLeaf, path: path, levels: place.levels, to: sums)
          }
        }
      }
    }
  }

  /// Adds each row's leaf; its number has the turns of the path as bits, the first turn highest.
  @inline(__always)
  private func addLeaves(
    _ leaves: UnsafePointer<Float>, path: UnsafePointer<Word>, levels: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    let bytes = UnsafeRawPointer(path)
    spreadBits.withUnsafeBufferPointer { spread in
      for group in 0..<Self.blockRows / 8 {
        // The leaf numbers of eight rows, a byte each.
        var numbers: UInt64 = 0
        for level in 0..<levels {
          let turns = bytes.load(fromByteOffset: level &* MemoryLayout<Word>.stride &+ group, as: UInt8.self)
          numbers = numbers &<< 1 | spread[Int(turns)]
        }
        let target = sums + group &* 8
        for row in 0..<8 { target[row] += leaves[Int((numbers &>> UInt64(8 &* row)) & 255)] }
      }
    }
  }
}

/// For each byte its bits, the lowest first, as the lowest bits of eight bytes.
private let spreadBits: [UInt64] = (0..<256).map { byte in
  (0..<8).reduce(0) { $0 | UInt64(byte >> $1 & 1) << (8 * UInt64($1)) }
}

extension ArraySlice {
  /// The first index from which on the elements, sorted by it, satisfy the predicate.
  fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

import Foundation
import Learning

/// The best place to split one feature, as ranks.
package struct RankSplit {
  /// Rows with at most this rank go left.
  package var lastLeft: Int
  /// The next rank that occurs in the node.
  package var firstRight: Int
  /// The sum of the children's purities.
  package var purity: Double
}

/// Rows of a node counted by rank and class, for one feature at a time.
///
/// Storage is cleared while it is scanned, so a feature costs only the ranks that occur. Each cell holds the number
/// of draws in its low and the number of rows in its high half: one addition counts both.
package final class ClassHistogram {
  private let classCount: Int
  private let cells: UnsafeMutableBufferPointer<UInt64>
  private let occupied: UnsafeMutableBufferPointer<UInt64>
  /// n ln n for n = 0 … the number of draws; entropy is a sum of these.
  private let entropyTerms: UnsafeMutableBufferPointer<Double>
  private let left: UnsafeMutableBufferPointer<UInt64>
  private let total: UnsafeMutableBufferPointer<UInt64>

  package init(rankCount: Int, classCount: Int, drawCount: Int, needsEntropy: Bool) {
    self.classCount = classCount
    cells = .allocate(capacity: rankCount * classCount)
    cells.initialize(repeating: 0)
    occupied = .allocate(capacity: (rankCount + 63) / 64)
    occupied.initialize(repeating: 0)
    left = .allocate(capacity: classCount)
    left.initialize(repeating: 0)
    total = .allocate(capacity: classCount)
    total.initialize(repeating: 0)
    entropyTerms = .allocate(capacity: needsEntropy ? drawCount + 1 : 0)
    for count in entropyTerms.indices {
      entropyTerms.initializeElement(at: count, to: count == 0 ? 0 : Double(count) * log(Double(count)))
    }
  }

  deinit {
    cells.deallocate()
    occupied.deallocate()
    left.deallocate()
    total.deallocate()
    entropyTerms.deallocate()
  }

  /// Counts the entries of a node by the rank of one feature. False when all have the same rank: nothing is counted.
  ///
  /// - Parameter rankCount: the feature's ranks, of which the node has some.
  package func fill<Rank: FixedWidthInteger>(
    entries: UnsafeBufferPointer<BootstrapSample.Entry>, ranks: UnsafeBufferPointer<Rank>, rankCount: Int
  ) -> Bool {
    guard let first = entries.first, let ranks = ranks.baseAddress else { return false }
    let firstRank = ranks[Int(first.row)]
    guard entries.contains(where: { ranks[Int($0.row)] != firstRank }) else { return false }
    guard let cells = cells.baseAddress, let occupied = occupied.baseAddress else { return false }
    let classCount = classCount
    if entries.count < rankCount {
      for entry in entries {
        let rank = Int(ranks[Int(entry.row)])
        cells[rank &* classCount &+ entry.label] &+= 1 << 32 | UInt64(entry.count)
        occupied[rank >> 6] |= 1 << UInt64(rank & 63)
      }
    } else {
      // With more rows than ranks it is cheaper to look for the ranks afterwards: marking them row by row makes every
      // row wait for the one before, as they all change the same few words.
      for entry in entries {
        cells[Int(ranks[Int(entry.row)]) &* classCount &+ entry.label] &+= 1 << 32 | UInt64(entry.count)
      }
      for rank in 0..<rankCount {
        var sum: UInt64 = 0
        for label in 0..<classCount { sum |= cells[rank &* classCount &+ label] }
        occupied[rank >> 6] |= (sum == 0 ? 0 : 1) << UInt64(rank & 63)
      }
    }
    return true
  }

  /// Finds the split with the largest purity among those that leave at least `minSamplesLeaf` rows on both sides,
  /// and clears the histogram.
  ///
  /// - Parameter nodeCounts: draws (low half) and rows (high half) of each class in the node.
  package func takeBestSplit(
    nodeCounts: [UInt64], scoring: SplitScoring, minSamplesLeaf: Int
  ) -> RankSplit? {
    for label in 0..<classCount {
      left[label] = 0
      total[label] = nodeCounts[label]
    }
    return switch scoring {
    case .gini: scan(minSamplesLeaf, GiniScore(classCount: classCount, total: total))
    case .entropy: scan(minSamplesLeaf, EntropyScore(classCount: classCount, terms: entropyTerms))
    case .weighted(let criterion, let weights):
      weights.withUnsafeBufferPointer {
        scan(minSamplesLeaf, WeightedScore(classCount: classCount, weights: $0, criterion: criterion))
      }
    }
  }

  private func scan(_ minSamplesLeaf: Int, _ initialScore: some SplitScore) -> RankSplit? {
    var score = initialScore
    var best: RankSplit?
    var previous = -1
    var leftRows = 0
    let allRows = total.reduce(0) { $0 + Int($1 >> 32) }
    for word in occupied.indices {
      var bits = occupied[word]
      guard bits != 0 else { continue }
      occupied[word] = 0
      while bits != 0 {
        let rank = word << 6 | bits.trailingZeroBitCount
        bits &= bits &- 1
        // The boundary between the previous occurring rank and this one.
        if previous >= 0, leftRows >= minSamplesLeaf, allRows &- leftRows >= minSamplesLeaf {
          let purity = score.purity(left: left, total: total)
          if purity > best?.purity ?? -.infinity {
            best = RankSplit(lastLeft: previous, firstRight: rank, purity: purity)
          }
        }
        let cell = rank &* classCount
        // No test for empty cells: it would be guessed wrong about once a rank.
        for label in 0..<classCount {
          let count = cells[cell &+ label]
          cells[cell &+ label] = 0
          score.move(UInt32(truncatingIfNeeded: count), ofClass: label, left: left, total: total)
          left[label] &+= count
          leftRows &+= Int(count >> 32)
        }
        previous = rank
      }
    }
    return best
  }
}

/// How splits are scored: the two criteria on plain counts, and either with class weights.
package enum SplitScoring: Sendable {
  case gini
  case entropy
  case weighted(RandomForest.Criterion, [Double])

  package init(_ criterion: RandomForest.Criterion, classWeights: [Double]) {
    guard classWeights.allSatisfy({ $0 == 1 }) else {
      self = .weighted(criterion, classWeights)
      return
    }
    self = criterion == .gini ? .gini : .entropy
  }
}

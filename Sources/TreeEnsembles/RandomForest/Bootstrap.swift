import Learning

/// The rows that one tree is grown on, and how often each was drawn.
package struct BootstrapSample: Sendable {
  /// A drawn row with its class and multiplicity, packed so that a node's rows are read in one stream.
  package struct Entry: Sendable {
    package let row: UInt32
    private let labelAndCount: UInt32

    package init(row: Int, label: Int, count: Int) {
      self.row = UInt32(row)
      labelAndCount = UInt32(label) << 24 | UInt32(count)
    }

    package var label: Int { Int(labelAndCount >> 24) }
    package var count: UInt32 { labelAndCount & Self.maxCount }

    static let maxCount: UInt32 = (1 << 24) - 1
  }

  /// Every row drawn at least once, by ascending row.
  package let entries: [Entry]
  /// What one draw of a row of each class counts when splits are scored and leaves are filled.
  package let classWeights: [Double]

  /// The most classes and rows that an entry has room for.
  static let maxClasses = 256
  static let maxRows = Int(Entry.maxCount)
}

/// How the rows of each tree are chosen, as scikit-learn 1.9's forest does.
package struct BagSource: Sendable {
  /// The class of each row that can be drawn.
  let labels: [Int]
  /// The row of the table that each of them is; `nil` when they are the table.
  let tableRows: [Int]?
  let classCount: Int
  let bootstrap: Bool
  /// With `bootstrap` the relative chance of a row of each class, without it the weight of the row.
  let classWeights: [Double]
  /// Whether weights are balanced anew on each tree's draws.
  let balancesEachBag: Bool

  package init(
    labels: [Int], tableRows: [Int]? = nil, classCount: Int, bootstrap: Bool, classWeights: [Double],
    balancesEachBag: Bool
  ) {
    self.labels = labels
    self.tableRows = tableRows
    self.classCount = classCount
    self.bootstrap = bootstrap
    self.classWeights = classWeights
    self.balancesEachBag = balancesEachBag
  }

  /// The bag of one tree.
  package func bag(seed: UInt64, tree: Int) -> BootstrapSample {
    guard bootstrap else {
      let entries = labels.indices.map { BootstrapSample.Entry(row: tableRow($0), label: labels[$0], count: 1) }
      return BootstrapSample(entries: entries, classWeights: classWeights)
    }
    var random = KeyedRandom(seed: seed, Self.stream, UInt64(tree))
    let counts = classWeights.allSatisfy { $0 == 1 } ? uniformCounts(&random) : weightedCounts(&random)
    let entries = labels.indices.compactMap { row in
      counts[row] > 0 ? BootstrapSample.Entry(row: tableRow(row), label: labels[row], count: counts[row]) : nil
    }
    return BootstrapSample(entries: entries, classWeights: balancesEachBag ? balancedWeights(counts) : uniformWeights)
  }

  private static let stream: UInt64 = 1

  private func tableRow(_ row: Int) -> Int { tableRows?[row] ?? row }

  private var uniformWeights: [Double] { Array(repeating: 1, count: classCount) }

  private func uniformCounts(_ random: inout KeyedRandom) -> [Int] {
    var counts = Array(repeating: 0, count: labels.count)
    for _ in labels.indices { counts[Int(random.below(UInt32(labels.count)))] += 1 }
    return counts
  }

  /// Draws a class by its total weight, then one of its rows.
  private func weightedCounts(_ random: inout KeyedRandom) -> [Int] {
    var rowsOfClass: [[Int]] = Array(repeating: [], count: classCount)
    for (row, label) in labels.enumerated() { rowsOfClass[label].append(row) }
    var upTo: [Double] = []
    for label in 0..<classCount {
      upTo.append((upTo.last ?? 0) + Double(rowsOfClass[label].count) * classWeights[label])
    }
    let lastPresent = rowsOfClass.lastIndex { !$0.isEmpty } ?? 0
    var counts = Array(repeating: 0, count: labels.count)
    for _ in labels.indices {
      let place = random.unit() * (upTo.last ?? 0)
      let label = upTo.firstIndex { place < $0 } ?? lastPresent
      let rows = rowsOfClass[label]
      counts[rows[Int(random.below(UInt32(rows.count)))]] += 1
    }
    return counts
  }

  private func balancedWeights(_ counts: [Int]) -> [Double] {
    var classCounts = Array(repeating: 0, count: classCount)
    for (row, count) in counts.enumerated() { classCounts[labels[row]] += count }
    return ClassWeights.balancedWeights(counts: classCounts)
  }
}

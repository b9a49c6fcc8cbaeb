import Learning

/// Deals groups of rows, such as all pictures of one person, out to parts so that every part has about the same share
/// of each class and no group stands in two parts.
enum StratifiedGroupPartition {
  /// The part of each row: scikit-learn's `StratifiedGroupKFold(n_splits=count)` without shuffling, to the row.
  ///
  /// Groups are dealt one by one, those with the most uneven classes first, each to the part where it leaves the
  /// classes spread most evenly.
  ///
  /// - Parameter groups: the group of each row; sorted, they are scikit-learn's order of groups.
  /// - Complexity: O(rows + groups × parts² × classes).
  static func parts<Group: Hashable & Comparable>(
    labels: [Int], classCount: Int, groups: [Group], count: Int
  ) -> [Int] {
    let names = Set(groups).sorted()
    let indexOfGroup = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let groupOfRow = groups.map { indexOfGroup[$0] ?? 0 }
    // Classes without rows do not exist for scikit-learn.
    let present = (0..<classCount).filter { label in labels.contains(label) }
    var countsOfGroup = Array(repeating: Array(repeating: 0.0, count: present.count), count: names.count)
    let place = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
    for (row, label) in labels.enumerated() { countsOfGroup[groupOfRow[row]][place[label] ?? 0] += 1 }
    let totals = present.indices.map { label in countsOfGroup.reduce(0) { $0 + $1[label] } }

    let unevenness = countsOfGroup.map(CandidateResult.standardDeviation)
    let order = names.indices.sorted { (unevenness[$1], $0) < (unevenness[$0], $1) }
    var dealt = Array(repeating: Array(repeating: 0.0, count: present.count), count: count)
    var partOfGroup = Array(repeating: 0, count: names.count)
    for group in order {
      let part = bestPart(for: countsOfGroup[group], dealt: dealt, totals: totals)
      partOfGroup[group] = part
      for label in present.indices { dealt[part][label] += countsOfGroup[group][label] }
    }
    return groupOfRow.map { partOfGroup[$0] }
  }

  private static func bestPart(for group: [Double], dealt: [[Double]], totals: [Double]) -> Int {
    var best = (part: 0, spread: Double.infinity, rows: Double.infinity)
    for part in dealt.indices {
      let spreads = totals.indices.map { label in
        CandidateResult.standardDeviation(
          dealt.indices.map { (dealt[$0][label] + ($0 == part ? group[label] : 0)) / totals[label] })
      }
      let spread = CandidateResult.mean(spreads)
      let rows = dealt[part].reduce(0, +)
      // numpy's isclose: scikit-learn takes the part with fewer rows when the spreads are the same but for rounding.
      let isClose = abs(spread - best.spread) <= 1e-8 + 1e-5 * abs(best.spread)
      if spread < best.spread || (isClose && rows < best.rows) { best = (part, spread, rows) }
    }
    return best.part
  }
}

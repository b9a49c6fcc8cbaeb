import Learning

/// Rows drawn by chance with the same share of every class.
package enum RowSample {
  /// At most `count` rows, rising. Each class gives its share, rounded so that the sum is `count`; the same seed draws the
  /// same rows.
  ///
  /// - Complexity: O(rows).
  package static func stratified(labels: [Int], classCount: Int, count: Int, seed: UInt64) -> [Int] {
    guard labels.count > count else { return Array(labels.indices) }
    var rowsOfClass: [[Int]] = Array(repeating: [], count: classCount)
    for (row, label) in labels.enumerated() { rowsOfClass[label].append(row) }
    let exact = rowsOfClass.map { Double(count) * Double($0.count) / Double(labels.count) }
    var shares = exact.map { Int($0.rounded(.down)) }
    // Those whose share was cut the most get what is left over; of two alike the first.
    let byRemainder = exact.indices.sorted {
      (exact[$1] - Double(shares[$1]), $0) < (exact[$0] - Double(shares[$0]), $1)
    }
    for label in byRemainder.prefix(max(0, count - shares.reduce(0, +))) { shares[label] += 1 }
    var sample: [Int] = []
    for label in 0..<classCount {
      var rows = rowsOfClass[label]
      var random = KeyedRandom(seed: seed, 0x726F7773, UInt64(label))
      for place in 0..<min(shares[label], rows.count) {
        let other = place + Int(random.below(UInt32(rows.count - place)))
        rows.swapAt(place, other)
      }
      sample += rows.prefix(shares[label])
    }
    return sample.sorted()
  }
}

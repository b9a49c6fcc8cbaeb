/// Where the bins of each feature end, chosen on the rows of a fold's training part alone.
///
/// A feature with at most `maxBin` distinct values gets a bin for each; one with more gets bins of about equally many
/// rows, as XGBoost's `hist` does.
package struct BinCuts: Sendable {
  /// For each feature ascending values; bin b holds the values below `cuts[b]` that no lower bin holds, the last bin
  /// all others.
  let cuts: [[Float]]

  /// Cuts for the training rows of a ranked table.
  ///
  /// - Complexity: O(features × (rows + distinct values)).
  init(_ columns: RankedColumns, training: [Int], maxBin: Int) {
    cuts = (0..<columns.columnCount).map { column in
      var counts = Array(repeating: 0, count: columns.values[column].count)
      let ranks = columns.ranks(of: column)
      for row in training where ranks[row] >= 0 { counts[Int(ranks[row])] += 1 }
      let present = counts.indices.filter { counts[$0] > 0 }
      // A feature with missing values keeps one bin for them.
      let maxBins = columns.hasMissing[column] ? min(maxBin, BinnedRows.maxBins - 1) : maxBin
      return Self.cuts(
        values: present.map { columns.values[column][$0] }, counts: present.map { counts[$0] }, maxBins: maxBins)
    }
  }

  /// The values at which bins of equal weight would start; equally many rows are as near as ties allow.
  package static func cuts(values: [Float], counts: [Int], maxBins: Int) -> [Float] {
    guard values.count > maxBins else { return Array(values.dropFirst()) }
    let total = counts.reduce(0, +)
    var cuts: [Float] = []
    var below = 0  // rows below values[index]
    var index = 0
    for bin in 1..<maxBins {
      let target = Double(bin) * Double(total) / Double(maxBins)
      while index + 1 < values.count, abs(Double(below + counts[index]) - target) <= abs(Double(below) - target) {
        below += counts[index]
        index += 1
      }
      if index > 0, values[index] > cuts.last ?? -.infinity { cuts.append(values[index]) }
    }
    return cuts
  }
}

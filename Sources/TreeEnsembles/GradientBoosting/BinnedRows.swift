/// Features as bin numbers of one byte, eight features of a row in a word.
///
/// Words of the same eight features (a tile) stand together: a histogram of a tile fits into the first-level cache, and
/// one load brings eight bins.
struct BinnedRows: Sendable {
  /// Features in a tile.
  static let tileWidth = 8
  /// The most bins that a byte tells apart.
  static let maxBins = 256

  let rowCount: Int
  let featureCount: Int
  /// The number of tiles; the last one may have features that do not exist, which are 0 everywhere.
  let tileCount: Int
  /// `(tiles × rows)`; feature f of a row is byte f mod 8 of tile f ÷ 8.
  let words: [UInt64]
  /// For each feature the bins that hold values; missing values have the next number.
  let binCounts: [Int]
  /// Whether any row lacks a feature's value.
  let hasMissing: [Bool]
  /// For each feature where its bins end.
  let cuts: [[Float]]
  /// Cells that a histogram has for each feature.
  let stride: Int

  /// The bins of some rows of a ranked table, in the order given.
  ///
  /// - Complexity: O(rows × features).
  init(_ columns: RankedColumns, rows: [Int], cuts: BinCuts) {
    rowCount = rows.count
    featureCount = columns.columnCount
    tileCount = (featureCount + Self.tileWidth - 1) / Self.tileWidth
    self.cuts = cuts.cuts
    binCounts = cuts.cuts.map { $0.count + 1 }
    hasMissing = columns.hasMissing
    let maxCells = zip(binCounts, hasMissing).reduce(1) { max($0, $1.0 + ($1.1 ? 1 : 0)) }
    stride = (maxCells + 3) / 4 * 4
    var words = Array(repeating: UInt64(0), count: tileCount * rows.count)
    for feature in 0..<featureCount {
      let bins = Self.bins(ofRanksIn: columns, feature: feature, cuts: cuts.cuts[feature])
      let shift = UInt64(feature % Self.tileWidth * 8)
      let tile = feature / Self.tileWidth * rows.count
      let missing = UInt64(binCounts[feature]) << shift
      let ranks = columns.ranks(of: feature)
      for (place, row) in rows.enumerated() {
        words[tile + place] |= ranks[row] < 0 ? missing : UInt64(bins[Int(ranks[row])]) << shift
      }
    }
    self.words = words
  }

  /// The bin of each rank of a feature.
  private static func bins(ofRanksIn columns: RankedColumns, feature: Int, cuts: [Float]) -> [UInt8] {
    var bin = 0
    return columns.values[feature].map { value in
      while bin < cuts.count, value >= cuts[bin] { bin += 1 }
      return UInt8(truncatingIfNeeded: bin)
    }
  }

  /// The threshold of a split after a bin: all values of the bin and those below are smaller.
  func threshold(feature: Int, after bin: Int) -> Float {
    if bin < 0 { return -.greatestFiniteMagnitude }
    return bin < cuts[feature].count ? cuts[feature][bin] : .greatestFiniteMagnitude
  }
}

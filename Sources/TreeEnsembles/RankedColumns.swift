import Basics
import Learning

/// Features as ranks: column after column, each value replaced by its place among the column's distinct values.
///
/// Trees only ask which of two values is larger, so ranks lose nothing, and a histogram over ranks finds the same
/// splits as scikit-learn's sort does. Ranks have 16 bits, so that a column of 13,500 rows stays in the first-level
/// cache, and 32 bits where a column has more than 65,536 distinct values.
public struct RankedColumns: Sendable {
  package enum Ranks: Sendable, Equatable {
    case narrow([UInt16])
    case wide([UInt32])
  }

  let rowCount: Int
  let columnCount: Int
  /// `(columns × rows)`, column after column.
  package let ranks: Ranks
  /// For each column its distinct values, ascending: the value of each rank.
  package let values: [[Float]]
  /// Whether a column has rows without a value (NaN); they have the largest number that a rank can have.
  let hasMissing: [Bool]

  /// Ranks the columns of a matrix.
  ///
  /// - Complexity: O(columns × rows log rows), columns spread over the threads.
  package init(_ features: Matrix<Float>, threads: Int) throws {
    rowCount = features.rows
    columnCount = features.columns
    values = try Parallel.map(count: features.columns, threads: threads) { column in
      Self.distinctSorted((0..<features.rows).map { features[$0, column] })
    }
    let isWide = values.contains { $0.count >= 1 << 16 }
    hasMissing = (0..<features.columns).map { column in (0..<features.rows).contains { features[$0, column].isNaN } }
    ranks =
      try isWide
      ? .wide(Self.ranked(features, values: values, threads: threads))
      : .narrow(Self.ranked(features, values: values, threads: threads))
  }

  /// The ranks of one column, row by row; −1 for a row without a value.
  func ranks(of column: Int) -> [Int32] {
    let rows = column * rowCount..<(column + 1) * rowCount
    return switch ranks {
    case .narrow(let ranks): ranks[rows].map { $0 == .max ? -1 : Int32($0) }
    case .wide(let ranks): ranks[rows].map { $0 == .max ? -1 : Int32(truncatingIfNeeded: $0) }
    }
  }

  /// The largest number of ranks of any column.
  package var largestRankCount: Int { values.reduce(0) { max($0, $1.count) } }

  private static func distinctSorted(_ values: [Float]) -> [Float] {
    var distinct: [Float] = []
    for value in values.filter({ !$0.isNaN }).sorted() where distinct.last != value { distinct.append(value) }
    return distinct
  }

  private static func ranked<Rank: FixedWidthInteger & Sendable>(
    _ features: Matrix<Float>, values: [[Float]], threads: Int
  ) throws -> [Rank] {
    try Parallel.map(count: features.columns, threads: threads) { column in
      (0..<features.rows).map {
        let value = features[$0, column]
        return value.isNaN ? Rank.max : Rank(truncatingIfNeeded: rank(of: value, in: values[column]))
      }
    }.flatMap { $0 }
  }

  /// The place of a value that is there in ascending values.
  private static func rank(of value: Float, in sorted: [Float]) -> Int {
    var low = 0
    var high = sorted.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if sorted[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}

import Basics
import Learning

/// Features as ranks: column after column, each value replaced by its place among the column's distinct values.
///
/// Trees only ask which of two values is larger, so ranks lose nothing, and a histogram over ranks finds the same
/// splits as scikit-learn's sort does. Columns with more than 65,536 distinct values are the exception: neighbouring
/// values then share a rank, in groups of equal size. Ranks are 16 bits so that a column of 13,500 rows stays in the
/// first-level cache.
public struct RankedColumns: Sendable {
  let rowCount: Int
  let columnCount: Int
  /// `(columns × rows)`, column after column.
  package let ranks: [UInt16]
  /// For each column the smallest value of each rank, ascending.
  package let lowest: [[Float]]
  /// For each column the largest value of each rank; the same as `lowest` where no values share a rank.
  package let highest: [[Float]]

  package static let maxRanks = 1 << 16

  /// Ranks the columns of a matrix of finite values.
  ///
  /// - Complexity: O(columns × rows log rows), columns spread over the threads.
  package init(_ features: Matrix<Float>, threads: Int) throws {
    rowCount = features.rows
    columnCount = features.columns
    let columns = try Parallel.map(count: features.columns, threads: threads) { column in
      RankedColumn((0..<features.rows).map { features[$0, column] })
    }
    ranks = columns.flatMap(\.ranks)
    lowest = columns.map(\.lowest)
    highest = columns.map(\.highest)
  }

  /// The largest number of ranks of any column.
  package var largestRankCount: Int { lowest.reduce(0) { max($0, $1.count) } }
}

private struct RankedColumn: Sendable {
  var ranks: [UInt16]
  var lowest: [Float] = []
  var highest: [Float] = []

  init(_ values: [Float]) {
    let distinct = Self.distinctSorted(values)
    let groupSize = (distinct.count + RankedColumns.maxRanks - 1) / RankedColumns.maxRanks
    for start in stride(from: 0, to: distinct.count, by: groupSize) {
      lowest.append(distinct[start])
      highest.append(distinct[min(start + groupSize, distinct.count) - 1])
    }
    ranks = values.map { [lowest] value in UInt16(Self.lastIndex(in: lowest, notAbove: value)) }
  }

  private static func distinctSorted(_ values: [Float]) -> [Float] {
    let sorted = values.sorted()
    var distinct: [Float] = []
    for value in sorted where distinct.last != value { distinct.append(value) }
    return distinct
  }

  private static func lastIndex(in sorted: [Float], notAbove value: Float) -> Int {
    var low = 0
    var high = sorted.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if sorted[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}

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
  /// - Complexity: O(columns × rows), columns spread over the threads.
  package init(_ features: Matrix<Float>, threads: Int) throws {
    rowCount = features.rows
    columnCount = features.columns
    let ranked = try Parallel.map(count: features.columns, threads: threads) { column in
      RankedColumn((0..<features.rows).lazy.map { features[$0, column] }, count: features.rows)
    }
    values = ranked.map(\.values)
    hasMissing = ranked.map(\.hasMissing)
    let isWide = values.contains { $0.count >= 1 << 16 }
    ranks =
      isWide
      ? .wide(ranked.flatMap(\.ranks))
      : .narrow(ranked.flatMap { $0.ranks.lazy.map { UInt16(truncatingIfNeeded: $0) } })
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
  package var maxRankCount: Int { values.reduce(0) { max($0, $1.count) } }
}

/// One column's distinct values and the rank of each row's value.
private struct RankedColumn: Sendable {
  var values: [Float] = []
  var ranks: [UInt32]
  var hasMissing = false

  init(_ column: some Sequence<Float>, count: Int) {
    ranks = Array(repeating: .max, count: count)
    let column = Array(column)
    for word in sortedByValue(column) {
      let row = Int(word & 0xFFFF_FFFF)
      guard !column[row].isNaN else {
        hasMissing = true
        break
      }
      if values.last != column[row] { values.append(column[row]) }
      ranks[row] = UInt32(values.count - 1)
    }
  }
}

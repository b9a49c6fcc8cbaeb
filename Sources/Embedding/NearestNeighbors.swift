import Basics
import COpenBLAS
import Learning

/// For each row the rows nearest to it by Euclidean distance, itself left out.
public struct NearestNeighbors: Hashable, Sendable {
  /// The neighbors of each row.
  public let count: Int
  /// The rows of the neighbors, `(rows × count)`: the nearest first, of two as near the one that stands first.
  public let rows: [Int32]
  /// The squared distances to them, `(rows × count)`.
  public let squaredDistances: [Float]

  /// Rows whose products with all others are computed at a time. Fixed, so that results do not depend on threads.
  private static let blockRows = 128
  /// Neighbors found beyond those asked for, whose order a product's rounding might have mistaken.
  private static let spare = 8

  /// The `count` nearest neighbors of each of `(rows, features)`.
  ///
  /// Candidates come from products of centered rows, |a − b|² = |a|² + |b|² − 2ab, in single precision; their distances are
  /// then computed from differences, so that rows that nearly agree are told apart.
  ///
  /// - Throws: `DataError` when a row has fewer than `count` others, or a number is not finite.
  /// - Complexity: O(rows² × features) operations, O(rows × count) memory and 128 × rows numbers for each thread.
  public init(of table: Matrix<Float>, count: Int, threads: Int) throws {
    guard count >= 1, count < table.rows else {
      throw DataError("\(count) neighbors need at least \(count + 1) rows, there are \(table.rows)")
    }
    guard table.values.allSatisfy(\.isFinite) else { throw DataError("neighbors need numbers that are finite") }
    BLASThreads.useOne()
    let (rows, width) = (table.rows, table.columns)
    let centered = Self.centered(table)
    let norms = (0..<rows).map { row in
      Float(centered[row * width..<(row + 1) * width].reduce(0) { $0 + Double($1) * Double($1) })
    }
    let sought = min(rows - 1, count + Self.spare)
    let blocks = (rows + Self.blockRows - 1) / Self.blockRows
    let found = try Parallel.map(count: blocks, threads: threads) {
      Array(repeating: Float(0), count: Self.blockRows * rows)
    } _: { products, block in
      let first = block * Self.blockRows
      let size = min(Self.blockRows, rows - first)
      centered.withUnsafeBufferPointer { centered in
        guard let all = centered.baseAddress else { return }
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(size), Int32(rows), Int32(width), -2, all + first * width,
          Int32(width), all, Int32(width), 0, &products, Int32(rows))
      }
      return (0..<size).map { place in
        let candidates = nearestCandidates(
          products: products, row: place, norms: norms, count: sought, except: first + place)
        let measured = candidates.map { other in
          (distance: squaredDistance(centered, first + place, Int(other), width: width), row: other)
        }
        return measured.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(count)
      }
    }
    let nearest = found.joined()
    self.count = count
    self.rows = nearest.flatMap { $0.map(\.row) }
    squaredDistances = nearest.flatMap { $0.map(\.distance) }
  }

  /// Neighbors from their parts, `(rows × count)` of each.
  package init(count: Int, rows: [Int32], squaredDistances: [Float]) {
    precondition(count > 0 && rows.count % count == 0 && rows.count == squaredDistances.count, "whole rows only")
    self.count = count
    self.rows = rows
    self.squaredDistances = squaredDistances
  }

  /// The rows whose neighbors these are.
  public var rowCount: Int { rows.count / count }

  private static func centered(_ table: Matrix<Float>) -> [Float] {
    let width = table.columns
    var means = Array(repeating: 0.0, count: width)
    for (place, value) in table.values.enumerated() { means[place % width] += Double(value) }
    for column in means.indices { means[column] /= Double(table.rows) }
    return table.values.enumerated().map { place, value in Float(Double(value) - means[place % width]) }
  }
}

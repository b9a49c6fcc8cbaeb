import Basics
import Learning

/// Kernel values that do not all fit into memory: computed when they are asked for, many rows at a time.
package final class ComputedKernel: KernelRows {
  package let count: Int
  package let diagonal: [Double]
  private let rows: ProblemRows
  private let kernel: Kernel
  /// Rows that were asked for, as many as memory holds, made when the first is.
  private lazy var lines = Lines(stride: rows.stride, count: min(max(3, bytes / (4 * rows.stride)), max(3, rows.count)))
  private let bytes: Int
  private var products: [Double] = []

  /// - Parameter bytes: what rows that were asked for may take; at least three are kept.
  package init(_ rows: ProblemRows, kernel: Kernel, bytes: Int) {
    self.rows = rows
    self.kernel = kernel
    self.bytes = bytes
    count = rows.count
    diagonal = rows.diagonal(kernel)
  }

  package var isAtHand: Bool { false }

  package func row(_ index: Int) -> UnsafePointer<Float> {
    let (target, isThere) = lines.place(of: index)
    if isThere { return UnsafePointer(target) }
    rows.bases(of: index..<index + 1, from: 0, distances: kernel.usesDistances, into: &products) { _, line in
      for column in 0..<count { target[column] = Float(line[column]) }
    }
    for column in count..<rows.stride { target[column] = 0 }
    kernel.apply(to: target, target, count: count)
    return UnsafePointer(target)
  }

  package func kernel(among chosen: [Int]) -> DenseKernel {
    let part = ProblemRows(rows.values.selecting(rows: chosen))
    let square = DenseSquare(rows: chosen.count)
    square.fill(
      from: KernelBases(part, distances: kernel.usesDistances, isSingle: false, threads: Parallel.availableThreads),
      ranges: [0..<chosen.count], kernel: kernel)
    return DenseKernel(square, diagonal: chosen.map { diagonal[$0] })
  }

  /// For products of rows one pass over the features, without the rounding of kernel values.
  package func weightedSum(_ coefficients: [Double]) -> [Double] {
    guard kernel.kind != .linear else { return rows.timesFeatures(rows.weightedSum(coefficients)) }
    let chosen = coefficients.indices.filter { coefficients[$0] != 0 }
    var sums = Array(repeating: 0.0, count: count)
    for first in stride(from: 0, to: chosen.count, by: Self.supportRows) {
      let part = Array(chosen[first..<min(first + Self.supportRows, chosen.count)])
      let partSums = KernelSums(
        support: rows.values.selecting(rows: part),
        parts: [
          KernelSums.Part(
            kernel: kernel,
            coefficients: Matrix(
              rows: 1, columns: part.count, values: part.map { coefficients[$0] / kernel.divisor }))
        ])
      let blocks = (count + Self.blockRows - 1) / Self.blockRows
      let values = Parallel.values(count: blocks, threads: Parallel.availableThreads) { [rows] block in
        let first = block * Self.blockRows
        return partSums(rows.values.selecting(rows: Array(first..<min(first + Self.blockRows, rows.count))))[0].values
      }
      for (row, value) in values.joined().enumerated() { sums[row] += value }
    }
    return sums
  }

  /// Rows summed over and rows summed for at a time: products of that many stay in the cache.
  private static let supportRows = 1024
  private static let blockRows = 4096
}

/// Places for rows; a new row takes that of the one whose last use is the longest ago.
private final class Lines {
  private let stride: Int
  private let values: UnsafeMutablePointer<Float>
  private var lineOfRow: [Int: Int] = [:]
  private var rowOfLine: [Int]
  /// The neighbours of each line in the order of use, as a ring through a last element that is no line.
  private var older: [Int]
  private var newer: [Int]

  init(stride: Int, count: Int) {
    self.stride = stride
    values = .allocate(capacity: count * stride)
    values.initialize(repeating: 0, count: count * stride)
    rowOfLine = Array(repeating: -1, count: count)
    older = (0...count).map { ($0 + count) % (count + 1) }
    newer = (0...count).map { ($0 + 1) % (count + 1) }
  }

  deinit { values.deallocate() }

  /// Where a row is, or where it is to be put.
  func place(of row: Int) -> (UnsafeMutablePointer<Float>, isThere: Bool) {
    let end = rowOfLine.count
    let found = lineOfRow[row]
    let line = found ?? newer[end]
    // Out of the ring, and in again as the newest.
    newer[older[line]] = newer[line]
    older[newer[line]] = older[line]
    (older[line], newer[line]) = (older[end], end)
    newer[older[end]] = line
    older[end] = line
    if found == nil {
      if rowOfLine[line] >= 0 { lineOfRow[rowOfLine[line]] = nil }
      lineOfRow[row] = line
      rowOfLine[line] = row
    }
    return (values + line * stride, found != nil)
  }
}

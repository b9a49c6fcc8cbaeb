import Basics
import Learning

/// Kernel values that do not all fit into memory: computed when they are asked for, many rows at a time.
package final class ComputedKernel: KernelRows {
  package let count: Int
  package let diagonal: [Double]
  private let rows: ProblemRows
  private let kernel: Kernel
  /// The rows asked for last, one after the other.
  private let lines: UnsafeMutablePointer<Float>
  private var rowsOfLines = [-1, -1, -1]
  private var oldest = 0
  private var products: [Double] = []

  package init(_ rows: ProblemRows, kernel: Kernel) {
    self.rows = rows
    self.kernel = kernel
    count = rows.count
    diagonal = rows.diagonal(kernel)
    lines = .allocate(capacity: rowsOfLines.count * max(1, rows.stride))
  }

  deinit { lines.deallocate() }

  package var isAtHand: Bool { false }

  package func row(_ index: Int) -> UnsafePointer<Float> {
    if let line = rowsOfLines.firstIndex(of: index) { return UnsafePointer(lines + line * rows.stride) }
    let target = lines + oldest * rows.stride
    rowsOfLines[oldest] = index
    oldest = (oldest + 1) % rowsOfLines.count
    rows.bases(of: index..<index + 1, from: 0, distances: kernel.usesDistances, into: &products) { _, line in
      for column in 0..<count { target[column] = Float(line[column]) }
    }
    for column in count..<rows.stride { (target + column).initialize(to: 0) }
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

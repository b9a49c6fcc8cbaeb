import Basics
import COpenBLAS
import Learning
import Vectors

/// Kernel values that do not all fit into memory: computed when they are asked for, many rows at a time.
package final class ComputedKernel: KernelMatrix {
  package let count: Int
  package let diagonal: [Double]
  private let values: KernelBlocks
  /// Rows that were asked for, as many as memory holds, made when the first is.
  private lazy var rowCache = RowCache(
    stride: values.rows.stride, count: min(max(3, bytes / (4 * values.rows.stride)), max(3, count)))
  private let bytes: Int

  /// - Parameters:
  ///   - bytes: what rows that were asked for may take; at least three are kept.
  package init(_ rows: ProblemRows, kernel: Kernel, bytes: Int) {
    values = KernelBlocks(rows: rows, kernel: kernel)
    self.bytes = bytes
    count = rows.count
    diagonal = rows.diagonal(kernel)
  }

  package var isResident: Bool { false }

  package func row(_ index: Int) -> UnsafePointer<Float> {
    let (target, isThere) = rowCache.place(of: index)
    if !isThere {
      values.fill(target, [index], for: 0..<count)
      for column in count..<values.rows.stride { target[column] = 0 }
    }
    return UnsafePointer(target)
  }

  package func kernel(among chosen: [Int]) -> DenseKernel {
    let part = ProblemRows(values.rows.values.selecting(rows: chosen))
    let square = KernelMatrixBuffer(rows: chosen.count)
    square.fill(
      from: PairwiseTerms(part, distances: values.kernel.usesDistances, threads: Parallel.availableThreads),
      ranges: [0..<chosen.count], kernel: values.kernel)
    return DenseKernel(square, diagonal: chosen.map { diagonal[$0] })
  }

  /// For products of rows one pass over the features, without the rounding of kernel values.
  package func weightedSum(_ coefficients: [Double]) -> [Double] {
    guard values.kernel.kind != .linear else {
      return values.rows.timesFeatures(values.rows.weightedSum(coefficients))
    }
    let chosen = coefficients.indices.filter { coefficients[$0] != 0 }
    let blocks = (count + Self.blockRows - 1) / Self.blockRows
    let sums = Parallel.values(count: blocks, threads: Parallel.availableThreads) { [values, count] block in
      values.sums(
        of: chosen, coefficients, for: block * Self.blockRows..<min((block + 1) * Self.blockRows, count))
    }
    return Array(sums.joined())
  }

  /// The rows that sums are made for at a time.
  private static let blockRows = 1024
}

/// Kernel values between some rows of a problem and a range of them.
private struct KernelBlocks: Sendable {
  let rows: ProblemRows
  let kernel: Kernel
  /// The rows, for a kernel that uses distances.
  private let targets: DistanceTargets?

  /// The rows that values are made of at a time: with 1024 others they stay in the cache.
  private static let blockRows = 256

  init(rows: ProblemRows, kernel: Kernel) {
    self.rows = rows
    self.kernel = kernel
    targets = kernel.usesDistances ? DistanceTargets(rows.values) : nil
  }

  /// Σ coefficient · kernel value over chosen rows, for each row of a range, in double precision.
  func sums(of chosen: [Int], _ coefficients: [Double], for range: Range<Int>) -> [Double] {
    var sums = Array(repeating: 0.0, count: range.count)
    let values = UnsafeMutablePointer<Float>.allocate(capacity: Self.blockRows * range.count)
    defer { values.deallocate() }
    for first in stride(from: 0, to: chosen.count, by: Self.blockRows) {
      let block = Array(chosen[first..<min(first + Self.blockRows, chosen.count)])
      fill(values, block, for: range)
      for (place, row) in block.enumerated() {
        vectorRoutines.addScaled(values + place * range.count, coefficients[row], &sums, range.count)
      }
    }
    return sums
  }

  /// Sets the values of chosen rows with those of a range, `(chosen, range)`.
  func fill(_ values: UnsafeMutablePointer<Float>, _ chosen: [Int], for range: Range<Int>) {
    if let targets {
      let block = DistanceRows(rows.values.selecting(rows: chosen))
      block.distances(of: 0..<chosen.count, to: targets, range, into: values, stride: range.count)
    } else {
      fillProducts(values, chosen, for: range)
    }
    kernel.apply(to: values, values, count: chosen.count * range.count)
  }

  private func fillProducts(_ values: UnsafeMutablePointer<Float>, _ chosen: [Int], for range: Range<Int>) {
    let (width, source) = (Int32(rows.values.columns), rows.values.selecting(rows: chosen).values)
    let (rowCount, columns) = (Int32(chosen.count), Int32(range.count))
    var products = Array(repeating: 0.0, count: chosen.count * range.count)
    rows.values.values.withUnsafeBufferPointer { all in
      guard let others = all.baseAddress.map({ $0 + range.lowerBound * rows.values.columns }) else { return }
      if rowCount == 1 {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, columns, width, 1, others, width, source, 1, 0, &products, 1)
      } else {
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, rowCount, columns, width, 1, source, width, others, width, 0,
          &products, columns)
      }
    }
    for place in products.indices { values[place] = Float(products[place]) }
  }
}

/// Places for rows; a new row takes that of the one whose last use is the longest ago.
private final class RowCache {
  private let stride: Int
  private let values: UnsafeMutablePointer<Float>
  private var lineOfRow: [Int: Int] = [:]
  private var rowOfLine: [Int]
  /// The neighbors of each line in the order of use, as a ring through a last element that is no line.
  private var older: [Int]
  private var newer: [Int]

  init(stride: Int, count: Int) {
    self.stride = stride
    values = .allocate(capacity: count * stride)
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

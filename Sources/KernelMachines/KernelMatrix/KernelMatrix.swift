import COpenBLAS
import Learning
import VectorKernels
import Vectors

/// The kernel's values between the rows of a problem, row by row.
package protocol KernelMatrix: AnyObject {
  /// The number of rows.
  var count: Int { get }
  /// The kernel of each row with itself.
  var diagonal: [Double] { get }
  /// The values of a row, padded with zeros to a multiple of 16. They stay where they are until two other rows have been
  /// asked for.
  func row(_ index: Int) -> UnsafePointer<Float>
  /// Whether rows are in memory already.
  var isResident: Bool { get }
  /// The values between some rows.
  func kernel(among rows: [Int]) -> DenseKernel
  /// Σ coefficient · kernel row, in double precision.
  func weightedSum(_ coefficients: [Double]) -> [Double]
}

/// Rows of a problem with what products or distances between them need.
package final class ProblemRows: Sendable {
  /// `(rows, features)`.
  package let values: Matrix<Double>
  /// The product of each row with itself.
  let squares: [Double]

  package init(_ values: Matrix<Double>) {
    self.values = values
    squares = values.values.withUnsafeBufferPointer { all in
      (0..<values.rows).map { row in
        all[row * values.columns..<(row + 1) * values.columns].reduce(0) { $0 + $1 * $1 }
      }
    }
  }

  package var count: Int { values.rows }
  /// The length of a padded row.
  package var stride: Int { (count + 15) & ~15 }

  /// The products of some rows with all rows from the first of them on.
  package func products(
    of rows: Range<Int>, into products: inout [Double], _ body: (Int, UnsafeBufferPointer<Double>) -> Void
  ) {
    let (width, columns) = (values.columns, count - rows.lowerBound)
    if products.count < rows.count * columns { products = Array(repeating: 0, count: rows.count * columns) }
    values.values.withUnsafeBufferPointer { source in
      products.withUnsafeMutableBufferPointer { products in
        guard let source = source.baseAddress.map({ $0 + rows.lowerBound * width }), let target = products.baseAddress
        else { return }
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(columns), Int32(width), 1, source,
          Int32(width), source, Int32(width), 0, target, Int32(columns))
        for (index, row) in rows.enumerated() {
          body(row, UnsafeBufferPointer(start: target + index * columns, count: columns))
        }
      }
    }
  }

  /// The kernel with values that fit into single precision.
  func fitting(_ kernel: Kernel) -> Kernel {
    guard kernel.kind == .poly else { return kernel }
    var fitting = kernel
    fitting.divisor = squares.reduce(1) { largest, square in
      var (power, factor, left) = (1.0, abs(kernel.gamma * square) + abs(kernel.constant), kernel.degree)
      while left > 0 {
        power *= factor
        left -= 1
      }
      return max(largest, min(power, 1e200))
    }
    return fitting
  }

  /// The kernel of each row with itself.
  package func diagonal(_ kernel: Kernel) -> [Double] {
    squares.map { Double(Float(kernel.value(kernel.usesDistances ? 0 : $0))) }
  }
}

/// Room for a kernel's values between all rows of a problem, one after the other of problems that are not too large.
package final class KernelMatrixBuffer {
  /// Of the problem that is held, 0 for none.
  package private(set) var stride = 0
  package let values: UnsafeMutablePointer<Float>
  private let maxRows: Int

  /// How many rows are filled before they are mirrored.
  private static let mirroredRows = 32

  /// - Parameter rows: the most of any problem.
  package init(rows: Int) {
    maxRows = rows
    values = .allocate(alignedCapacity: rows * ((rows + 15) & ~15))
  }

  /// Makes the values those of a problem of so many rows; all but the padding are to be written.
  fileprivate func hold(rows: Int) {
    precondition(rows <= maxRows)
    stride = (rows + 15) & ~15
    for row in 0..<rows { (values + row * stride + rows).initialize(repeating: 0, count: stride - rows) }
  }

  deinit { values.deallocate() }

  /// Sets the kernel's values between rows, given as ranges of the bases' rows that stand one after the other.
  package func fill(from bases: PairwiseTerms, ranges: [Range<Int>], kernel: Kernel) {
    let count = ranges.reduce(0) { $0 + $1.count }
    hold(rows: count)
    var row = 0
    for (place, range) in ranges.enumerated() {
      for index in range {
        let target = values + row * stride
        var column = row
        for others in [index..<range.upperBound] + ranges[(place + 1)...] {
          guard let source = bases.row(index, with: others).baseAddress else { continue }
          kernel.apply(to: source, target + column, count: others.count)
          column += others.count
        }
        row += 1
        // So often that what has been written is still in the cache.
        if row % Self.mirroredRows == 0 || row == count {
          let first = (row - 1) / Self.mirroredRows * Self.mirroredRows
          mirrorUpperHalf(values, rows: first..<row, count: count, stride: stride)
        }
      }
    }
  }
}

/// All kernel values of a problem at once.
package final class DenseKernel: KernelMatrix {
  package let count: Int
  package let diagonal: [Double]
  private let square: KernelMatrixBuffer

  package init(_ square: KernelMatrixBuffer, diagonal: [Double]) {
    count = diagonal.count
    self.square = square
    self.diagonal = diagonal
  }

  package var isResident: Bool { true }

  package func row(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(square.values + index * square.stride) }

  package func kernel(among rows: [Int]) -> DenseKernel { DenseKernel(copying: rows, of: self) }

  /// The values of another kernel between some rows.
  convenience init(copying rows: [Int], of kernel: any KernelMatrix) {
    let part = KernelMatrixBuffer(rows: rows.count)
    part.hold(rows: rows.count)
    rows.withUnsafeBufferPointer { rows in
      for (place, row) in rows.enumerated() {
        let (source, target) = (kernel.row(row), part.values + place * part.stride)
        for column in place..<rows.count { target[column] = source[rows[column]] }
      }
    }
    mirrorUpperHalf(part.values, rows: 0..<rows.count, count: rows.count, stride: part.stride)
    self.init(part, diagonal: rows.map { kernel.diagonal[$0] })
  }

  package func weightedSum(_ coefficients: [Double]) -> [Double] {
    var sums = Array(repeating: 0.0, count: count)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      // Four rows at a time: sums are read and written a quarter as often.
      let chosen = coefficients.indices.filter { coefficients[$0] != 0 }
      for first in Swift.stride(from: 0, to: chosen.count & ~3, by: 4) {
        let (a, b, c, d) = (chosen[first], chosen[first + 1], chosen[first + 2], chosen[first + 3])
        vectorRoutines.addScaledFour(
          (row(a), row(b), row(c), row(d)),
          SIMD4(coefficients[a], coefficients[b], coefficients[c], coefficients[d]), sums, count)
      }
      for index in chosen[(chosen.count & ~3)...] {
        vectorRoutines.addScaled(row(index), coefficients[index], sums, count)
      }
    }
    return sums
  }
}

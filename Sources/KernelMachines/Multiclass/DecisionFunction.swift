import Basics
import COpenBLAS
import Learning
import Vectors

/// Sums of kernel values over support vectors, each with a coefficient.
struct DecisionFunction: Sendable {
  /// Sums that look at one kernel's values.
  struct Part {
    var kernel: Kernel
    /// `(sums, support vectors)`.
    var coefficients: Matrix<Double>
    /// What each sum is compared with: on which side of it a sum is, is right whatever is left out.
    var offsets: [Double]
  }

  /// `(support vectors, features)`.
  private let support: Matrix<Double>
  /// The same, for kernels that use distances.
  private let targets: DistanceTargets?
  private let chunks: [Range<Int>]
  /// By part and chunk.
  private let shares: [[PartOfChunk]]
  /// By part what its sums are compared with, and by how much each may be wrong without what is left out.
  private let offsets: [[(value: Double, errorBound: Double)]]

  /// Rows whose products with support vectors are computed together.
  private static let blockRows = 64
  /// Support vectors that are looked at together: what they have with a block of rows stays in the cache.
  private static let chunkSize = 512

  /// - Parameter support: `(support vectors, features)`; products with them are shared by all parts.
  init(support: Matrix<Double>, parts: [Part]) {
    self.support = support
    let vectors = ProblemRows(support)
    let chunks = stride(from: 0, to: support.rows, by: Self.chunkSize).map {
      $0..<min($0 + Self.chunkSize, support.rows)
    }
    self.chunks = chunks
    shares = parts.map { part in
      let kernel = vectors.fitting(part.kernel)
      return chunks.map { PartOfChunk(part, kernel, $0) }
    }
    offsets = parts.map { part in
      part.offsets.enumerated().map { sum, offset in
        let largest = part.coefficients[row: sum].reduce(0) { max($0, abs($1)) }
        return (offset, 2 * Kernel.neglected * largest)
      }
    }
    targets = parts.contains { $0.kernel.usesDistances } ? DistanceTargets(support) : nil
  }

  /// For each part its sums for each row, `(rows, sums)`. What a row gets does not depend on its company.
  ///
  /// - Complexity: O(rows × support vectors × (features + parts + sums)), over all threads.
  func callAsFunction(_ rows: Matrix<Double>) -> [Matrix<Double>] {
    let starts = Array(stride(from: 0, to: rows.rows, by: Self.blockRows))
    let size = Self.blockRows * Self.chunkSize
    let blocks =
      (try? Parallel.map(
        count: starts.count, threads: Parallel.availableThreads, context: { Scratch(count: size) }
      ) { scratch, index -> [Matrix<Double>] in
        let block = starts[index]..<min(starts[index] + Self.blockRows, rows.rows)
        return sums(of: rows.selecting(rows: Array(block)), &scratch)
      }) ?? []
    return offsets.indices.map { part in
      Matrix(rows: rows.rows, columns: offsets[part].count, values: blocks.flatMap { $0[part].values })
    }
  }

  /// The sums of a block of rows.
  private func sums(of rows: Matrix<Double>, _ scratch: inout Scratch) -> [Matrix<Double>] {
    var results = offsets.map { Matrix(rows: rows.rows, columns: $0.count, repeating: 0.0) }
    let all = offsets.map { _ in Array(0..<rows.rows) }
    let left = add(rows, all, exact: false, to: &results, &scratch)
    // Where what was left out may decide on which side of its offset a sum is, nothing is.
    let doubtful = left.enumerated().map { part, left in
      left.filter { row in
        offsets[part].enumerated().contains { abs(results[part][row, $0] - $1.value) <= $1.errorBound }
      }
    }
    guard doubtful.contains(where: { !$0.isEmpty }) else { return results }
    for (part, rows) in doubtful.enumerated() {
      for row in rows { for sum in offsets[part].indices { results[part][row, sum] = 0 } }
    }
    _ = add(rows, doubtful, exact: true, to: &results, &scratch)
    return results
  }

  /// Adds up the sums of chosen rows, by part.
  ///
  /// - Parameter exact: whether support vectors that hardly count for a row are looked at, too.
  /// - Returns: the rows, by part, for which some were not.
  private func add(
    _ rows: Matrix<Double>, _ chosen: [[Int]], exact: Bool, to results: inout [Matrix<Double>],
    _ scratch: inout Scratch
  ) -> [[Int]] {
    let width = support.columns
    let distances = targets.map { (from: DistanceRows(rows), to: $0) }
    // Always as many, the last ones zeros: OpenBLAS goes other ways for other sizes.
    let padded =
      distances == nil
      ? rows.values + Array(repeating: 0, count: (Self.blockRows - rows.rows) * width) : []
    var isLeft = chosen.map { _ in Array(repeating: false, count: rows.rows) }
    for (place, chunk) in chunks.enumerated() {
      if let distances {
        scratch.bases.withUnsafeMutableBufferPointer { bases in
          guard let bases = bases.baseAddress else { return }
          distances.from.distances(
            of: 0..<rows.rows, to: distances.to, chunk, into: bases, stride: chunk.count)
        }
      } else {
        support.values.withUnsafeBufferPointer { support in
          guard let vectors = support.baseAddress.map({ $0 + chunk.lowerBound * width }) else { return }
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(Self.blockRows), Int32(chunk.count), Int32(width), 1,
            padded, Int32(width), vectors, Int32(width), 0, &scratch.products, Int32(chunk.count))
        }
        for place in 0..<rows.rows * chunk.count { scratch.bases[place] = Float(scratch.products[place]) }
      }
      for part in shares.indices {
        let share = shares[part][place]
        var crowded = chosen[part]
        if !exact {
          crowded = crowded.filter { row in
            guard share.addNear(&scratch, row: row, to: &results[part]) else { return true }
            isLeft[part][row] = true
            return false
          }
        }
        share.addAll(&scratch, crowded, of: Self.blockRows, to: &results[part])
      }
    }
    return isLeft.map { isLeft in isLeft.indices.filter { isLeft[$0] } }
  }

  /// What is written over again and again.
  fileprivate struct Scratch {
    /// Products or squared distances, `(rows, support vectors of a chunk)`.
    var bases: [Float]
    var values: [Float]
    var products: [Double]
    var near: [Int32]

    init(count: Int) {
      bases = Array(repeating: 0, count: count)
      products = Array(repeating: 0, count: count)
      values = Array(repeating: 0, count: chunkSize)
      near = Array(repeating: 0, count: chunkSize)
    }
  }
}

/// What a chunk of the support vectors gives to the sums of a part.
private struct PartOfChunk: Sendable {
  private let kernel: Kernel
  /// The sums that they have a coefficient in; a machine has none for those of other classes.
  private let sums: [Int]
  /// `(support vectors, sums)`.
  private let coefficients: Matrix<Double>
  /// The distance from which on they do not count, and how many may for a row of which the others are not looked at.
  private let reach: Float?
  private let maxNear: Int

  /// Of how many support vectors one may count, at most, for rows of which the others are not looked at.
  private static let sparseShare = 32

  init(_ part: DecisionFunction.Part, _ kernel: Kernel, _ chunk: Range<Int>) {
    let all = part.coefficients
    self.kernel = kernel
    sums = (0..<all.rows).filter { sum in chunk.contains { all[sum, $0] != 0 } }
    coefficients = Matrix(
      rows: chunk.count, columns: sums.count,
      values: chunk.flatMap { [sums] vector in sums.map { all[$0, vector] * kernel.divisor } })
    reach = kernel.reach(among: all.columns)
    maxNear = chunk.count / Self.sparseShare
  }

  /// Adds to some rows' sums what all vectors give, by products of as many rows as a block has.
  func addAll(
    _ scratch: inout DecisionFunction.Scratch, _ rows: [Int], of size: Int, to results: inout Matrix<Double>
  ) {
    guard !rows.isEmpty, !sums.isEmpty else { return }
    let (count, columns) = (coefficients.rows, Int32(sums.count))
    for place in 0..<size * count { scratch.products[place] = 0 }
    for row in rows {
      scratch.bases.withUnsafeBufferPointer { bases in
        guard let bases = bases.baseAddress else { return }
        kernel.apply(to: bases + row * count, &scratch.values, count: count)
      }
      scratch.products.withUnsafeMutableBufferPointer { products in
        for place in 0..<count { products[row &* count &+ place] = Double(scratch.values[place]) }
      }
    }
    var added = Array(repeating: 0.0, count: size * sums.count)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(size), columns, Int32(count), 1, scratch.products, Int32(count),
      coefficients.values, columns, 0, &added, columns)
    for row in rows {
      for (place, sum) in sums.enumerated() { results[row, sum] += added[row * sums.count + place] }
    }
  }

  /// Adds what the few vectors give that a row is near to; false if they are more.
  func addNear(_ scratch: inout DecisionFunction.Scratch, row: Int, to results: inout Matrix<Double>) -> Bool {
    guard let reach else { return false }
    let count = coefficients.rows
    let found = scratch.bases.withUnsafeBufferPointer { bases in
      scratch.near.withUnsafeMutableBufferPointer { near in
        guard let bases = bases.baseAddress, let near = near.baseAddress else { return 0 }
        return vectorRoutines.indicesBelow(reach, bases + row * count, count, near, maxNear)
      }
    }
    guard found <= maxNear else { return false }
    for vector in scratch.near[..<found] {
      var value = Float(0)
      kernel.apply(to: [scratch.bases[row * count + Int(vector)]], &value, count: 1)
      for (place, sum) in sums.enumerated() { results[row, sum] += Double(value) * coefficients[Int(vector), place] }
    }
    return true
  }
}

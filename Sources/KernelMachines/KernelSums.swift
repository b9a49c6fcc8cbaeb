import Basics
import COpenBLAS
import Learning

/// Sums of kernel values over support vectors, each with a coefficient.
struct KernelSums: Sendable {
  /// Sums that look at one kernel's values.
  struct Part {
    var kernel: Kernel
    /// `(sums, support vectors)`.
    var coefficients: Matrix<Double>
  }

  /// `(support vectors, features)`.
  private let support: Matrix<Double>
  /// The same, for kernels that use distances.
  private let distanceRows: DistanceRows?
  private let chunks: [Range<Int>]
  /// By part and chunk.
  private let shares: [[PartOfChunk]]
  /// By part.
  private let sumCounts: [Int]

  /// Rows whose products with support vectors are computed together. Always as many, the last ones zeros, so that what a
  /// row gets does not depend on its company: OpenBLAS goes other ways for other sizes.
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
    shares = parts.map { part in chunks.map { PartOfChunk(part, $0, vectors) } }
    sumCounts = parts.map(\.coefficients.rows)
    distanceRows = parts.contains { $0.kernel.usesDistances } ? DistanceRows(support) : nil
  }

  /// For each part its sums for each row, `(rows, sums)`.
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
        return sums(of: rows, block, &scratch)
      }) ?? []
    return sumCounts.indices.map { part in
      Matrix(rows: rows.rows, columns: sumCounts[part], values: blocks.flatMap { $0[part].values })
    }
  }

  private func sums(of rows: Matrix<Double>, _ block: Range<Int>, _ scratch: inout Scratch) -> [Matrix<Double>] {
    let width = support.columns
    var padded = Matrix(rows: Self.blockRows, columns: width, repeating: 0.0)
    padded.values.replaceSubrange(
      0..<block.count * width, with: rows.values[block.lowerBound * width..<block.upperBound * width])
    let distances = distanceRows.map { (from: DistanceRows(padded), to: $0) }
    var results = sumCounts.map { Matrix(rows: block.count, columns: $0, repeating: 0.0) }
    for (place, chunk) in chunks.enumerated() {
      if let distances {
        scratch.bases.withUnsafeMutableBufferPointer { bases in
          guard let bases = bases.baseAddress else { return }
          distances.from.distances(
            of: 0..<Self.blockRows, to: distances.to, chunk, into: bases, stride: chunk.count)
        }
      } else {
        support.values.withUnsafeBufferPointer { support in
          guard let vectors = support.baseAddress.map({ $0 + chunk.lowerBound * width }) else { return }
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(Self.blockRows), Int32(chunk.count), Int32(width), 1,
            padded.values, Int32(width), vectors, Int32(width), 0, &scratch.products, Int32(chunk.count))
        }
        for place in 0..<Self.blockRows * chunk.count { scratch.bases[place] = Float(scratch.products[place]) }
      }
      for part in shares.indices { shares[part][place].add(&scratch, of: Self.blockRows, to: &results[part]) }
    }
    return results
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
      values = bases
      products = Array(repeating: 0, count: count)
      near = Array(repeating: 0, count: count)
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
  private let mostNear: Int

  /// Of how many support vectors one may count, at most, for rows of which the others are not looked at.
  private static let sparseShare = 32

  init(_ part: KernelSums.Part, _ chunk: Range<Int>, _ vectors: ProblemRows) {
    let all = part.coefficients
    kernel = vectors.fitting(part.kernel)
    sums = (0..<all.rows).filter { sum in chunk.contains { all[sum, $0] != 0 } }
    coefficients = Matrix(
      rows: chunk.count, columns: sums.count,
      values: chunk.flatMap { [sums, kernel] vector in sums.map { all[$0, vector] * kernel.divisor } })
    reach = kernel.reach(among: all.columns)
    mostNear = chunk.count / Self.sparseShare
  }

  /// Adds to the sums of some rows, which others fill up to `size`, what scratch's bases make of them.
  func add(_ scratch: inout KernelSums.Scratch, of size: Int, to results: inout Matrix<Double>) {
    guard !sums.isEmpty else { return }
    var crowded: [Int] = []
    for row in 0..<results.rows where !addNear(&scratch, row: row, to: &results) { crowded.append(row) }
    guard !crowded.isEmpty else { return }
    let (count, columns) = (coefficients.rows, Int32(sums.count))
    kernel.apply(to: scratch.bases, &scratch.values, count: size * count)
    scratch.products.withUnsafeMutableBufferPointer { products in
      scratch.values.withUnsafeBufferPointer { values in
        for place in 0..<size &* count { products[place] = Double(values[place]) }
      }
    }
    var added = Array(repeating: 0.0, count: size * sums.count)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(size), columns, Int32(count), 1, scratch.products, Int32(count),
      coefficients.values, columns, 0, &added, columns)
    for row in crowded {
      for (place, sum) in sums.enumerated() {
        results[row, sum] += added[row * sums.count + place]
      }
    }
  }

  /// Adds what the few vectors give that a row is near to; false if they are more.
  private func addNear(_ scratch: inout KernelSums.Scratch, row: Int, to results: inout Matrix<Double>) -> Bool {
    guard let reach else { return false }
    let count = coefficients.rows
    let found = scratch.bases.withUnsafeBufferPointer { bases in
      scratch.near.withUnsafeMutableBufferPointer { near in
        guard let bases = bases.baseAddress, let near = near.baseAddress else { return 0 }
        return vectorRoutines.indicesBelow(reach, bases + row * count, count, near, mostNear)
      }
    }
    guard found <= mostNear else { return false }
    for vector in scratch.near[..<found] {
      var value = Float(0)
      kernel.apply(to: [scratch.bases[row * count + Int(vector)]], &value, count: 1)
      for (place, sum) in sums.enumerated() { results[row, sum] += Double(value) * coefficients[Int(vector), place] }
    }
    return true
  }
}

import COpenBLAS
import Learning

/// Sums of kernel values over support vectors, each with a coefficient.
struct KernelSums {
  /// Sums that look at one kernel's values.
  struct Part {
    var kernel: Kernel
    /// `(sums, support vectors)`.
    var coefficients: Matrix<Double>
  }

  /// `(support vectors, features)`.
  let support: Matrix<Double>
  let parts: [Part]

  /// Rows whose products with all support vectors are computed together. Always as many, the last ones zeros, so that what a
  /// row gets does not depend on its company: OpenBLAS goes other ways for other sizes.
  private static let blockRows = 64

  /// For each part its sums for each row, `(rows, sums)`. Products with the support vectors are shared by all parts.
  ///
  /// - Complexity: O(rows × support vectors × (features + parts + sums)).
  func callAsFunction(_ rows: Matrix<Double>) -> [Matrix<Double>] {
    var results = parts.map { Matrix(rows: rows.rows, columns: $0.coefficients.rows, repeating: 0.0) }
    let (width, count) = (support.columns, support.rows)
    guard count > 0 else { return results }
    let vectors = ProblemRows(support)
    let parts = parts.map { part in
      let kernel = vectors.fitting(part.kernel)
      let coefficients = part.coefficients.values.map { $0 * kernel.divisor }
      return Part(
        kernel: kernel,
        coefficients: Matrix(rows: part.coefficients.rows, columns: part.coefficients.columns, values: coefficients))
    }
    let distanceRows = parts.contains { $0.kernel.usesDistances } ? DistanceRows(support) : nil
    var products = Array(repeating: 0.0, count: Self.blockRows * count)
    var bases = Array(repeating: Float(0), count: Self.blockRows * count)
    var values = bases
    var padded = Matrix(rows: Self.blockRows, columns: width, repeating: 0.0)
    for first in stride(from: 0, to: rows.rows, by: Self.blockRows) {
      let block = min(Self.blockRows, rows.rows - first)
      padded.values.replaceSubrange(0..<block * width, with: rows.values[first * width..<(first + block) * width])
      for place in block * width..<padded.values.count { padded.values[place] = 0 }
      if let distanceRows {
        bases.withUnsafeMutableBufferPointer { bases in
          guard let bases = bases.baseAddress else { return }
          DistanceRows(padded).distances(
            of: 0..<Self.blockRows, to: distanceRows, 0..<count, into: bases, stride: count)
        }
      } else {
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(Self.blockRows), Int32(count), Int32(width), 1, padded.values,
          Int32(width), support.values, Int32(width), 0, &products, Int32(count))
        for place in 0..<block * count { bases[place] = Float(products[place]) }
      }
      for (index, part) in parts.enumerated() {
        part.kernel.apply(to: bases, &values, count: block * count)
        products.withUnsafeMutableBufferPointer { products in
          values.withUnsafeBufferPointer { values in
            for place in 0..<block &* count { products[place] = Double(values[place]) }
          }
        }
        let sums = part.coefficients.rows
        var result = Array(repeating: 0.0, count: Self.blockRows * sums)
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(Self.blockRows), Int32(sums), Int32(count), 1, products,
          Int32(count), part.coefficients.values, Int32(count), 0, &result, Int32(sums))
        results[index].values.replaceSubrange(
          first * sums..<(first + block) * sums, with: result[..<(block * sums)])
      }
    }
    return results
  }
}

/// Shifts and stretches features, each by what the training rows say.
public struct FeatureScaler: Hashable, Sendable {
  /// What features are brought to.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// As they are.
    case none
    /// Mean 0 and standard deviation 1 over the training rows, as scikit-learn's `StandardScaler`.
    case standard
    /// From 0 to 1 over the training rows, as scikit-learn's `MinMaxScaler`.
    case minmax
  }

  /// What is taken off each feature.
  public let offsets: [Double]
  /// What each feature is then multiplied by.
  public let factors: [Double]

  /// A scaler from its parts.
  package init(offsets: [Double], factors: [Double]) {
    self.offsets = offsets
    self.factors = factors
  }

  /// Learns from rows, `(rows, features)`; a feature that is the same everywhere is only shifted. Missing values (NaN) teach
  /// nothing, as in scikit-learn, and stay missing; a feature that has no other stays as it is.
  ///
  /// - Complexity: O(rows × features).
  public init(_ method: Method, rows: Matrix<Float>) {
    self.init(method, rows: rows, training: Array(0..<rows.rows), columns: 0..<rows.columns)
  }

  /// Learns from some of the rows how to scale some of the columns.
  package init(_ method: Method, rows: Matrix<Float>, training: [Int], columns: Range<Int>) {
    var lowest = Array(repeating: Double.infinity, count: columns.count)
    var highest = Array(repeating: -Double.infinity, count: columns.count)
    var means = Array(repeating: 0.0, count: columns.count)
    var variances = means
    var counts = means
    for row in training {
      for column in means.indices {
        let value = Double(rows[row, columns.lowerBound + column])
        guard !value.isNaN else { continue }
        lowest[column] = min(lowest[column], value)
        highest[column] = max(highest[column], value)
        means[column] += value
        counts[column] += 1
      }
    }
    for column in means.indices where counts[column] == 0 {
      (lowest[column], highest[column], counts[column]) = (0, 0, 1)
    }
    for column in means.indices { means[column] /= counts[column] }
    for row in training {
      for column in means.indices {
        let difference = Double(rows[row, columns.lowerBound + column]) - means[column]
        if !difference.isNaN { variances[column] += difference * difference }
      }
    }
    switch method {
    case .none:
      offsets = Array(repeating: 0, count: columns.count)
      factors = Array(repeating: 1, count: columns.count)
    case .standard:
      offsets = means
      factors = zip(lowest, highest).enumerated().map { column, range in
        range.0 < range.1 ? 1 / (variances[column] / counts[column]).squareRoot() : 1
      }
    case .minmax:
      offsets = lowest
      factors = zip(lowest, highest).map { $0 < $1 ? 1 / ($1 - $0) : 1 }
    }
  }

  /// This scaler with all that it gives multiplied by a number.
  package func weighted(by weight: Double) -> FeatureScaler {
    FeatureScaler(offsets: offsets, factors: factors.map { $0 * weight })
  }

  /// This scaler with another origin: the means of the training rows, `(rows, features)`, become 0.
  package func centered(on rows: Matrix<Float>) -> FeatureScaler {
    FeatureScaler(offsets: FeatureScaler(.standard, rows: rows).offsets, factors: factors)
  }

  /// Scaled rows, `(rows, features)`.
  package func scaled(_ rows: Matrix<Float>) -> Matrix<Double> {
    let values = [Double](unsafeUninitializedCapacity: rows.values.count) { values, count in
      scale(rows, 0..<rows.columns, into: values, stride: rows.columns, at: 0)
      count = rows.values.count
    }
    return Matrix(rows: rows.rows, columns: rows.columns, values: values)
  }

  /// Writes columns of `rows`, scaled, to those of `target` that begin with `first`.
  func scale(_ rows: Matrix<Float>, _ columns: Range<Int>, into target: inout Matrix<Float>, at first: Int) {
    let stride = target.columns
    target.values.withUnsafeMutableBufferPointer { scale(rows, columns, into: $0, stride: stride, at: first) }
  }

  /// Writes columns of `rows`, scaled, to those of a table with rows of `stride` numbers that begin with `first`.
  @inline(__always)
  private func scale<Scalar: BinaryFloatingPoint>(
    _ rows: Matrix<Float>, _ columns: Range<Int>, into target: UnsafeMutableBufferPointer<Scalar>, stride: Int,
    at first: Int
  ) {
    rows.values.withUnsafeBufferPointer { source in
      offsets.withUnsafeBufferPointer { offsets in
        factors.withUnsafeBufferPointer { factors in
          for row in 0..<rows.rows {
            let (from, to) = (row &* rows.columns &+ columns.lowerBound, row &* stride &+ first)
            for column in 0..<columns.count {
              target[to &+ column] = Scalar((Double(source[from &+ column]) - offsets[column]) * factors[column])
            }
          }
        }
      }
    }
  }
}

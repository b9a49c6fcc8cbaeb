import COpenBLAS
import Vectors

/// Principal component analysis: directions of largest variance and projections onto them.
///
/// The directions are found by subspace iteration from random ones (Halko, Martinsson & Tropp 2011,
/// doi:10.1137/090771806). Stages of features weigh alike, or as they are told to: each is first divided by the square root of
/// its total variance. In the end all is multiplied by one number, so that the learned rows have a mean length of 1 and a kernel's γ means the
/// same whatever the features are. Directions and rows seen along them are rounded to 16 bits, which their digits are worth
/// and which halves a model's file.
public struct PrincipalComponents: Hashable, Sendable {
  /// What is to be learned.
  public struct Settings: Hashable, Sendable {
    /// How many directions; fewer if features or rows do not give as many.
    public let count: Int
    /// The columns of each stage of features, each beginning where the one before ends; others are not looked at.
    public let stages: [Range<Int>]
    /// The square root of each stage's total variance before directions are sought.
    public let weights: [Double]
    /// What columns are brought to before that.
    public let scale: FeatureScaler.Method
    /// The seed of the first directions.
    public let seed: UInt64

    /// Settings from their parts; stages weigh alike if nothing is said.
    ///
    /// - Precondition: one direction or more, a finite weight above 0 for every stage.
    public init(
      count: Int, stages: [Range<Int>], weights: [Double]? = nil, scale: FeatureScaler.Method = .none, seed: UInt64
    ) {
      precondition(count > 0, "one direction or more")
      precondition(
        weights.map { $0.count == stages.count && $0.allSatisfy { $0 > 0 && $0.isFinite } } ?? true,
        "a finite weight above 0 for every stage")
      self.count = count
      self.stages = stages
      self.weights = weights ?? stages.map { _ in 1 }
      self.scale = scale
      self.seed = seed
    }
  }

  /// The directions, of length 1, `(directions, features)`.
  package let units: [Float16]
  /// What each feature is multiplied by.
  package let factors: [Float]
  /// What is taken off along each direction.
  package let offsets: [Float]
  /// Units with their factors.
  private let directions: PackedRows

  /// - Precondition: a unit for each offset and factor.
  package init(units: [Float16], factors: [Float], offsets: [Float]) {
    self.units = units
    self.factors = factors
    self.offsets = offsets
    let values = units.enumerated().map { Float($1) * factors[$0 % factors.count] }
    directions = PackedRows(values, count: offsets.count, width: factors.count)
  }

  /// The features that a row must have.
  public var featureCount: Int { factors.count }

  /// The number of directions.
  public var count: Int { offsets.count }

  /// Directions beyond those asked for, which make these more exact.
  static let oversampling = 20
  private static let iterations = 4
  private static let appliedRows = 64
  /// Rows that are worked with at a time.
  static let blockRows = 1024

  /// Learns from some rows of `(rows, columns)`; the features are the columns of the stages.
  ///
  /// - Throws: `DataError` when the rows are all the same, and for missing values.
  /// - Complexity: O(rows × features × directions).
  public init(_ settings: Settings, rows: Matrix<Float>, training: [Int]) throws {
    BLASThreads.useOne()
    guard let columns = settings.stages.consecutive else { preconditionFailure("stages one after the other") }
    guard !rows.hasMissingValues(training, columns) else {
      throw DataError(
        "pca does not accept missing values; gradient_boosting without pca does")
    }
    let width = columns.count
    let tried = min(settings.count + Self.oversampling, width, max(1, training.count))
    let moments = Moments(rows: rows, training: training, columns: columns)
    let scales =
      settings.scale == .none
      ? Array(repeating: 1, count: width)
      : FeatureScaler(settings.scale, rows: rows, training: training, columns: columns).factors
    var factors = Array(repeating: Float(0), count: width)
    for (stage, weight) in zip(settings.stages, settings.weights) {
      let places = stage.map { $0 - columns.lowerBound }
      let variance = places.reduce(0) { $0 + moments.variances[$1] * scales[$1] * scales[$1] }
      if variance > 1e-30 {
        for place in places { factors[place] = Float(weight * scales[place] / variance.squareRoot()) }
      }
    }
    let source = RowBlocks(
      rows: rows, chosen: training, columns: columns, means: moments.means.map(Float.init), factors: factors)

    var random = KeyedRandom(seed: settings.seed)
    var basis = (0..<tried * width).map { _ in Float(random.unit() - 0.5) }
    Self.orthonormalize(&basis, count: tried, width: width)
    for _ in 0..<Self.iterations {
      var next = Array(repeating: Float(0), count: tried * width)
      source.forEach { block, count in
        let seen = Self.product(block, count, basis, tried, width)
        cblas_sgemm(
          CblasRowMajor, CblasTrans, CblasNoTrans, Int32(tried), Int32(width), Int32(count), 1, seen, Int32(tried),
          block, Int32(width), 1, &next, Int32(width))
      }
      guard next.contains(where: { $0 != 0 }) else { throw DataError("pca: all rows are the same") }
      basis = next
      Self.orthonormalize(&basis, count: tried, width: width)
    }

    var covariance = Array(repeating: 0.0, count: tried * tried)
    source.forEach { block, count in
      let seen = Self.product(block, count, basis, tried, width).map(Double.init)
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasTrans, Int32(tried), Int32(count), 1, seen, Int32(tried), 1, &covariance,
        Int32(tried))
    }
    // Eigenvectors come by rising eigenvalue, each in a row of its own.
    var values = Array(repeating: 0.0, count: tried)
    var (order, size, info) = (Int32(tried), Int32(max(1, 64 * tried)), Int32(0))
    var work = Array(repeating: 0.0, count: Int(size))
    dsyev_("V", "L", &order, &covariance, &order, &values, &work, &size, &info)
    guard info == 0 else { throw DataError("pca: the directions do not converge") }
    // Directions along which rows do not differ would only show rounding.
    let wanted = max(1, values.suffix(settings.count).count { $0 > 1e-9 * (values.last ?? 0) })
    let turn = (0..<wanted).flatMap { place -> [Float] in
      let row = tried - 1 - place
      let vector = covariance[row * tried..<(row + 1) * tried].map(Float.init)
      // The sign is free; the largest part is positive, so that the same rows give the same directions.
      let largest = vector.max { abs($0) < abs($1) } ?? 1
      return largest < 0 ? vector.map { -$0 } : vector
    }
    var directions = Array(repeating: Float(0), count: wanted * width)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(wanted), Int32(width), Int32(tried), 1, turn, Int32(tried),
      basis,
      Int32(width), 0, &directions, Int32(width))

    let units = directions.map { Float16($0) }
    directions = units.map(Float.init)
    var lengths = 0.0
    source.forEach { block, count in
      let seen = Self.product(block, count, directions, wanted, width)
      for row in 0..<count {
        lengths += seen[row * wanted..<(row + 1) * wanted].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      }
    }
    let scale = lengths > 0 ? Float(Double(training.count) / lengths) : 1
    let scaled = factors.map { $0 * scale }
    self.init(
      units: units, factors: scaled,
      offsets: (0..<wanted).map { row in
        Float(
          (0..<width).reduce(0) {
            $0 + Double(directions[row * width + $1] * scaled[$1]) * moments.means[$1]
          })
      })
  }

  /// Rows seen along the directions, `(rows, directions)`.
  ///
  /// - Throws: `DataError` when the rows have another number of features or missing values.
  public func applied(to rows: Matrix<Float>) throws -> Matrix<Float> {
    guard rows.columns == featureCount else {
      throw DataError("model expects \(featureCount) features, input has \(rows.columns)")
    }
    var seen = Matrix(rows: rows.rows, columns: count, repeating: Float(0))
    try apply(to: rows, 0..<rows.columns, into: &seen, at: 0)
    return seen
  }

  /// Writes columns of `rows`, seen along the directions, multiplied by a weight and rounded to 16 bits, to those of `target`
  /// that begin with `first`. Where a weight is so small that 16 bits would leave few digits, rounding comes before it.
  ///
  /// - Throws: `DataError` for missing values.
  func apply(
    to rows: Matrix<Float>, _ columns: Range<Int>, weight: Double = 1, into target: inout Matrix<Float>, at first: Int
  ) throws {
    guard !rows.hasMissingValues(0..<rows.rows, columns) else {
      throw DataError("pca: rows with missing values have no components")
    }
    let (count, weight) = (directions.count, Float(weight))
    let isSmall = weight < Self.minHalfWeight
    var products = Array(repeating: Float(0), count: Self.appliedRows * count)
    for start in stride(from: 0, to: rows.rows, by: Self.appliedRows) {
      let block = min(Self.appliedRows, rows.rows - start)
      rows.values.withUnsafeBufferPointer { values in
        products.withUnsafeMutableBufferPointer { products in
          guard let values = values.baseAddress, let products = products.baseAddress else { return }
          directions.products(
            of: values + (start * rows.columns + columns.lowerBound), block, rowStride: rows.columns, with: 0..<count,
            into: products, stride: count)
        }
      }
      for row in 0..<block {
        for place in 0..<count {
          let value = products[row * count + place] - offsets[place]
          target[start + row, first + place] = isSmall ? Self.rounded(value) * weight : Self.rounded(value * weight)
        }
      }
    }
  }

  /// Learned rows have a mean length of 1; with this weight the steps of 16 bits near 0 are 2⁻¹⁴ of that.
  private static let minHalfWeight: Float = 0x1p-10

  /// A number in 16 bits, if it is not too large for them.
  private static func rounded(_ value: Float) -> Float {
    let half = Float16(value)
    return half.isFinite ? Float(half) : value
  }

  /// `(count × width)` times the transpose of `(directions × width)`.
  private static func product(
    _ block: [Float], _ count: Int, _ directions: [Float], _ directionCount: Int, _ width: Int
  ) -> [Float] {
    var seen = Array(repeating: Float(0), count: count * directionCount)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(directionCount), Int32(width), 1, block,
      Int32(width), directions, Int32(width), 0, &seen, Int32(directionCount))
    return seen
  }

  /// Makes rows of a basis perpendicular and of length 1: Householder reflections of its columns, as LAPACK sees them.
  private static func orthonormalize(_ basis: inout [Float], count: Int, width: Int) {
    var (rows, columns, size, info) = (Int32(width), Int32(count), Int32(64 * count), Int32(0))
    var scalars = Array(repeating: Float(0), count: count)
    var work = Array(repeating: Float(0), count: Int(size))
    sgeqrf_(&rows, &columns, &basis, &rows, &scalars, &work, &size, &info)
    sorgqr_(&rows, &columns, &columns, &basis, &rows, &scalars, &work, &size, &info)
  }
}

extension Matrix<Float> {
  /// Whether a value is missing (NaN) in some columns of some rows.
  fileprivate func hasMissingValues(_ chosen: some Sequence<Int>, _ columns: Range<Int>) -> Bool {
    values.withUnsafeBufferPointer { values in
      chosen.contains { row in
        let base = row * self.columns
        return values[base + columns.lowerBound..<base + columns.upperBound].contains(where: \.isNaN)
      }
    }
  }
}

/// Means and variances of the columns of some rows.
private struct Moments {
  var means: [Double]
  var variances: [Double]

  init(rows: Matrix<Float>, training: [Int], columns: Range<Int>) {
    let (width, stride, first) = (columns.count, rows.columns, columns.lowerBound)
    var sums = Array(repeating: 0.0, count: width)
    var squares = sums
    rows.values.withUnsafeBufferPointer { values in
      for row in training {
        for column in 0..<width { sums[column] += Double(values[row &* stride &+ first &+ column]) }
      }
      for column in 0..<width { sums[column] /= Double(max(1, training.count)) }
      for row in training {
        for column in 0..<width {
          let difference = Double(values[row &* stride &+ first &+ column]) - sums[column]
          squares[column] += difference * difference
        }
      }
    }
    means = sums
    variances = squares.map { $0 / Double(max(1, training.count)) }
  }
}

/// Chosen rows, centered and multiplied, a block at a time, so that no second copy of all is needed.
private struct RowBlocks {
  let rows: Matrix<Float>
  let chosen: [Int]
  let columns: Range<Int>
  let means: [Float]
  let factors: [Float]

  func forEach(_ body: ([Float], Int) -> Void) {
    let width = columns.count
    var block = Array(repeating: Float(0), count: min(PrincipalComponents.blockRows, chosen.count) * width)
    for first in stride(from: 0, to: chosen.count, by: PrincipalComponents.blockRows) {
      let count = min(PrincipalComponents.blockRows, chosen.count - first)
      rows.values.withUnsafeBufferPointer { source in
        block.withUnsafeMutableBufferPointer { block in
          means.withUnsafeBufferPointer { means in
            factors.withUnsafeBufferPointer { factors in
              for index in 0..<count {
                let base = chosen[first + index] &* rows.columns &+ columns.lowerBound
                for column in 0..<width {
                  block[index &* width &+ column] = (source[base &+ column] - means[column]) * factors[column]
                }
              }
            }
          }
        }
      }
      body(block, count)
    }
  }
}

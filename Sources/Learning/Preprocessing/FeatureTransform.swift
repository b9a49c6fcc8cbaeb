/// What features become before a learner sees them: the numbers of each stage in their own way, side by side, and all of them
/// together reduced to principal components. All of it is learned from training rows.
public struct FeatureTransform: Hashable, Sendable {
  /// What is to be learned.
  public struct Settings: Hashable, Sendable {
    /// A stage and what becomes of its numbers.
    public struct Stage: Hashable, Sendable {
      /// Its columns in the table of features.
      public var columns: Range<Int>
      /// What becomes of them.
      public var options: FeatureSetOptions

      /// A stage from its parts.
      public init(columns: Range<Int>, options: FeatureSetOptions = FeatureSetOptions()) {
        self.columns = columns
        self.options = options
      }
    }

    /// The stages that are looked at, side by side; other columns of the table are not.
    public var stages: [Stage]
    /// How many principal components all stages together are reduced to; `nil` for none. Stages weigh by their weights,
    /// whatever their size.
    public var componentCount: Int?
    /// The seed of principal components.
    public var seed: UInt64

    /// Settings from their parts.
    public init(stages: [Stage], componentCount: Int? = nil, seed: UInt64 = 0) {
      self.stages = stages
      self.componentCount = componentCount
      self.seed = seed
    }

    /// The columns of each stage.
    package var columns: [Range<Int>] { stages.map(\.columns) }

    /// Whether features stay as they are, so that there is nothing to be learned.
    public var areNone: Bool { componentCount == nil && stages.allSatisfy(\.options.areNone) }

    /// What transforms of a table take that are learned from it: `shared`, all that they hold; `eachThread`, what one is
    /// learned with.
    package func memory(rows: Int) -> FitMemory {
      // Directions are held as 16-bit and as 32-bit floats; a block of rows and bases are worked with.
      func components(_ count: Int?, of width: Int) -> FitMemory {
        guard let count = count.map({ min($0, width) }) else { return FitMemory() }
        let worked = min(rows, PrincipalComponents.blockRows) + 3 * (count + PrincipalComponents.oversampling)
        return FitMemory(shared: 6 * count * width, eachThread: 4 * worked * width)
      }
      let parts =
        stages.map { components($0.options.componentCount, of: $0.columns.count) }
        + [components(componentCount, of: stages.reduce(0) { $0 + ($1.options.componentCount ?? $1.columns.count) })]
      return FitMemory(
        shared: parts.reduce(0) { $0 + $1.shared }, eachThread: parts.map(\.eachThread).max() ?? 0)
    }

    /// The most features that a learner may see.
    package var maxFeatureCount: Int {
      componentCount ?? stages.reduce(0) { $0 + ($1.options.componentCount ?? $1.columns.count) }
    }
  }

  /// What the numbers of one stage become.
  package enum Map: Hashable, Sendable {
    case unchanged(count: Int)
    /// Shifted and stretched, a weight within the factors.
    case scaled(FeatureScaler)
    case reduced(PrincipalComponents, weight: Double)

    /// The numbers that come in.
    package var featureCount: Int {
      switch self {
      case .unchanged(let count): count
      case .scaled(let scaler): scaler.offsets.count
      case .reduced(let components, _): components.featureCount
      }
    }

    /// The numbers that go out.
    package var count: Int {
      if case .reduced(let components, _) = self { components.count } else { featureCount }
    }

    package var isUnchanged: Bool { if case .unchanged = self { true } else { false } }
  }

  /// What the numbers of each stage become.
  package let stages: [Map]
  /// What all of them together are reduced to; `nil` for none.
  public let components: PrincipalComponents?

  /// - Precondition: components of as many features as the stages give.
  package init(stages: [Map], components: PrincipalComponents? = nil) {
    precondition(
      components.map { $0.featureCount == stages.reduce(0) { $0 + $1.count } } ?? true, "components of all stages")
    self.stages = stages
    self.components = components
  }

  /// The features that a row must have.
  public var featureCount: Int { stages.reduce(0) { $0 + $1.featureCount } }

  /// The features that a learner sees.
  public var count: Int { components?.count ?? stages.reduce(0) { $0 + $1.count } }

  /// Whether each feature that a learner sees is one of a face's own, shifted and stretched.
  public var keepsFeaturesApart: Bool {
    components == nil && stages.allSatisfy { if case .reduced = $0 { false } else { true } }
  }

  /// Learns from some rows of a table of features, `(rows, columns)`.
  ///
  /// - Parameter fits: components that other transforms of the same table have in common with this one.
  /// - Throws: `DataError` when principal components are wanted of rows that are all the same or have missing values.
  /// - Complexity: O(rows × features × components).
  package init(_ settings: Settings, rows: Matrix<Float>, training: [Int], fits: FeatureSetFits = FeatureSetFits())
    throws
  {
    let maps = try settings.stages.map { stage -> Map in
      let options = stage.options
      if let count = options.componentCount {
        let wanted = PrincipalComponents.Settings(
          count: count, stages: [stage.columns], scale: options.scale, seed: settings.seed)
        return .reduced(try fits.components(wanted, rows: rows, training: training), weight: options.weight)
      }
      if options.areNone { return .unchanged(count: stage.columns.count) }
      let scaler = FeatureScaler(options.scale, rows: rows, training: training, columns: stage.columns)
      return .scaled(scaler.weighted(by: options.weight))
    }
    guard let count = settings.componentCount else {
      self.init(stages: maps)
      return
    }
    if maps.allSatisfy(\.isUnchanged), settings.columns.consecutive != nil {
      let wanted = PrincipalComponents.Settings(count: count, stages: settings.columns, seed: settings.seed)
      self.init(stages: maps, components: try fits.components(wanted, rows: rows, training: training))
      return
    }
    let wanted = PrincipalComponents.Settings(
      count: count, stages: .consecutive(maps.map(\.count)), weights: settings.stages.map(\.options.weight),
      seed: settings.seed)
    let sideBySide = try FeatureTransform(stages: maps).applied(to: rows, columns: settings.columns)
    self.init(stages: maps, components: try PrincipalComponents(wanted, rows: sideBySide, training: training))
  }

  /// What a learner sees of rows, `(rows, features)`.
  ///
  /// - Throws: `DataError` when the rows have another number of features, or principal components are wanted of missing values.
  public func applied(to rows: Matrix<Float>) throws -> Matrix<Float> {
    guard rows.columns == featureCount else {
      throw DataError("model expects \(featureCount) features, input has \(rows.columns)")
    }
    return try applied(to: rows, columns: .consecutive(stages.map(\.featureCount)))
  }

  /// What a learner sees of the rows of a table in which the stages have these columns.
  ///
  /// - Throws: `DataError` when principal components are wanted of missing values.
  package func applied(to rows: Matrix<Float>, columns: [Range<Int>]) throws -> Matrix<Float> {
    var seen: Matrix<Float>
    if let components, stages.allSatisfy(\.isUnchanged), let range = columns.consecutive {
      seen = Matrix(rows: rows.rows, columns: components.count, repeating: 0)
      try components.apply(to: rows, range, into: &seen, at: 0)
      return seen
    }
    let places = [Range<Int>].consecutive(stages.map(\.count))
    seen = Matrix(rows: rows.rows, columns: places.last?.upperBound ?? 0, repeating: 0)
    for (map, (source, place)) in zip(stages, zip(columns, places)) {
      switch map {
      case .unchanged:
        for row in 0..<rows.rows {
          for (from, to) in zip(source, place) { seen[row, to] = rows[row, from] }
        }
      case .scaled(let scaler): scaler.scale(rows, source, into: &seen, at: place.lowerBound)
      case .reduced(let components, let weight):
        try components.apply(to: rows, source, weight: weight, into: &seen, at: place.lowerBound)
      }
    }
    guard let components else { return seen }
    var reduced = Matrix(rows: rows.rows, columns: components.count, repeating: Float(0))
    try components.apply(to: seen, 0..<seen.columns, into: &reduced, at: 0)
    return reduced
  }
}

import Features
import Landmarks
import Learning

/// What landmark tables hold: how many faces of which class, how these differ, what looks wrong.
public struct Inspection: Sendable, Codable {
  /// What is looked at and how.
  public struct Settings: Hashable, Sendable {
    /// The seed of the embedding.
    public var seed: UInt64
    /// How many threads work.
    public var threads: Int
    /// Whether faces are laid out on a plane, which takes longest by far.
    public var embeds: Bool

    /// Settings from their parts.
    public init(seed: UInt64, threads: Int, embeds: Bool = true) {
      self.seed = seed
      self.threads = threads
      self.embeds = embeds
    }
  }

  /// How many faces each class has.
  public let counts: ClassCounts
  /// Mean and spread of each class's shapes.
  public let shapes: ShapeStatistics
  /// The same of the test tables.
  public let testShapes: ShapeStatistics?
  /// Rows that look wrong.
  public let suspects: DataIssues
  /// The ways in which shapes vary; `nil` where all are the same.
  public let modes: PrincipalModes?
  /// Every row along the first two of them, in standard deviations; empty where there are no two.
  public let components: [[Float]]
  /// Faces on a plane; `nil` if that was not asked for or there are too few.
  public let embedding: Embedding2D?
  /// The sizes of the images; `nil` where nothing is known of them.
  public let imageSizes: ImageSizes?
  /// What could not be done, and why.
  public let notes: [String]

  /// The modes that are looked for.
  static let modeCount = 40

  /// Inspects tables, and test tables if there are any.
  ///
  /// The same tables and seed give the same results at any number of threads.
  ///
  /// - Parameter imageSizes: the sizes of the images if they are known from elsewhere than the tables.
  /// - Parameter report: told how many of all steps of the embedding are done.
  /// - Throws: `DataError` when there are no faces, or the test tables have other points.
  /// - Complexity: O(rows × points × modes), and that of `StochasticNeighborEmbedding` and `NearDuplicates`.
  public init(
    _ dataset: LandmarkDataset, test: LandmarkDataset? = nil, settings: Settings, imageSizes: ImageSizes? = nil,
    report: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    if let test, test.scheme != dataset.scheme {
      throw DataError(
        "the test tables have \(test.scheme.pointCount) points, the tables \(dataset.scheme.pointCount): "
          + "both need the same")
    }
    var notes: [String] = []
    let shapes = try Shapes.aligned(dataset)
    let testFaces = try test.flatMap { $0.rowCount > 0 ? try Shapes.aligned($0) : nil }
    counts = ClassCounts(dataset, test: test)
    self.shapes = ShapeStatistics(dataset, shapes: shapes)
    testShapes = test.flatMap { test in testFaces.map { ShapeStatistics(test, shapes: $0) } }
    let space: ShapeSpace?
    do {
      space = try ShapeSpace(shapes, count: Self.modeCount)
    } catch let error as DataError {
      notes.append("no principal components: \(error)")
      space = nil
    }
    suspects = try DataIssues(dataset, test: test, space: space, testShapes: testFaces)
    if suspects.outlierRule == nil { notes.append("no outliers are looked for: too few different faces") }
    modes = space?.modes
    components =
      space.map { space in
        guard space.scores.columns >= 2 else { return [] }
        return (0..<space.scores.rows).map { Array(space.scores[row: $0].prefix(2)) }
      } ?? []
    self.imageSizes = imageSizes ?? ImageSizes(metadataOf: dataset)
    embedding =
      settings.embeds && space != nil
      ? try Embedding2D(
        shapes, labels: dataset.labels, classCount: dataset.classes.count, seed: settings.seed,
        threads: settings.threads, report: report) : nil
    if settings.embeds, embedding == nil { notes.append("no embedding: too few different faces") }
    self.notes = notes
  }
}

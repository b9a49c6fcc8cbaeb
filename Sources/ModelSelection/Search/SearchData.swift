import Learning

/// The rows of a search: those it is evaluated on, and those it learns from. These are the same unless classes are
/// balanced, by copies that are never evaluated or by leaving rows out of the learning.
public struct SearchData: Sendable {
  /// The evaluated rows, then copies of some of them.
  public let rows: LabeledRows
  /// For each row the evaluated row that it is, or is a copy of.
  public let originals: [Int]
  /// The rows to learn from, ascending.
  public let learned: [Int]
  /// The number of evaluated rows.
  public let scoredCount: Int
  /// Whether the copies are the mirror images of all evaluated rows, in their order.
  public let isMirrored: Bool
  /// How each list of features that is searched looks at the columns, by the training rows of each fold. Candidates name
  /// their list by its place; by itself there is one, of all features as they are.
  public var views: [FeatureTransform.Settings]

  /// Rows that are evaluated and learned from, all of them.
  public init(_ rows: LabeledRows) {
    self.init(rows, copiedFrom: [], learned: Array(0..<rows.count))
  }

  /// Rows of which the last are copies.
  ///
  /// - Parameters:
  ///   - copiedFrom: for each of the last rows the row that it is a copy of.
  ///   - learned: the rows to learn from, ascending.
  ///   - isMirrored: whether the copies are the mirror images of all evaluated rows, in their order; rows are then evaluated by
  ///     the mean of what is predicted for both.
  public init(_ rows: LabeledRows, copiedFrom: [Int], learned: [Int], isMirrored: Bool = false) {
    self.isMirrored = isMirrored
    self.rows = rows
    self.learned = learned
    scoredCount = rows.count - copiedFrom.count
    originals = Array(0..<scoredCount) + copiedFrom
    views = [FeatureTransform.Settings(stages: [.init(columns: 0..<rows.features.columns)])]
  }

  /// The rows of a fold. A copy is learned from only where its original is, so nothing of a row that is evaluated is known.
  public func fold(_ fold: Int, of folds: StratifiedFolds) -> Fold {
    let scored = (0..<scoredCount).filter { folds.foldOfRow[$0] == fold }
    return Fold(
      rows: rows, training: learned.filter { folds.foldOfRow[originals[$0]] != fold },
      validation: isMirrored ? scored + scored.map { scoredCount + $0 } : scored, isMirrored: isMirrored)
  }

  /// These rows with the mirror images of all, which are learned from where the rows themselves are.
  ///
  /// - Parameter mirrored: the features of the rows' mirror images, `(rows, features)`; there must be no other copies.
  public func mirrored(by mirrored: Matrix<Float>) throws -> SearchData {
    precondition(rows.count == scoredCount && mirrored.rows == scoredCount, "one mirror image for each row, no copies")
    let whole = try LabeledRows(
      features: Matrix(
        rows: 2 * scoredCount, columns: mirrored.columns, values: rows.features.values + mirrored.values),
      labels: rows.labels + rows.labels, classes: rows.classes)
    var both = SearchData(
      whole, copiedFrom: Array(0..<scoredCount), learned: learned + learned.map { scoredCount + $0 }, isMirrored: true)
    both.views = views
    return both
  }

  /// All rows to learn from.
  public var learnedRows: LabeledRows { learned.count == rows.count ? rows : rows.selecting(learned) }

  /// All rows to learn from as a list of features sees them by what they teach, and what that is; `nil` for features as
  /// they are.
  ///
  /// - Parameter fits: what other lists' transforms of these rows have in common with this one's.
  /// - Throws: `DataError` when principal components are wanted of rows that are all the same.
  package func learnedRows(
    through view: FeatureTransform.Settings, fits: FeatureSetFits = FeatureSetFits()
  ) throws -> (transform: FeatureTransform?, rows: LabeledRows) {
    let (transform, seen) = try Self.seen(rows.features, through: view, training: learned, fits: fits)
    let all = try LabeledRows(features: seen, labels: rows.labels, classes: rows.classes)
    return (transform, learned.count == rows.count ? all : all.selecting(learned))
  }

  /// A fold of these rows, or of a sample of them, as a list of features sees it by what its training rows teach.
  ///
  /// - Parameter fits: what other lists' transforms of the same rows have in common with this one's.
  func seen(
    _ fold: Fold, through view: FeatureTransform.Settings, fits: FeatureSetFits = FeatureSetFits()
  ) throws -> Fold {
    try fold.with(
      features: Self.seen(fold.rows.features, through: view, training: fold.training, fits: fits).features)
  }

  private static func seen(
    _ features: Matrix<Float>, through view: FeatureTransform.Settings, training: [Int], fits: FeatureSetFits
  ) throws -> (transform: FeatureTransform?, features: Matrix<Float>) {
    if view.areNone { return (nil, features.selecting(columns: view.columns)) }
    let transform = try FeatureTransform(view, rows: features, training: training, fits: fits)
    return (transform, try transform.applied(to: features, columns: view.columns))
  }
}

import Learning

/// The rows of a search: those it is judged on, and those it learns from. These are the same unless classes are
/// balanced, by copies that are never judged or by leaving rows out of the learning.
public struct TrainingRows: Sendable {
  /// The judged rows, then copies of some of them.
  public let rows: LabelledRows
  /// For each row the judged row that it is, or is a copy of.
  public let originals: [Int]
  /// The rows to learn from, ascending.
  public let learned: [Int]
  /// The number of judged rows.
  public let judgedCount: Int
  /// Whether the copies are the mirror images of all judged rows, in their order.
  public let isMirrored: Bool
  /// What features are reduced to, by the training rows of each fold; `nil` for as they are.
  public var reduction: PrincipalComponents.Settings?

  /// Rows that are judged and learned from, all of them.
  public init(_ rows: LabelledRows) {
    self.init(rows, copiedFrom: [], learned: Array(0..<rows.count))
  }

  /// Rows of which the last are copies.
  ///
  /// - Parameters:
  ///   - copiedFrom: for each of the last rows the row that it is a copy of.
  ///   - learned: the rows to learn from, ascending.
  ///   - isMirrored: whether the copies are the mirror images of all judged rows, in their order; rows are then judged by
  ///     the mean of what is predicted for both.
  public init(_ rows: LabelledRows, copiedFrom: [Int], learned: [Int], isMirrored: Bool = false) {
    self.isMirrored = isMirrored
    self.rows = rows
    self.learned = learned
    judgedCount = rows.count - copiedFrom.count
    originals = Array(0..<judgedCount) + copiedFrom
  }

  /// The rows of a fold. A copy is learned from only where its original is, so nothing of a row that is judged is known.
  public func fold(_ fold: Int, of folds: StratifiedFolds) -> Fold {
    let judged = (0..<judgedCount).filter { folds.foldOfRow[$0] == fold }
    return Fold(
      rows: rows, training: learned.filter { folds.foldOfRow[originals[$0]] != fold },
      validation: isMirrored ? judged + judged.map { judgedCount + $0 } : judged, isMirrored: isMirrored)
  }

  /// These rows with the mirror images of all, which are learned from where the rows themselves are.
  ///
  /// - Parameter mirrored: the features of the rows' mirror images, `(rows, features)`; there must be no other copies.
  public func mirrored(by mirrored: Matrix<Float>) throws -> TrainingRows {
    precondition(rows.count == judgedCount && mirrored.rows == judgedCount, "one mirror image for each row, no copies")
    let whole = try LabelledRows(
      features: Matrix(
        rows: 2 * judgedCount, columns: mirrored.columns, values: rows.features.values + mirrored.values),
      labels: rows.labels + rows.labels, classes: rows.classes)
    var both = TrainingRows(
      whole, copiedFrom: Array(0..<judgedCount), learned: learned + learned.map { judgedCount + $0 }, isMirrored: true)
    both.reduction = reduction
    return both
  }

  /// All rows to learn from.
  public var learnedRows: LabelledRows { learned.count == rows.count ? rows : rows.selecting(learned) }

  /// All rows to learn from with features reduced by what they teach, and what they teach; as they are without a reduction.
  ///
  /// - Throws: `DataError` when the rows are all the same.
  public func reducedLearnedRows() throws -> (components: PrincipalComponents?, rows: LabelledRows) {
    guard let reduction else { return (nil, learnedRows) }
    let components = try PrincipalComponents(reduction, rows: rows.features, training: learned)
    let own = learnedRows
    return (
      components,
      try LabelledRows(features: components.applied(to: own.features), labels: own.labels, classes: own.classes)
    )
  }

  /// A fold of these rows with features reduced by what its training rows teach; as it is without a reduction.
  func reduced(_ fold: Fold) throws -> Fold {
    guard let reduction else { return fold }
    let components = try PrincipalComponents(reduction, rows: fold.rows.features, training: fold.training)
    return try fold.with(features: components.applied(to: fold.rows.features))
  }
}

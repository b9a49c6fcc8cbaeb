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

  /// Rows that are judged and learned from, all of them.
  public init(_ rows: LabelledRows) {
    self.init(rows, copiedFrom: [], learned: Array(0..<rows.count))
  }

  /// Rows of which the last are copies.
  ///
  /// - Parameters:
  ///   - copiedFrom: for each of the last rows the row that it is a copy of.
  ///   - learned: the rows to learn from, ascending.
  public init(_ rows: LabelledRows, copiedFrom: [Int], learned: [Int]) {
    self.rows = rows
    self.learned = learned
    judgedCount = rows.count - copiedFrom.count
    originals = Array(0..<judgedCount) + copiedFrom
  }

  /// The rows of a fold. A copy is learned from only where its original is, so nothing of a row that is judged is known.
  public func fold(_ fold: Int, of folds: StratifiedFolds) -> Fold {
    Fold(
      rows: rows, training: learned.filter { folds.foldOfRow[originals[$0]] != fold },
      validation: (0..<judgedCount).filter { folds.foldOfRow[$0] == fold })
  }

  /// All rows to learn from.
  public var learnedRows: LabelledRows { learned.count == rows.count ? rows : rows.selecting(learned) }
}

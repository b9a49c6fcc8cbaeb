import Basics
import Learning

/// A fitted classifier of boosted trees.
public struct BoostedTreesModel: Classifier, Hashable, Sendable {
  /// The number of features that a row must have.
  public let featureCount: Int
  /// The names of the classes, in the order of the probability columns.
  public let classes: [String]
  /// What margins start from: one for each class, or a single one for two classes.
  package let baseMargins: [Float]
  /// The trees by round and output.
  package let trees: [[BoostedTree]]
  /// The trees for many rows; `nil` for trees that are too deep.
  private let slicedTrees = LazyCache<BitSlicedTrees?>()

  package init(featureCount: Int, classes: [String], baseMargins: [Float], trees: [[BoostedTree]]) {
    self.featureCount = featureCount
    self.classes = classes
    self.baseMargins = baseMargins
    self.trees = trees
  }

  /// The margins of rows before they become probabilities, `(rows, outputs)`: logarithms of odds up to a constant.
  ///
  /// - Throws: `DataError` when the rows have another number of features.
  public func margins(of rows: Matrix<Float>) throws -> Matrix<Float> {
    try checkWidth(of: rows)
    let outputs = baseMargins.count
    let isWorthSlicing = rows.rows >= Self.minSlicedRows && !rows.values.contains(where: \.isNaN)
    let sliced =
      isWorthSlicing ? slicedTrees { BitSlicedTrees(trees.joined(), featureCount: featureCount) } : nil
    let blockRows = BitSlicedTrees.blockRows
    let blocks = try Parallel.map(
      count: (rows.rows + blockRows - 1) / blockRows, threads: Parallel.availableThreads
    ) { block in
      let range = block * blockRows..<min((block + 1) * blockRows, rows.rows)
      var margins = range.flatMap { _ in baseMargins }
      margins.withUnsafeMutableBufferPointer { margins in
        rows.values.withUnsafeBufferPointer { values in
          guard let margins = margins.baseAddress, let values = values.baseAddress else { return }
          if let sliced {
            sliced.addMargins(
              rows: values + range.lowerBound * featureCount, rowCount: range.count, margins: margins,
              outputCount: outputs)
            return
          }
          for (number, tree) in trees.joined().enumerated() {
            TreeEnsembles.addMargins(of: tree, table: rows, rows: Array(range)) {
              margins[$0 * outputs + number % outputs] += $1
            }
          }
        }
      }
      return margins
    }
    return Matrix(rows: rows.rows, columns: outputs, values: blocks.flatMap { $0 })
  }

  /// Fewer rows are walked down one by one: preparing the trees would take longer.
  private static let minSlicedRows = 64

  /// The probability of each class, `(rows, classes)`; rows sum to 1.
  ///
  /// - Throws: `DataError` when the rows have another number of features.
  public func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
    Margins.probabilities(try margins(of: rows).values, classCount: classes.count)
  }

  /// What an importance counts.
  public enum ImportanceKind: String, Sendable, CaseIterable {
    /// What the feature's splits take off the loss, on average.
    case gain
    /// The second derivatives of the rows that the feature's splits part, on average: about how many rows.
    case cover
    /// The number of the feature's splits.
    case weight
    /// What the feature's splits take off the loss, all together.
    case totalGain = "total_gain"
    /// The second derivatives of the rows that the feature's splits part, all together.
    case totalCover = "total_cover"
  }

  /// The importance of each feature as XGBoost's `get_score` has it: not normalized, 0 where a feature is not used.
  ///
  /// - Parameter output: the class whose trees count; `nil` for all. With two classes there is one output.
  public func importances(_ kind: ImportanceKind, output: Int? = nil) -> [Double] {
    var gains = Array(repeating: 0.0, count: featureCount)
    var covers = gains
    var splits = gains
    for round in trees {
      for (place, tree) in round.enumerated() where output == nil || place == output {
        for node in 0..<tree.nodeCount where tree.feature[node] >= 0 {
          let feature = Int(tree.feature[node])
          gains[feature] += Double(tree.gain[node])
          covers[feature] += Double(tree.cover[node])
          splits[feature] += 1
        }
      }
    }
    func means(_ sums: [Double]) -> [Double] { zip(sums, splits).map { $1 > 0 ? $0 / $1 : 0 } }
    return switch kind {
    case .gain: means(gains)
    case .cover: means(covers)
    case .weight: splits
    case .totalGain: gains
    case .totalCover: covers
    }
  }

  /// Mean gains as shares of their sum, as XGBoost's scikit-learn interface reports them; all 0 without splits.
  public var importances: [Double] {
    let gains = importances(.gain)
    let total = gains.reduce(0, +)
    return total > 0 ? gains.map { $0 / total } : gains
  }
}

extension BoostedTreesModel: ExplainableClassifier {
  /// The Shapley values of a row's features, in margins.
  ///
  /// - Throws: `DataError` when the row has another number of features.
  /// - Complexity: O(trees × leaves × depth²).
  public func contributions(of row: [Float]) throws -> ShapleyValues {
    try checkWidth(of: Matrix(rows: 1, columns: row.count, values: row))
    var base = baseMargins.map(Double.init)
    var values = Array(repeating: Array(repeating: 0.0, count: featureCount), count: base.count)
    for round in trees {
      for (output, tree) in round.enumerated() {
        let shapley = TreeShapley(
          feature: tree.feature, rightChild: tree.rightChild, cover: tree.cover.map(Double.init))
        base[output] += shapley.expectation { Double(tree.value[$0]) }
        shapley.add(
          value: { Double(tree.value[$0]) },
          goesLeft: { node in
            let value = row[Int(tree.feature[node])]
            return value < tree.threshold[node] || (value.isNaN && tree.missingGoesLeft[node])
          }, to: &values[output])
      }
    }
    return ShapleyValues(
      quantity: .margin, outputs: classes.count == 2 ? [classes[1]] : classes, base: base, values: values)
  }
}

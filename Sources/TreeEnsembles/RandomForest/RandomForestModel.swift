import Basics
import Learning

/// A fitted random forest: the mean of its trees' leaf probabilities.
public struct RandomForestModel: Classifier, Hashable {
  /// The number of features of a row.
  public let featureCount: Int
  /// The names of the classes.
  public let classes: [String]
  /// The trees, in the order of their numbers.
  package let trees: [DecisionTree]
  /// How much each feature's splits reduced impurity: mean over trees, summing to 1 (Breiman et al. 1984).
  public let importances: [Double]

  /// The leaf values of all trees, laid out for prediction.
  private let leaves: [[Double]]

  package init(featureCount: Int, classes: [String], trees: [DecisionTree], importances: [Double]) {
    self.featureCount = featureCount
    self.classes = classes
    self.trees = trees
    self.importances = importances
    leaves = trees.map(\.nodeProbabilities)
  }

  /// The mean of the trees' class probabilities, `(rows, classes)`.
  ///
  /// - Throws: `DataError` for rows of another width.
  /// - Complexity: O(rows × trees × depth).
  public func probabilities(of rows: Matrix<Float>) throws -> Matrix<Double> {
    try checkWidth(of: rows)
    var sums = Matrix<Double>(rows: rows.rows, columns: classes.count, repeating: 0)
    let all = Array(0..<rows.rows)
    for (tree, leaves) in zip(trees, leaves) {
      addPredictions(of: tree, leaves: leaves, cutAt: [.max], table: rows, rows: all, to: &sums)
    }
    return sums.mean(of: trees.count)
  }
}

extension RandomForestModel: ExplainableClassifier {
  /// The Shapley values of a row's features, in probabilities.
  ///
  /// - Throws: `DataError` when the row has another number of features.
  /// - Complexity: O(classes × trees × leaves × depth²).
  public func contributions(of row: [Float]) throws -> ShapleyValues {
    try checkWidth(of: Matrix(rows: 1, columns: row.count, values: row))
    let share = 1 / Double(trees.count)
    var base = Array(repeating: 0.0, count: classes.count)
    var values = Array(repeating: Array(repeating: 0.0, count: featureCount), count: classes.count)
    for (tree, leaves) in zip(trees, leaves) {
      let cover = (0..<tree.nodeCount).map { node in
        (0..<tree.classCount).reduce(0) {
          $0 + Double(tree.counts[node * tree.classCount + $1]) * tree.classWeights[$1]
        }
      }
      let shapley = TreeShapley(feature: tree.feature, rightChild: tree.rightChild, cover: cover)
      for label in classes.indices {
        let value = { (node: Int) in share * leaves[node * tree.classCount + label] }
        base[label] += shapley.expectation(of: value)
        shapley.add(
          value: value, goesLeft: { row[Int(tree.feature[$0])] <= tree.threshold[$0] }, to: &values[label])
      }
    }
    return ShapleyValues(quantity: .probability, outputs: classes, base: base, values: values)
  }
}

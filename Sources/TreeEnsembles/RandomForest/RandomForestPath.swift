import Learning

/// Forests that differ in the number of trees and their depth are one forest: the smaller number is a prefix, the
/// smaller depth a truncation. Both are exact, as a node's draws depend on its tree and place alone.
extension RandomForest: SharingLearner {
  /// What forests must have in common to be grown together.
  public struct Path: Hashable, Sendable {
    let criterion: Criterion
    let maxFeatures: MaxFeatures
    let minSamplesSplit: SampleCount
    let minSamplesLeaf: SampleCount
    let bootstrap: Bool
    let classWeight: ClassWeight
  }

  /// What this forest has in common with those grown with it.
  public var path: Path {
    Path(
      criterion: criterion, maxFeatures: maxFeatures, minSamplesSplit: minSamplesSplit,
      minSamplesLeaf: minSamplesLeaf, bootstrap: bootstrap, classWeight: classWeight)
  }

  /// The ranks of the features. A split lies halfway between two values of the rows in its node, so the ranks of other
  /// rows leave no trace in it.
  public static func table(of features: Matrix<Float>, threads: Int) throws -> RankedColumns {
    try RankedColumns(features, threads: threads)
  }

  /// Grows the deepest trees of the largest forest once, and takes each forest's prediction when its last tree has been
  /// added.
  public static func fitPath(
    _ forests: [RandomForest], on fold: Fold, table: RankedColumns, seed: UInt64
  ) throws -> PathPredictions {
    let limits = Set(forests.map { $0.maxDepth ?? .max }).sorted()
    guard let deepest = forests.max(by: { $0.maxDepth ?? .max < $1.maxDepth ?? .max }) else {
      return PathPredictions(probabilities: [], predictionTime: .zero)
    }
    let treeCount = forests.reduce(0) { max($0, $1.treeCount) }
    let growth = try ForestGrowth(deepest, fold: fold, columns: table, seed: seed)
    let grower = growth.grower
    let classCount = fold.rows.classes.count
    var sums = Matrix<Double>(rows: fold.validation.count, columns: limits.count * classCount, repeating: 0)
    var predictions = PathPredictions(
      probabilities: forests.map { _ in Matrix(rows: 0, columns: classCount, values: []) }, predictionTime: .zero)
    for tree in 0..<treeCount {
      let grown = grower.grow(growth.bag(of: tree), tree: tree).tree
      let start = ContinuousClock.now
      addPredictions(
        of: grown, leaves: grown.nodeProbabilities, cutAt: limits, table: fold.rows.features, rows: fold.validation,
        to: &sums)
      for (index, forest) in forests.enumerated() where forest.treeCount == tree + 1 {
        guard let limit = limits.firstIndex(of: forest.maxDepth ?? .max) else { continue }
        predictions.probabilities[index] = sums.mean(
          of: forest.treeCount, columns: limit * classCount..<(limit + 1) * classCount)
      }
      predictions.predictionTime += ContinuousClock.now - start
    }
    return predictions
  }
}

extension Matrix<Double> {
  /// Some columns of the mean of `count` matrices, from their sum.
  func mean(of count: Int, columns chosen: Range<Int>? = nil) -> Matrix {
    let chosen = chosen ?? 0..<columns
    var values: [Double] = []
    values.reserveCapacity(rows * chosen.count)
    for row in 0..<rows { for column in chosen { values.append(self[row, column] / Double(count)) } }
    return Matrix(rows: rows, columns: chosen.count, values: values)
  }
}

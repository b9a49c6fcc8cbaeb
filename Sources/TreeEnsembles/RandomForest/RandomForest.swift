import Basics
import Learning

/// Parameters of a random forest classifier (Breiman 2001, doi:10.1023/A:1010933404324), with scikit-learn's
/// meanings and defaults.
///
///     let model = try RandomForest(treeCount: 300, maxDepth: 6).fit(rows, seed: 42, threads: 2)
public struct RandomForest: Learner, Hashable {
  /// What a split must reduce.
  public enum Criterion: String, Sendable, CaseIterable { case gini, entropy }

  /// How many features a node looks at.
  public enum MaxFeatures: Hashable, Sendable {
    case squareRoot, log2, all
    case count(Int)
    case fraction(Double)

    package func count(of featureCount: Int) -> Int {
      let wanted =
        switch self {
        case .squareRoot: Int(Double(featureCount).squareRoot())
        case .log2: Int.bitWidth - 1 - max(1, featureCount).leadingZeroBitCount
        case .all: featureCount
        case .count(let count): count
        case .fraction(let fraction): Int(fraction * Double(featureCount))
        }
      return min(max(1, wanted), featureCount)
    }
  }

  /// A number of rows, or a share of all rows.
  public enum SampleCount: Hashable, Sendable {
    case count(Int)
    case fraction(Double)

    /// More than all rows is as good as one more than all.
    func count(of rows: Int, atLeast smallest: Int) -> Int {
      switch self {
      case .count(let count): min(max(smallest, count), rows + 1)
      case .fraction(let fraction): max(smallest, Int((fraction * Double(rows)).rounded(.up)))
      }
    }
  }

  /// Weights of classes; scikit-learn 1.9 draws bootstrap rows in proportion to them.
  public enum ClassWeight: Hashable, Sendable {
    case fixed(ClassWeights)
    /// Balanced anew on the rows that each tree drew.
    case balancedSubsample
  }

  /// The number of trees (`n_estimators`).
  public let treeCount: Int
  /// The largest number of splits on the way to a leaf; `nil` for no limit.
  public let maxDepth: Int?
  /// What splits reduce.
  public let criterion: Criterion
  /// How many features a node looks at.
  public let maxFeatures: MaxFeatures
  /// A node with fewer rows is a leaf.
  public let minSamplesSplit: SampleCount
  /// A split leaves at least this many rows on both sides.
  public let minSamplesLeaf: SampleCount
  /// Whether each tree is grown on rows drawn with replacement.
  public let bootstrap: Bool
  /// How much the rows of each class count.
  public let classWeight: ClassWeight

  /// Parameters; the defaults are scikit-learn's.
  ///
  /// - Throws: `ParameterError` for a value outside its range.
  public init(
    treeCount: Int = 100, maxDepth: Int? = nil, criterion: Criterion = .gini, maxFeatures: MaxFeatures = .squareRoot,
    minSamplesSplit: SampleCount = .count(2), minSamplesLeaf: SampleCount = .count(1), bootstrap: Bool = true,
    classWeight: ClassWeight = .fixed(.uniform)
  ) throws(ParameterError) {
    self.treeCount = treeCount
    self.maxDepth = maxDepth
    self.criterion = criterion
    self.maxFeatures = maxFeatures
    self.minSamplesSplit = minSamplesSplit
    self.minSamplesLeaf = minSamplesLeaf
    self.bootstrap = bootstrap
    self.classWeight = classWeight
    try RandomForestDescriptor().check(parameterValues)
  }

  /// Fits the forest.
  ///
  /// - Throws: `DataError` for fewer than two classes with rows, more than 256 classes or 16,777,215 rows;
  ///   `ParameterError` for weights of classes that do not exist.
  /// - Complexity: O(trees × rows × depth × features visited), trees spread over the threads.
  public func fit(_ rows: LabeledRows, seed: UInt64, threads: Int = 1) throws -> RandomForestModel {
    let fold = Fold(rows: rows, training: Array(0..<rows.count), validation: [])
    let columns = try RankedColumns(rows.features, threads: threads)
    let growth = try ForestGrowth(self, fold: fold, columns: columns, seed: seed)
    let grown = try Parallel.map(count: treeCount, threads: threads) {
      growth.grower
    } _: { grower, tree in
      grower.grow(growth.bag(of: tree), tree: tree)
    }
    return RandomForestModel(
      featureCount: columns.columnCount, classes: rows.classes, trees: grown.map(\.tree),
      importances: meanImportances(grown.map(\.impurityDecrease), featureCount: columns.columnCount))
  }

  /// Each tree's decreases as shares of their sum, averaged over the trees that split at all, summing to 1.
  private func meanImportances(_ decreases: [[Double]], featureCount: Int) -> [Double] {
    var sums = Array(repeating: 0.0, count: featureCount)
    for decrease in decreases {
      let total = decrease.reduce(0, +)
      guard total > 0 else { continue }
      for feature in sums.indices { sums[feature] += decrease[feature] / total }
    }
    let total = sums.reduce(0, +)
    return total > 0 ? sums.map { $0 / total } : sums
  }
}

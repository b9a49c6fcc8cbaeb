import Learning

/// All that it takes to grow any tree of a forest on the training rows of a fold.
struct ForestGrowth: Sendable {
  private let forest: RandomForest
  private let columns: RankedColumns
  private let bags: BagSource
  private let rules: GrowthRules
  private let seed: UInt64

  /// - Throws: `DataError` for fewer than two classes with rows, more than 256 classes or 16,777,215 rows;
  ///   `ParameterError` for weights of classes that do not exist.
  init(_ forest: RandomForest, fold: Fold, columns: RankedColumns, seed: UInt64) throws {
    let classes = fold.rows.classes
    let labels = fold.training.map { fold.rows.labels[$0] }
    let counts = labels.reduce(into: Array(repeating: 0, count: classes.count)) { $0[$1] += 1 }
    guard counts.count(where: { $0 > 0 }) > 1 else {
      throw DataError("all rows are of one class; a classifier needs at least two")
    }
    guard !columns.hasMissing.contains(true) else {
      throw DataError("random_forest does not accept missing values; gradient_boosting does")
    }
    guard classes.count <= BootstrapSample.maxClasses, fold.rows.count <= BootstrapSample.maxRows else {
      throw DataError(
        "a forest takes at most \(BootstrapSample.maxClasses) classes and \(BootstrapSample.maxRows) rows, "
          + "found \(classes.count) and \(fold.rows.count)")
    }
    self.forest = forest
    self.columns = columns
    self.seed = seed
    bags = BagSource(
      labels: labels, tableRows: fold.training, classCount: classes.count, bootstrap: forest.bootstrap,
      classWeights: try forest.classWeights(classes: classes, counts: counts),
      balancesEachBag: forest.classWeight == .balancedSubsample && forest.bootstrap)
    rules = GrowthRules(
      criterion: forest.criterion,
      maxDepth: forest.maxDepth ?? .max,
      maxFeatures: forest.maxFeatures.count(of: columns.columnCount),
      minSamplesSplit: forest.minSamplesSplit.count(of: labels.count, atLeast: 2),
      minSamplesLeaf: forest.minSamplesLeaf.count(of: labels.count, atLeast: 1))
  }

  /// A grower with scratch memory of its own: one for each thread.
  var grower: TreeGrower {
    TreeGrower(
      columns: columns, classCount: bags.classCount, drawCount: bags.labels.count, rules: rules, seed: seed)
  }

  /// The rows that a tree is grown on.
  func bag(of tree: Int) -> BootstrapSample { bags.bag(seed: seed, tree: tree) }
}

extension RandomForest {
  fileprivate func classWeights(classes: [String], counts: [Int]) throws(ParameterError) -> [Double] {
    switch classWeight {
    case .fixed(let fixed): try fixed.weights(classes: classes, counts: counts)
    case .balancedSubsample where !bootstrap: ClassWeights.balancedWeights(counts: counts)
    case .balancedSubsample: Array(repeating: 1, count: classes.count)
    }
  }
}

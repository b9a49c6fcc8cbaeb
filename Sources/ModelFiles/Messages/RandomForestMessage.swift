import TreeEnsembles

extension Mien_RandomForest {
  init(_ forest: RandomForestModel) {
    self.init()
    featureCount = UInt32(forest.featureCount)
    importances = forest.importances
    trees = forest.trees.map(Mien_Tree.init)
  }

  /// The forest, after every number has been checked.
  func model(classes: [String], featureCount expected: Int) throws(InvalidModel) -> RandomForestModel {
    guard featureCount == expected, importances.count == expected else {
      throw InvalidModel(reason: "\(featureCount) features, expected \(expected)")
    }
    guard importances.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw InvalidModel(reason: "an importance is negative or not finite")
    }
    guard !trees.isEmpty else { throw InvalidModel(reason: "a forest without trees") }
    var decoded: [DecisionTree] = []
    for (number, tree) in trees.enumerated() {
      guard let whole = tree.tree(classCount: classes.count, featureCount: expected) else {
        throw InvalidModel(reason: "tree \(number) is not a whole tree")
      }
      decoded.append(whole)
    }
    return RandomForestModel(featureCount: expected, classes: classes, trees: decoded, importances: importances)
  }
}

extension Mien_Tree {
  init(_ tree: DecisionTree) {
    self.init()
    feature = tree.feature
    classWeight = tree.classWeights
    for node in 0..<tree.nodeCount {
      if tree.feature[node] >= 0 {
        threshold.append(tree.threshold[node])
      } else {
        leafCount += tree.counts[node * tree.classCount..<(node + 1) * tree.classCount]
      }
    }
  }

  func tree(classCount: Int, featureCount: Int) -> DecisionTree? {
    guard classWeight.count == classCount, classWeight.allSatisfy((1e-12...1e12).contains),
      feature.allSatisfy({ $0 >= -1 && $0 < featureCount }), threshold.allSatisfy(\.isFinite)
    else { return nil }
    return DecisionTree(feature: feature, thresholds: threshold, leafCounts: leafCount, classWeights: classWeight)
  }
}

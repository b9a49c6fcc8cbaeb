import TreeEnsembles

/// No margin of boosters that were fitted is beyond this, and no sum of as many as a file can hold overflows.
private let maxMargin: Float = 1e30

extension Mien_BoostedTrees {
  init(_ model: BoostedTreesModel) {
    self.init()
    featureCount = UInt32(model.featureCount)
    baseMargin = model.baseMargins
    trees = model.trees.joined().map(Mien_BoostedTree.init)
  }

  /// The model, after every number has been checked.
  func model(classes: [String], featureCount expected: Int) throws(InvalidModel) -> BoostedTreesModel {
    guard featureCount == expected else {
      throw InvalidModel(reason: "\(featureCount) features, expected \(expected)")
    }
    let outputs = classes.count == 2 ? 1 : classes.count
    guard baseMargin.count == outputs, baseMargin.allSatisfy({ abs($0) <= maxMargin }),
      trees.count.isMultiple(of: outputs)
    else {
      throw InvalidModel(reason: "\(baseMargin.count) base margins and \(trees.count) trees for \(outputs) outputs")
    }
    var rounds: [[BoostedTree]] = []
    for (number, message) in trees.enumerated() {
      guard let tree = message.tree(featureCount: expected) else {
        throw InvalidModel(reason: "tree \(number) is not a whole tree")
      }
      if number.isMultiple(of: outputs) { rounds.append([]) }
      rounds[rounds.count - 1].append(tree)
    }
    return BoostedTreesModel(featureCount: expected, classes: classes, baseMargins: baseMargin, trees: rounds)
  }
}

extension Mien_BoostedTree {
  init(_ tree: BoostedTree) {
    self.init()
    feature = tree.feature
    cover = tree.cover
    for node in 0..<tree.nodeCount {
      if tree.feature[node] >= 0 {
        threshold.append(tree.threshold[node])
        missingGoesLeft.append(tree.missingGoesLeft[node])
        gain.append(tree.gain[node])
      } else {
        leafValue.append(tree.value[node])
      }
    }
  }

  func tree(featureCount: Int) -> BoostedTree? {
    guard feature.allSatisfy({ $0 >= -1 && $0 < featureCount }), cover.allSatisfy({ $0.isFinite && $0 >= 0 }),
      (threshold + gain).allSatisfy(\.isFinite), leafValue.allSatisfy({ abs($0) <= maxMargin })
    else { return nil }
    return BoostedTree(
      feature: feature, thresholds: threshold, missingGoesLeft: missingGoesLeft, leafValues: leafValue, gains: gain,
      cover: cover)
  }
}

import Basics
import Features
import Landmarks
import Learning
import ModelFiles
import TreeEnsembles

/// How much a model leans on each feature, keypoint and facial region.
package struct ImportanceTable: Sendable {
  package var features: [(name: String, importance: Double)]
  /// By point; a feature's own is shared equally among the points that it is read off.
  package var points: [Double]
  package var regions: [(name: String, importance: Double)]
  /// What the numbers are, in words.
  package var measure: String

  /// The importances that a model's own trees give; `nil` for a learner that has none, and for features that
  /// stand for no keypoints.
  package init?(_ model: TrainedModel) {
    guard (try? model.traceableClassifier()) != nil else { return nil }
    let importances: [Double]
    switch model.learner {
    case .randomForest(let forest):
      importances = forest.importances
      measure = "mean decrease of impurity (share of all)"
    case .boostedTrees(let trees):
      // Total gains add up over a keypoint's coordinates; mean gains would not.
      let gains = trees.importances(.totalGain)
      let total = gains.reduce(0, +)
      importances = total > 0 ? gains.map { $0 / total } : gains
      measure = "gain of the splits (share of all)"
    case .supportVectors(let vectors):
      guard let weights = vectors.importances else { return nil }
      importances = weights
      measure = "absolute weight of the linear kernel (share of all)"
    case .ensemble: return nil
    }
    let scheme = model.scheme
    let features = model.features.features(for: scheme)
    self.features = Array(zip(features.map(\.name), importances))
    let points = features.sharedAmongKeypoints(importances, pointCount: scheme.pointCount)
    self.points = points
    regions = scheme.regions.map { region in (region.name, region.points.reduce(0) { $0 + points[$1] }) }
  }

  /// The importances of keypoints and regions by permutation, which any model has that looks at landmarks.
  package init(_ explanation: Explanation) {
    features = explanation.features.map { ($0.name, $0.mean) }
    points = explanation.keypoints.map(\.mean)
    regions = explanation.regions.map { ($0.name, $0.mean) }
    measure = Explanation.measure
  }

  /// `level,name,importance`, each level from the most important down.
  package var csv: String {
    var csv = CSVText(header: ["level", "name", "importance"])
    let levels: [(String, [(name: String, importance: Double)])] = [
      ("feature", features), ("keypoint", points.enumerated().map { ("\($0 + 1)", $1) }), ("region", regions),
    ]
    for (level, entries) in levels {
      for index in entries.indices.sorted(by: { (entries[$0].importance, $1) > (entries[$1].importance, $0) }) {
        csv.append([level, entries[index].name, "\(entries[index].importance)"])
      }
    }
    return csv.text
  }
}

extension BoostedTreesModel {
  /// `feature,gain,cover,weight,total_gain,total_cover` as XGBoost's `get_score` has them, then the total gain of each
  /// output's own trees.
  func importancesCSV(featureNames: [String]) -> String {
    let outputs = classes.count == 2 ? [classes[1]] : classes
    let columns =
      ImportanceKind.allCases.map { importances($0) } + outputs.indices.map { importances(.totalGain, output: $0) }
    var csv = CSVText(
      header: ["feature"] + ImportanceKind.allCases.map(\.rawValue) + outputs.map { "total_gain_\($0)" })
    for (index, name) in featureNames.enumerated() { csv.append([name] + columns.map { "\($0[index])" }) }
    return csv.text
  }
}

import Basics
import Landmarks
import Learning
import ModelFiles

/// How much a model leans on each feature, keypoint and facial region.
package struct ImportanceTable: Sendable {
  package var features: [(name: String, importance: Double)]
  /// By point, x and y together.
  package var points: [Double]
  package var regions: [(name: String, importance: Double)]
  /// What the numbers are, in words.
  package var measure: String

  /// The importances that a model's own trees give; `nil` for a learner that has none.
  package init?(_ model: TrainedModel) {
    let importances: [Double]
    switch model.learner {
    case .randomForest(let forest):
      importances = forest.importances
      measure = "mean decrease of impurity"
    case .boostedTrees(let trees):
      // Total gains add up over a keypoint's coordinates; mean gains would not.
      let gains = trees.importances(.totalGain)
      let total = gains.reduce(0, +)
      importances = total > 0 ? gains.map { $0 / total } : gains
      measure = "share of the total gain"
    }
    let scheme = model.scheme
    features = Array(zip(model.features.featureNames(for: scheme), importances))
    let points = (0..<scheme.pointCount).map { importances[2 * $0] + importances[2 * $0 + 1] }
    self.points = points
    regions = scheme.regions.map { region in (region.name, region.points.reduce(0) { $0 + points[$1] }) }
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

import Basics
import Features
import Foundation
import Landmarks
import Learning
import ModelFiles
import ModelSelection
import Reporting

/// What a model leans on, by permutation: features, keypoints and facial regions.
public struct Explanation: Sendable, Encodable {
  /// The names of the classes, in the order of `perClass`.
  public let classes: [String]
  /// The rows measured on, and how many of them the model gets right.
  public let accuracy: AccuracyEstimate
  /// The importance of each feature.
  public let features: [PermutationImportance.Importance]
  /// The importance of each keypoint: of all features that are read off it, together.
  public let keypoints: [PermutationImportance.Importance]
  /// The importance of each facial region: of all features that are read off any of its points, together. For points that
  /// are not known, the whole face is one.
  public let regions: [PermutationImportance.Importance]

  /// Measures a model on at most `rows` rows of a dataset, taken evenly from all.
  ///
  /// - Throws: `DataError` when the faces do not fit the model.
  /// - Complexity: (features + keypoints + regions) × repeats predictions of the rows.
  public init(
    _ model: TrainedModel, on dataset: LandmarkDataset, rows: Int, repeats: Int, seed: UInt64, threads: Int,
    report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let classifier = try model.traceableClassifier()
    let all = try model.labelledRows(of: dataset)
    let count = min(rows, all.count)
    let sample = all.selecting((0..<count).map { $0 * all.count / count })
    let scheme = model.scheme
    let features = model.features.features(for: scheme)
    let levels: [[PermutationImportance.Group]] = [
      features.enumerated().map { .init(name: $1.name, columns: [$0]) },
      (0..<scheme.pointCount).map { .init(name: "\($0 + 1)", columns: features.indices(touching: [$0])) },
      scheme.regions.map { .init(name: $0.name, columns: features.indices(touching: $0.points)) },
    ]
    let total = levels.reduce(0) { $0 + $1.count }
    let measured = try PermutationImportance(repeats: repeats, seed: seed, threads: threads).importances(
      of: levels.flatMap { $0 }, model: classifier, rows: sample
    ) { report($0, total) }
    classes = model.classes
    accuracy = AccuracyEstimate(
      labels: sample.labels, predictions: try classifier.predictions(of: sample.features))
    self.features = Array(measured[..<levels[0].count])
    keypoints = Array(measured[levels[0].count..<levels[0].count + levels[1].count])
    regions = Array(measured[(levels[0].count + levels[1].count)...])
  }

  /// `level,name,accuracy_lost,std` and a column of lost recall for each class.
  package var csv: String {
    var csv = CSVText(
      header: ["level", "name", "accuracy_lost", "std"] + classes.map { "recall_lost_\($0)" })
    for (level, importances) in [("feature", features), ("keypoint", keypoints), ("region", regions)] {
      for importance in importances.sorted(by: { ($0.mean, $1.name) > ($1.mean, $0.name) }) {
        csv.append(
          [level, importance.name, "\(importance.mean)", "\(importance.std)"] + importance.perClass.map { "\($0)" })
      }
    }
    return csv.text
  }

  /// Writes `importances.csv` and pictures to a folder.
  ///
  /// - Returns: notes, such as pictures that could not be drawn.
  /// - Throws: `FileError` when a file cannot be written.
  public func write(toFolder folder: String, meanShape: [Double]) throws -> [String] {
    try DurableFile.createFolder(folder)
    try DurableFile.write(csv, to: folder + "/importances.csv")
    let measure = "accuracy lost when permuted"
    let scheme = PointScheme(pointCount: keypoints.count)
    let plots = [
      featureImportancePlot(
        names: features.map(\.name), importances: features.map { max(0, $0.mean) }, measure: measure),
      keypointImportancePlot(
        meanShape: meanShape, pointImportances: keypoints.map { max(0, $0.mean) }, scheme: scheme, measure: measure),
      regionImportancePlot(
        meanShape: meanShape, regionImportances: regions.map { max(0, $0.mean) }, scheme: scheme, measure: measure),
    ]
    return try Gnuplot.draw(plots.compactMap { $0 }, inFolder: folder)
  }
}

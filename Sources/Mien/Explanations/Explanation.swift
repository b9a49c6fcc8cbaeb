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
  /// The importance of each feature; empty for a model that looks at mirror images, too, and where it was not asked for.
  public let features: [PermutationImportance.Importance]
  /// The importance of each keypoint: of all features that are read off it, together.
  public let keypoints: [PermutationImportance.Importance]
  /// The importance of each facial region: of all features that are read off any of its points, together. For points that
  /// are not known, the whole face is one.
  public let regions: [PermutationImportance.Importance]

  /// Measures a model on at most `rows` rows of a dataset, taken evenly from all.
  ///
  /// What is permuted are the numbers that are read off landmarks, before anything is made of them, such as principal
  /// components; an ensemble's members see the same permuted faces. Descriptors stay as they are.
  ///
  /// - Throws: `DataError` when the faces do not fit the model, or it looks at nothing that stands for keypoints.
  /// - Complexity: (features + keypoints + regions) × repeats predictions of the rows.
  public init(
    _ model: TrainedModel, on dataset: LandmarkDataset, rows: Int, repeats: Int, seed: UInt64, threads: Int,
    report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let labels = try model.labels(of: dataset)
    try self.init(
      model, faces: Faces(dataset), labels: labels, chosen: Self.evenly(Array(labels.indices), rows), byFeature: true,
      repeats: repeats, seed: seed, threads: threads, report: report)
  }

  /// - Parameters:
  ///   - labels: the class of each face, among the model's.
  ///   - chosen: the faces to measure on.
  ///   - byFeature: whether single features are permuted, too.
  init(
    _ model: TrainedModel, faces: Faces, labels: [Int], chosen: [Int], byFeature: Bool, repeats: Int, seed: UInt64,
    threads: Int, report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let classifier = try FeatureClassifier(model, descriptorCount: faces.descriptors[.fhog]?.columns ?? 0)
    let sample = try LabeledRows(
      features: classifier.rows(of: faces.selecting(chosen)), labels: chosen.map { labels[$0] },
      classes: model.classes)
    let scheme = model.scheme
    let single =
      byFeature && !classifier.isMirrored ? classifier.features.indices.filter(classifier.standsForKeypoints) : []
    let levels: [[PermutationImportance.Group]] = [
      single.map { .init(name: classifier.features[$0].name, columns: [$0]) },
      (0..<scheme.pointCount).map { .init(name: "\($0 + 1)", columns: classifier.columns(touching: [$0])) },
      scheme.regions.map { .init(name: $0.name, columns: classifier.columns(touching: $0.points)) },
    ]
    let total = levels.reduce(0) { $0 + $1.count }
    let measured = try PermutationImportance(repeats: repeats, seed: seed, threads: threads).importances(
      of: levels.flatMap { $0 }, model: classifier, rows: sample
    ) { report($0, total) }
    classes = model.classes
    accuracy = AccuracyEstimate(
      labels: sample.labels, predictions: try classifier.predictions(of: sample.features))
    features = Array(measured[..<levels[0].count])
    keypoints = Array(measured[levels[0].count..<levels[0].count + levels[1].count])
    regions = Array(measured[(levels[0].count + levels[1].count)...])
  }

  /// At most `count` of all, at equal distances.
  static func evenly(_ all: [Int], _ count: Int) -> [Int] {
    let count = min(count, all.count)
    return (0..<count).map { all[$0 * all.count / count] }
  }

  /// `level,name,accuracy_lost,std`, and for each class a column of lost recall and one of lost area under its ROC curve.
  package var csv: String {
    var csv = CSVText(
      header: ["level", "name", "accuracy_lost", "std"] + classes.map { "recall_lost_\($0)" }
        + classes.map { "roc_area_lost_\($0)" })
    for (level, importances) in [("feature", features), ("keypoint", keypoints), ("region", regions)] {
      for importance in importances.sorted(by: { ($0.mean, $1.name) > ($1.mean, $0.name) }) {
        csv.append(
          [level, importance.name, "\(importance.mean)", "\(importance.std)"]
            + (importance.perClass + importance.areaPerClass).map { "\($0)" })
      }
    }
    return csv.text
  }

  /// What the importances are, in words.
  static let measure = "accuracy lost when permuted"

  /// What importances of a model that looks at pictures leave out, in words.
  package static let descriptorsStay =
    "what the model takes from descriptors stays as it is: these are the shares of what is read off landmarks alone"

  /// For each class that the dataset has faces of, its mean face and how much each keypoint matters for telling it from all
  /// others.
  func classImportances(_ dataset: LandmarkDataset) throws -> [ClassImportances] {
    try ShapeStatistics(dataset).classes.compactMap { shape in
      classes.firstIndex(of: shape.name).map { label in
        ClassImportances(
          name: shape.name, meanShape: shape.mean, points: keypoints.map { max(0, $0.areaPerClass[label]) })
      }
    }
  }

  /// Writes `importances.csv` and pictures to a folder.
  ///
  /// - Parameter dataset: the faces whose means are drawn.
  /// - Returns: notes, such as pictures that could not be drawn.
  /// - Throws: `FileError` when a file cannot be written, `DataError` when there are no faces.
  public func write(toFolder folder: String, dataset: LandmarkDataset) throws -> [String] {
    try AtomicFile.createFolder(folder)
    try AtomicFile.write(csv, to: folder + "/importances.csv")
    let (scheme, meanShape) = (dataset.scheme, dataset.meanShape)
    let plots = [
      features.isEmpty
        ? nil
        : featureImportancePlot(
          names: features.map(\.name), importances: features.map { max(0, $0.mean) }, measure: Self.measure),
      keypointImportancePlot(
        meanShape: meanShape, pointImportances: keypoints.map { max(0, $0.mean) }, scheme: scheme,
        measure: Self.measure),
      regionImportancePlot(
        meanShape: meanShape, regionImportances: regions.map { max(0, $0.mean) }, scheme: scheme,
        measure: Self.measure),
      classImportancePlot(try classImportances(dataset), scheme: scheme),
    ]
    return try Gnuplot.draw(plots.compactMap { $0 }, inFolder: folder)
  }
}

extension ExperimentOutcome {
  /// How many rows the best model is explained by, and how often each keypoint is permuted: enough to tell keypoints
  /// apart that matter, and seconds rather than minutes for most models.
  private var explained: (rows: Int, repeats: Int) {
    // Models of descriptors take many times as long for a face.
    best.model.features.descriptors.isEmpty ? (rows: 1000, repeats: 3) : (rows: 300, repeats: 2)
  }

  /// What keypoints and regions mean to the best model, on rows held out, or where none are on rows that it has learned
  /// from; `nil` for a model that looks at nothing that stands for keypoints.
  func explanation(
    on dataset: LandmarkDataset, threads: Int, report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) throws -> Explanation? {
    guard best.model.features.stages.contains(where: { $0.descriptor == nil }) else { return nil }
    return try Explanation(
      best.model, faces: Faces(dataset), labels: dataset.labels,
      chosen: Explanation.evenly(best.evaluation.rows.sorted(), explained.rows), byFeature: false,
      repeats: explained.repeats, seed: experiment.seed, threads: threads, report: report)
  }

  /// What the best model is explained by, in words.
  func explainedRowsText(_ explanation: Explanation) -> String {
    "\(explained.repeats) times on \(explanation.accuracy.rows) "
      + (best.test == nil ? "training rows, as no rows are held out" : "held-out rows")
      + (best.model.features.descriptors.isEmpty ? "" : "; \(Explanation.descriptorsStay)")
  }
}

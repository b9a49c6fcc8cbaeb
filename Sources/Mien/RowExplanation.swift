import Landmarks
import Learning
import ModelFiles
import ModelSelection

/// Why a model takes one face for what it does: what each feature, keypoint and region adds to each class.
public struct RowExplanation: Sendable, Encodable {
  /// What a feature, keypoint or region adds.
  public struct Share: Sendable, Encodable {
    /// What it is.
    public let name: String
    /// What it adds to each output.
    public let contributions: [Double]
  }

  /// The row's number among all rows of the tables, from 0.
  public let row: Int
  /// The image that it comes from, if the table says.
  public let image: String
  /// The row's class.
  public let label: String
  /// The class that the model takes it for.
  public let prediction: String
  /// The probability of each class, calibrated.
  public let probabilities: [String: Double]
  /// What is added up: margins or probabilities.
  public let quantity: Contributions.Quantity
  /// What contributions go to: the classes, or only the second of two.
  public let outputs: [String]
  /// For each output the prediction for a face of which nothing is known.
  public let base: [Double]
  /// For each output base and contributions together.
  public let total: [Double]
  /// By feature.
  public let features: [Share]
  /// By keypoint, x and y together.
  public let keypoints: [Share]
  /// By facial region.
  public let regions: [Share]

  /// Explains one row of a dataset.
  ///
  /// - Throws: `DataError` when there is no such row, the faces do not fit the model, or its learner cannot say.
  public init(_ model: TrainedModel, on dataset: LandmarkDataset, row: Int) throws {
    try model.checkFeaturesAreTraceable()
    let rows = try model.labelledRows(of: dataset)
    guard (0..<rows.count).contains(row) else {
      throw DataError("there is no row \(row): the tables have \(rows.count), counted from 0")
    }
    guard let learner = model.learner.classifier as? any AdditiveClassifier else {
      throw DataError("this kind of model cannot explain single rows")
    }
    let face = rows.features.selecting(rows: [row])
    let contributions = try learner.contributions(of: face.values)
    let probabilities = try model.probabilities(ofFeatures: face)
    let names = model.features.featureNames(for: model.scheme)
    func share(_ name: String, _ columns: some Sequence<Int>) -> Share {
      let columns = Array(columns)
      return Share(
        name: name, contributions: contributions.values.map { values in columns.reduce(0) { $0 + values[$1] } })
    }
    self.row = row
    image = dataset.metadata("image")[row]
    label = rows.classes[rows.labels[row]]
    prediction = rows.classes[probabilities.rowArgmax[0]]
    self.probabilities = Dictionary(uniqueKeysWithValues: zip(rows.classes, probabilities.values))
    quantity = contributions.quantity
    outputs = contributions.outputs
    base = contributions.base
    total = contributions.totals
    features = names.enumerated().map { share($1, [$0]) }
    keypoints = (0..<model.scheme.pointCount).map { share("\($0 + 1)", [2 * $0, 2 * $0 + 1]) }
    regions = model.scheme.regions.map { share($0.name, $0.points.flatMap { [2 * $0, 2 * $0 + 1] }) }
  }
}

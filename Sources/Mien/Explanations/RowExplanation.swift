import Features
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
  public let quantity: ShapleyValues.Quantity
  /// What contributions go to: the classes, or only the second of two.
  public let outputs: [String]
  /// For each output the prediction for a face of which nothing is known.
  public let base: [Double]
  /// For each output base and contributions together.
  public let total: [Double]
  /// By feature.
  public let features: [Share]
  /// By keypoint; what a feature adds is shared equally among the keypoints that it is read off.
  public let keypoints: [Share]
  /// By facial region.
  public let regions: [Share]

  /// Explains one row of a dataset.
  ///
  /// - Throws: `DataError` when there is no such row, the faces do not fit the model, or its learner cannot say.
  public init(_ model: TrainedModel, on dataset: LandmarkDataset, row: Int) throws {
    let classifier = try model.traceableClassifier()
    let rows = try model.labeledRows(of: dataset)
    guard (0..<rows.count).contains(row) else {
      throw DataError("there is no row \(row): the tables have \(rows.count), counted from 0")
    }
    guard let learner = classifier as? any ExplainableClassifier else {
      throw DataError("this kind of model cannot explain single rows")
    }
    let face = rows.features.selecting(rows: [row])
    let contributions = try learner.contributions(of: face.values)
    let probabilities = model.calibration.applied(to: try classifier.probabilities(of: face))
    let features = model.features.features(for: model.scheme)
    let shares = contributions.values.map { values in
      features.sharedAmongKeypoints(values, pointCount: model.scheme.pointCount)
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
    self.features = features.enumerated().map { column, feature in
      Share(name: feature.name, contributions: contributions.values.map { $0[column] })
    }
    keypoints = (0..<model.scheme.pointCount).map { point in
      Share(name: "\(point + 1)", contributions: shares.map { $0[point] })
    }
    regions = model.scheme.regions.map { region in
      Share(name: region.name, contributions: shares.map { $0[region.points].reduce(0, +) })
    }
  }
}

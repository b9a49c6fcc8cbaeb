import Basics
import Features
import KernelMachines
import Landmarks
import Learning
import TreeEnsembles

/// A fitted classifier with all that is needed to use it on a new face, and where it comes from.
public struct TrainedModel: Hashable, Sendable {
  /// The kinds of classifier that a model file can hold.
  public enum FittedLearner: Hashable, Sendable {
    case randomForest(RandomForestModel)
    case boostedTrees(BoostedTreesModel)
    case supportVectors(SupportVectorModel)
    /// Models that each look at faces in their own way.
    case ensemble(Ensemble)

    /// A fitted classifier, or `nil` for a kind that files have no place for.
    public init?(_ classifier: any Classifier) {
      switch classifier {
      case let forest as RandomForestModel: self = .randomForest(forest)
      case let trees as BoostedTreesModel: self = .boostedTrees(trees)
      case let vectors as SupportVectorModel: self = .supportVectors(vectors)
      default: return nil
      }
    }

    /// The classifier of rows of features; `nil` for an ensemble, whose members have features of their own.
    public var classifier: (any Classifier)? {
      switch self {
      case .randomForest(let forest): forest
      case .boostedTrees(let trees): trees
      case .supportVectors(let vectors): vectors
      case .ensemble: nil
      }
    }

    /// The names of the classes.
    public var classes: [String] {
      switch self {
      case .randomForest(let forest): forest.classes
      case .boostedTrees(let trees): trees.classes
      case .supportVectors(let vectors): vectors.classes
      case .ensemble(let ensemble): ensemble.classes
      }
    }
  }

  /// Where a model comes from.
  public struct Training: Hashable, Sendable {
    /// The version of Mien that fitted it.
    public var mienVersion: String
    /// The name of the experiment.
    public var experiment: String
    /// The seed of the experiment.
    public var seed: UInt64
    /// The rows it was fitted on.
    public var rows: Int
    /// The SHA-256 of each table by class name.
    public var dataSHA256: [String: String]
    /// The learner's parameters as YAML writes them.
    public var parameters: [String: String]
    /// The mean score of the cross-validation that chose the parameters.
    public var crossValidationScore: Double

    /// Provenance from its parts.
    public init(
      mienVersion: String, experiment: String, seed: UInt64, rows: Int, dataSHA256: [String: String],
      parameters: [String: String], crossValidationScore: Double
    ) {
      self.mienVersion = mienVersion
      self.experiment = experiment
      self.seed = seed
      self.rows = rows
      self.dataSHA256 = dataSHA256
      self.parameters = parameters
      self.crossValidationScore = crossValidationScore
    }
  }

  /// How the points of a face are placed.
  public let scheme: LandmarkScheme
  /// How points become features; for an ensemble the stages that any member looks at.
  public let features: FeaturePipeline
  /// What becomes of features before the classifier sees them; `nil` for features as they are.
  public let transform: FeatureTransform?
  /// Whether the answer is the mean of those for the face and for its mirror image; an ensemble leaves it to its members.
  public let isMirrored: Bool
  /// The classifier.
  public let learner: FittedLearner
  /// What makes its probabilities mean what they say.
  public let calibration: Calibration
  /// Where it comes from.
  public let training: Training

  /// A model from its parts.
  public init(
    scheme: LandmarkScheme, features: FeaturePipeline, transform: FeatureTransform? = nil, isMirrored: Bool = false,
    learner: FittedLearner, calibration: Calibration = .none, training: Training
  ) {
    self.transform = transform
    self.isMirrored = isMirrored
    self.scheme = scheme
    self.features = features
    self.learner = learner
    self.calibration = calibration
    self.training = training
  }

  /// The names of the classes, in the order of the probability columns.
  public var classes: [String] { learner.classes }

  /// The same model with its probabilities calibrated in another way.
  public func calibrated(by calibration: Calibration) -> TrainedModel {
    TrainedModel(
      scheme: scheme, features: features, transform: transform, isMirrored: isMirrored, learner: learner,
      calibration: calibration, training: training)
  }

  /// Refuses faces with another number of points.
  package func check(_ faces: LandmarkScheme) throws {
    guard faces == scheme else {
      throw DataError(
        "model expects \(2 * scheme.pointCount) features (\(scheme.pointCount) points), "
          + "input has \(2 * faces.pointCount) (\(faces.pointCount) points)")
    }
  }

  /// The faces whose features are made at a time: those of many take far more memory than the faces.
  private static let facesAtOnce = 512

  /// The class probabilities of faces, `(faces, classes)`.
  ///
  /// - Throws: `DataError` for faces with another number of points, or without the descriptors that the model looks at.
  public func probabilities(of faces: Faces) throws -> Matrix<Double> {
    try check(faces.scheme)
    guard faces.count <= Self.facesAtOnce else {
      let starts = Array(stride(from: 0, to: faces.count, by: Self.facesAtOnce))
      let parts = try Parallel.map(count: starts.count, threads: Parallel.availableThreads) { index in
        let range = starts[index]..<min(starts[index] + Self.facesAtOnce, faces.count)
        return try probabilities(of: faces.selecting(Array(range)))
      }
      return Matrix(rows: faces.count, columns: classes.count, values: parts.flatMap(\.values))
    }
    if case .ensemble(let ensemble) = learner { return calibration.applied(to: try ensemble.probabilities(of: faces)) }
    let mirrored = try isMirrored ? features.features(of: faces.mirrored()) : nil
    return try probabilities(ofFeatures: features.features(of: faces), mirrored: mirrored)
  }

  /// The class probabilities of faces whose coordinates stand row after row in image pixels, `(faces, classes)`.
  ///
  /// - Throws: `DataError` for faces with another number of points, or if the model looks at descriptors.
  public func probabilities(ofCoordinates coordinates: [Float], scheme faces: LandmarkScheme) throws -> Matrix<Double> {
    try probabilities(of: Faces(scheme: faces, coordinates: coordinates))
  }

  /// The class probabilities of rows of features, calibrated, `(rows, classes)`.
  ///
  /// - Parameter mirrored: the features of the rows' mirror images, for a model that looks at them.
  /// - Throws: `DataError` for rows with another number of features, and for an ensemble, which looks at faces.
  public func probabilities(ofFeatures rows: Matrix<Float>, mirrored: Matrix<Float>? = nil) throws -> Matrix<Double> {
    guard let classifier = learner.classifier else {
      throw DataError("an ensemble predicts from faces; its members have features of their own")
    }
    guard isMirrored == (mirrored != nil) else {
      throw DataError("this model predicts from \(isMirrored ? "faces and their mirror images" : "faces alone")")
    }
    func answers(_ rows: Matrix<Float>) throws -> Matrix<Double> {
      try classifier.probabilities(of: seen(rows))
    }
    let own = try answers(rows)
    guard let mirrored else { return calibration.applied(to: own) }
    let both = Matrix(
      rows: 2 * own.rows, columns: own.columns, values: own.values + (try answers(mirrored)).values)
    return calibration.applied(to: both.meansOfHalves)
  }

  /// What the classifier sees of rows of features, `(rows, features)`.
  ///
  /// - Throws: `DataError` for rows with another number of features.
  package func seen(_ rows: Matrix<Float>) throws -> Matrix<Float> { try transform?.applied(to: rows) ?? rows }

  /// The names of what the classifier sees: those of features, and `pc_0, pc_1, …` for principal components, after the name
  /// of a stage that has its own: `fhog_pc_0`.
  package var seenFeatureNames: [String] {
    guard let transform else { return features.featureNames(for: scheme) }
    if let components = transform.components { return (0..<components.count).map { "pc_\($0)" } }
    let descriptorCount = zip(features.stages, transform.stages).first { $0.0 == .fhog }?.1.featureCount ?? 0
    let names = features.featureNames(for: scheme, descriptorCount: descriptorCount)
    let columns = features.columns(for: scheme, descriptorCount: descriptorCount)
    return zip(features.stages, zip(transform.stages, columns)).flatMap { stage, map in
      if case .reduced(let components, _) = map.0 {
        return (0..<components.count).map { "\(stage.rawValue)_pc_\($0)" }
      }
      return Array(names[map.1])
    }
  }

  /// The classifier of a model whose features stand for keypoints.
  ///
  /// - Throws: `DataError` for a model that looks at anything else.
  package func traceableClassifier() throws -> any Classifier {
    guard let classifier = learner.classifier else {
      throw DataError(
        "this model is an ensemble; explain one of a single learner, such as those beside "
          + "it in the run's models folder")
    }
    guard transform?.keepsFeaturesApart ?? true, features.descriptors.isEmpty, !isMirrored else {
      throw DataError(
        "this model uses descriptors, principal components or mirror images, which belong to no single landmark; "
          + "a model of landmarks without pca and mirror can be explained")
    }
    return classifier
  }
}

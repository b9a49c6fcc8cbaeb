import Basics
import Features
import Foundation
import Landmarks
import Learning
import SwiftProtobuf

/// A model file that cannot be used: damaged, foreign, or of a newer Mien.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong, and the cure where there is one.
  public let reason: String

  /// `path: reason`.
  public var description: String { "\(path): \(reason)" }
}

extension TrainedModel {
  /// The newest version of the file format that this code knows.
  package static let fileVersion: UInt32 = 2

  /// The oldest version whose readers read the model right, so that they can.
  private var neededVersion: UInt32 {
    if let transform, !transform.stages.allSatisfy(\.isUnchanged) { return 2 }
    guard case .ensemble(let ensemble) = learner else { return 1 }
    return ensemble.members.contains { $0.calibration != .none || $0.neededVersion > 1 } ? 2 : 1
  }

  static let magic = "mien model"

  /// Reads a model file.
  ///
  /// - Throws: `FileError` when it cannot be read, `ModelFileError` when it is not a whole model of a known version.
  public init(contentsOf path: String) throws {
    try self.init(fileData: AtomicFile.read(path), path: path)
  }

  /// Writes the model, whole or not at all.
  ///
  /// - Throws: `FileError` when it cannot be written.
  public func write(to path: String) throws {
    try AtomicFile.write(fileData(), to: path)
  }

  /// The bytes of the model's file: the same for the same model.
  package func fileData() throws -> Data {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    return try Self.file(
      holding: try Mien_Model(self).serializedBytes(options: options), version: neededVersion, options: options)
  }

  /// The bytes of a file that holds a model's message, with its checksum.
  package static func file(
    holding model: Data, version: UInt32 = fileVersion, options: BinaryEncodingOptions = BinaryEncodingOptions()
  ) throws -> Data {
    let envelope = Mien_Envelope.with {
      $0.magic = Self.magic
      $0.version = version
      $0.sha256 = Checksum.sha256(model)
      $0.model = model
    }
    return try envelope.serializedBytes(options: options)
  }

  package init(fileData: Data, path: String) throws {
    func refused(_ reason: String) -> ModelFileError { ModelFileError(path: path, reason: reason) }

    guard let envelope = try? Mien_Envelope(serializedBytes: fileData), envelope.magic == Self.magic else {
      throw refused("not a Mien model, or damaged")
    }
    guard envelope.version <= Self.fileVersion else {
      throw refused(
        "model format \(envelope.version) is newer than this program reads (\(Self.fileVersion)): update Mien")
    }
    guard envelope.version >= 1, envelope.sha256 == Checksum.sha256(envelope.model) else {
      throw refused("damaged: the checksum does not match; copy or train the model again")
    }
    guard let message = try? Mien_Model(serializedBytes: envelope.model) else {
      throw refused("damaged: the model cannot be decoded")
    }
    do throws(InvalidModel) {
      try self.init(message)
    } catch {
      throw refused("invalid model: \(error.reason)")
    }
  }
}

/// Decoded numbers that do not make a model.
package struct InvalidModel: Error {
  let reason: String
}

extension TrainedModel {
  /// The most points of a face that a file may ask for; a guard against hostile files.
  private static let maxPointCount: UInt32 = 100_000

  package init(_ message: Mien_Model) throws(InvalidModel) {
    guard Set(message.classes).count == message.classes.count, message.classes.count >= 2 else {
      throw InvalidModel(reason: "classes must be two or more different names")
    }
    guard (1...Self.maxPointCount).contains(message.pointCount) else {
      throw InvalidModel(reason: "\(message.pointCount) points")
    }
    let scheme = LandmarkScheme(pointCount: Int(message.pointCount))
    if case .ensemble(let ensemble) = message.learner {
      self = TrainedModel(
        try ensemble.ensemble(classes: message.classes, scheme: scheme), training: Training(message.training)
      ).calibrated(by: try Calibration(message.calibration))
      return
    }
    guard let features = try? FeaturePipeline(stageNames: message.features) else {
      throw InvalidModel(reason: "unknown feature stages \(message.features)")
    }
    do {
      try features.check(scheme)
    } catch {
      throw InvalidModel(reason: error.description)
    }
    let transform = try FeatureTransform.checked(message, features: features, scheme: scheme)
    let expected = transform?.count ?? features.columns(for: scheme).last?.upperBound ?? 0
    let learner: FittedLearner
    switch message.learner {
    case .randomForest(let forest):
      learner = .randomForest(try forest.model(classes: message.classes, featureCount: expected))
    case .boostedTrees(let trees):
      learner = .boostedTrees(try trees.model(classes: message.classes, featureCount: expected))
    case .supportVectors(let vectors):
      learner = .supportVectors(try vectors.model(classes: message.classes, featureCount: expected))
    case .ensemble, nil:
      throw InvalidModel(reason: "no learner, or one of a newer Mien")
    }
    self.init(
      scheme: scheme, features: features, transform: transform, isMirrored: message.mirrored, learner: learner,
      calibration: try Calibration(message.calibration),
      training: Training(message.training))
  }
}

extension Mien_Model {
  init(_ model: TrainedModel) {
    self.init()
    classes = model.classes
    pointCount = UInt32(model.scheme.pointCount)
    if let transform = model.transform {
      if let found = transform.components { components = Mien_PrincipalComponents(found) }
      if !transform.stages.allSatisfy(\.isUnchanged) { stageMaps = transform.stages.map(Mien_StageMap.init) }
    }
    mirrored = model.isMirrored
    features = model.features.stages.map(\.rawValue)
    switch model.learner {
    case .randomForest(let forest): randomForest = Mien_RandomForest(forest)
    case .boostedTrees(let trees): boostedTrees = Mien_BoostedTrees(trees)
    case .supportVectors(let vectors): supportVectors = Mien_SupportVectors(vectors)
    case .ensemble(let members):
      ensemble = Mien_Ensemble(members)
      features = []
    }
    training = Mien_Training(model.training)
    if model.calibration != .none { calibration = Mien_Calibration(model.calibration) }
  }
}

extension TrainedModel.Training {
  init(_ message: Mien_Training) {
    self.init(
      mienVersion: message.mienVersion, experiment: message.experiment, seed: message.seed,
      rows: Int(clamping: message.rows), dataSHA256: message.dataSha256, parameters: message.parameters,
      crossValidationScore: message.crossValidationScore)
  }
}

extension Mien_Training {
  init(_ training: TrainedModel.Training) {
    self.init()
    mienVersion = training.mienVersion
    experiment = training.experiment
    seed = training.seed
    rows = UInt64(training.rows)
    dataSha256 = training.dataSHA256
    parameters = training.parameters
    crossValidationScore = training.crossValidationScore
  }
}

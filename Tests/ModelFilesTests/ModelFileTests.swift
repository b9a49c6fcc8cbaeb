import Basics
import Features
import Foundation
import KernelMachines
import Landmarks
import Learning
import SwiftProtobuf
import TestSupport
import Testing
import TreeEnsembles

import ModelFiles

private func smallModel(
  points: Int = 2, trees: Int = 3, calibration: Calibration = .temperature(slope: 1.5)
) throws -> TrainedModel {
  var random = KeyedRandom(seed: 4)
  let rows = try LabeledRows(
    features: Matrix(rows: 60, columns: 2 * points, values: (0..<120 * points).map { _ in Float(random.unit() * 48) }),
    labels: (0..<60).map { $0 % 3 }, classes: ["happy", "neutral", "sad"])
  let forest = try RandomForest(treeCount: trees, maxDepth: 3).fit(rows, seed: 1)
  return TrainedModel(
    scheme: LandmarkScheme(pointCount: points), features: try FeaturePipeline(stageNames: ["raw"]),
    learner: .randomForest(forest), calibration: calibration,
    training: .init(
      mienVersion: "1", experiment: "test", seed: 42, rows: 60, dataSHA256: ["happy": "abc"],
      parameters: ["max_depth": "3"], crossValidationScore: 0.5))
}

@Suite struct ModelFileTests {
  @Test func saveAndLoadPredictToTheBit() throws {
    let model = try smallModel(points: 5, trees: 20)
    let folder = try TemporaryFolder()
    try model.write(to: folder.path + "/a.mien")
    let again = try TrainedModel(contentsOf: folder.path + "/a.mien")
    var random = KeyedRandom(seed: 9)
    let faces = (0..<500).map { _ in Float(random.unit() * 48) }
    let scheme = LandmarkScheme(pointCount: 5)
    #expect(
      try model.probabilities(ofCoordinates: faces, scheme: scheme)
        == again.probabilities(ofCoordinates: faces, scheme: scheme))
    #expect(again.learner == model.learner && again.training == model.training && again.features == model.features)
    #expect(try again.fileData() == model.fileData())
  }

  @Test(arguments: [
    Calibration.none, .temperature(slope: 0.25),
    .isotonic([.init(confidence: 0.3, share: 0.2), .init(confidence: 1, share: 0.9)]),
  ])
  func calibrationIsKept(calibration: Calibration) throws {
    let model = try smallModel(calibration: calibration)
    let again = try TrainedModel(fileData: model.fileData(), path: "a.mien")
    #expect(again.calibration == calibration)
    let face: [Float] = [12, 30, 25, 4]
    let scheme = LandmarkScheme(pointCount: 2)
    #expect(
      try again.probabilities(ofCoordinates: face, scheme: scheme)
        == calibration.applied(
          to: #require(model.learner.classifier).probabilities(of: Matrix(rows: 1, columns: 4, values: face))))
  }

  private func boostedModel() throws -> TrainedModel {
    let forest = try smallModel(points: 3)
    var random = KeyedRandom(seed: 6)
    let rows = try LabeledRows(
      features: Matrix(rows: 90, columns: 6, values: (0..<540).map { _ in Float(random.unit() * 48) }),
      labels: (0..<90).map { $0 % 3 }, classes: forest.classes)
    let trees = try GradientBoosting(treeCount: 4, maxDepth: 3).fit(rows, seed: 1)
    return TrainedModel(
      scheme: forest.scheme, features: forest.features, learner: .boostedTrees(trees), training: forest.training)
  }

  @Test func boostedTreesAndSupportVectorsAreKeptToTheBit() throws {
    for model in [try boostedModel(), try vectorModel(), try vectorModel(isQuantized: true)] {
      let again = try TrainedModel(fileData: model.fileData(), path: "a.mien")
      #expect(again.learner == model.learner)
      let faces = (0..<60).map { Float($0 % 48) }
      #expect(
        try again.probabilities(ofCoordinates: faces, scheme: model.scheme)
          == model.probabilities(ofCoordinates: faces, scheme: model.scheme))
    }
  }

  @Test(arguments: [["distances"], ["angles"], ["symmetry"], ["aligned", "distances", "regions", "angles"]])
  func modelsOfShapesAreKeptToTheBit(stages: [String]) throws {
    let features = try FeaturePipeline(stageNames: stages)
    var random = KeyedRandom(seed: 8)
    let faces = Faces(scheme: .ibug68, coordinates: (0..<60 * 136).map { _ in Float(random.unit() * 48) })
    let rows = try LabeledRows(
      features: features.features(of: faces), labels: (0..<60).map { $0 % 3 }, classes: ["happy", "neutral", "sad"])
    let forest = try RandomForest(treeCount: 5, maxDepth: 3).fit(rows, seed: 1)
    let model = TrainedModel(
      scheme: .ibug68, features: features, learner: .randomForest(forest), training: try smallModel().training)
    let again = try TrainedModel(fileData: model.fileData(), path: "a.mien")
    #expect(again.features == features && again.learner == model.learner)
    #expect(try again.probabilities(of: faces) == model.probabilities(of: faces))

    // Of points that the stage does not know nothing can be made.
    var message = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: model.fileData()).model)
    message.pointCount = 70
    #expect(throws: InvalidModel.self) { try TrainedModel(message) }
  }

  @Test func impossibleBoostedTreesAreRefused() throws {
    let good = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: boostedModel().fileData()).model)
    let changes: [(String, (inout Mien_BoostedTrees) -> Void)] = [
      ("few features", { $0.featureCount = 5 }),
      ("a base margin short", { $0.baseMargin.removeLast() }),
      ("base margin NaN", { $0.baseMargin[0] = .nan }),
      ("base margin that overflows", { $0.baseMargin[0] = 3e38 }),
      ("a tree short", { $0.trees.removeLast() }),
      ("an empty tree", { $0.trees[0] = Mien_BoostedTree() }),
      ("feature beyond the last", { $0.trees[0].feature[0] = 6 }),
      ("feature below -1", { $0.trees[0].feature[0] = -2 }),
      ("a leaf for a root", { $0.trees[0].feature[0] = -1 }),
      ("a node too many", { $0.trees[0].feature.append(-1) }),
      ("threshold infinite", { $0.trees[0].threshold[0] = .infinity }),
      ("a threshold short", { $0.trees[0].threshold.removeLast() }),
      ("a direction short", { $0.trees[0].missingGoesLeft.removeLast() }),
      ("a leaf value short", { $0.trees[0].leafValue.removeLast() }),
      ("leaf value NaN", { $0.trees[0].leafValue[0] = .nan }),
      ("a leaf value that overflows", { $0.trees[0].leafValue[0] = -3e38 }),
      ("a gain short", { $0.trees[0].gain.removeLast() }),
      ("cover negative", { $0.trees[0].cover[0] = -1 }),
    ]
    for (name, change) in changes {
      var message = good
      change(&message.boostedTrees)
      #expect(throws: InvalidModel.self, "\(name)") { try TrainedModel(message) }
    }
    #expect(throws: Never.self) { try TrainedModel(good) }
  }

  private func vectorModel(isQuantized: Bool = false) throws -> TrainedModel {
    let forest = try smallModel(points: 3)
    var random = KeyedRandom(seed: 6)
    let rows = try LabeledRows(
      features: Matrix(rows: 60, columns: 6, values: (0..<360).map { _ in Float(random.unit() * 48) }),
      labels: (0..<60).map { $0 % 3 }, classes: forest.classes)
    let vectors = try SupportVectorMachine(
      kernel: .poly, cost: 2, degree: 2, constant: 1, scale: .standard, isQuantized: isQuantized
    )
    .fit(rows, seed: 1)
    return TrainedModel(
      scheme: forest.scheme, features: forest.features, learner: .supportVectors(vectors), training: forest.training)
  }

  @Test func impossibleSupportVectorsAreRefused() throws {
    let good = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: vectorModel().fileData()).model)
    let changes: [(String, (inout Mien_SupportVectors) -> Void)] = [
      ("few features", { $0.featureCount = 5 }),
      ("a foreign kernel", { $0.kernel = "gauss" }),
      ("gamma NaN", { $0.gamma = .nan }),
      ("gamma negative", { $0.gamma = -1 }),
      ("a huge degree", { $0.degree = 4_000_000_000 }),
      ("an offset short", { $0.featureOffset.removeLast() }),
      ("a factor infinite", { $0.featureFactor[0] = .infinity }),
      ("half a vector", { $0.supportVector.removeLast() }),
      ("a vector short", { $0.supportVector.removeLast(6) }),
      ("a vector NaN", { $0.supportVector[0] = .nan }),
      ("no machine", { $0.machines = [] }),
      ("a class beyond the last", { $0.machines[0].second = 3 }),
      ("classes in the wrong order", { $0.machines[0].first = 2 }),
      ("a pair twice", { $0.machines[1] = $0.machines[0] }),
      ("a pair short", { $0.machines.removeLast() }),
      ("a coefficient short", { $0.machines[0].coefficient.removeLast() }),
      ("a coefficient NaN", { $0.machines[0].coefficient[0] = .nan }),
      ("an offset NaN", { $0.machines[0].offset = .nan }),
      ("a factor that overflows", { $0.featureFactor[0] = 1e300 }),
      ("an offset of a feature that overflows", { $0.featureOffset[0] = 1e308 }),
      ("a coefficient that overflows", { $0.machines[0].coefficient[0] = 1e308 }),
      ("a gamma that overflows", { $0.gamma = 1e300 }),
      ("a vector that overflows", { $0.supportVector[0] = 3e38 }),
    ]
    for (name, change) in changes {
      var message = good
      change(&message.supportVectors)
      #expect(throws: InvalidModel.self, "\(name)") { try TrainedModel(message) }
    }
    #expect(throws: Never.self) { try TrainedModel(good) }
    // A class without rows is in no pair.
    var fewer = good
    fewer.supportVectors.machines.removeLast(2)
    #expect(throws: Never.self) { try TrainedModel(fewer) }
    // Half a megabyte that would ask for the square of 40,000 classes.
    var apart = good
    apart.classes = (0..<40_000).map { "\($0)" }
    apart.supportVectors.supportVector = []
    apart.supportVectors.machines = stride(from: 0, to: 40_000, by: 2).map { first in
      Mien_SupportVectors.Machine.with {
        $0.first = UInt32(first)
        $0.second = UInt32(first + 1)
      }
    }
    #expect(throws: InvalidModel.self) { try TrainedModel(apart) }
  }

  @Test func roundedSupportVectorsTakeAByteANumber() throws {
    let model = try vectorModel(isQuantized: true)
    let good = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: model.fileData()).model)
    guard case .supportVectors(let vectors) = model.learner else { return #expect(Bool(false)) }
    let form = good.supportVectors
    #expect(form.supportVectorByte.count == 6 * vectors.supportVectorCount)
    #expect(form.supportVector.isEmpty && form.supportVectorHalf.isEmpty)
    let changes: [(String, (inout Mien_SupportVectors) -> Void)] = [
      ("a step short", { $0.step.removeLast() }), ("a step of 0", { $0.step[0] = 0 }),
      ("a step NaN", { $0.step[0] = .nan }), ("a least value short", { $0.least.removeLast() }),
      ("half a vector", { $0.supportVectorByte.removeLast() }),
      ("two forms", { $0.supportVector = [1] }), ("steps of nothing", { $0.supportVectorByte = .init() }),
    ]
    for (name, change) in changes {
      var message = good
      change(&message.supportVectors)
      #expect(throws: InvalidModel.self, "\(name)") { try TrainedModel(message) }
    }
  }

  /// A forest, boosted trees and support vector machines.
  private func ensembleModel(_ method: EnsembleRule.Method) throws -> TrainedModel {
    let members = [
      try smallModel(points: 3, calibration: .none), try boostedModel().calibrated(by: .temperature(slope: 2)),
      try vectorModel().calibrated(by: .isotonic([.init(confidence: 0.4, share: 0.5)])),
    ]
    let combination: EnsembleRule =
      switch method {
      case .voting: .voting(weights: [0.5, 0.125, 0.375])
      case .stacking:
        .stacking(
          MultinomialRegression(coefficients: (0..<27).map { Double($0 % 7) / 8 - 0.25 }, intercepts: [0.5, 0, -0.5]))
      }
    return TrainedModel(
      Ensemble(members: members, combination: combination), training: members[0].training
    ).calibrated(by: .temperature(slope: 1.25))
  }

  @Test(arguments: EnsembleRule.Method.allCases)
  func ensemblesAreKeptToTheBit(method: EnsembleRule.Method) throws {
    let model = try ensembleModel(method)
    let again = try TrainedModel(fileData: model.fileData(), path: "a.mien")
    #expect(again == model && again.classes == model.classes && again.features == model.features)
    let faces = (0..<60).map { Float($0 % 48) }
    let ours = try model.probabilities(ofCoordinates: faces, scheme: model.scheme)
    #expect(try ours == again.probabilities(ofCoordinates: faces, scheme: model.scheme))
    for row in 0..<ours.rows { #expect(abs(ours[row: row].reduce(0, +) - 1) < 1e-12) }
    // A face gets the same answer in any company.
    let one = try again.probabilities(ofCoordinates: Array(faces[6..<12]), scheme: model.scheme)
    #expect(one.values == Array(ours[row: 1]))
    #expect(throws: DataError.self) { try model.traceableClassifier() }
    #expect(throws: DataError.self) {
      try model.probabilities(ofFeatures: Matrix(rows: 1, columns: 6, values: Array(faces[..<6])))
    }
  }

  @Test func impossibleEnsemblesAreRefused() throws {
    func message(_ method: EnsembleRule.Method) throws -> Mien_Model {
      try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: ensembleModel(method).fileData()).model)
    }
    let (voting, stacking) = (try message(.voting), try message(.stacking))
    let nested = voting
    let changes: [(String, Mien_Model, (inout Mien_Model) -> Void)] = [
      ("no members", voting, { $0.ensemble.members = [] }),
      (
        "no members and no weights", voting,
        { model in
          model.ensemble.members = []
          model.ensemble.voting.weight = []
        }
      ),
      ("an ensemble within", voting, { $0.ensemble.members[1] = nested }),
      ("a member without a learner", voting, { $0.ensemble.members[0].learner = nil }),
      ("a member of other classes", voting, { $0.ensemble.members[0].classes = ["happy", "neutral", "tired"] }),
      (
        "a member of classes in another order", voting,
        { $0.ensemble.members[0].classes = ["neutral", "happy", "sad"] }
      ),
      ("a member of other points", voting, { $0.ensemble.members[0].pointCount = 4 }),
      ("other points", voting, { $0.pointCount = 4 }),
      ("other classes", voting, { $0.classes = ["a", "b", "c"] }),
      ("a member's calibration NaN", voting, { $0.ensemble.members[1].calibration.sigmoidSlope = .nan }),
      ("a member's calibration without corners", voting, { $0.ensemble.members[2].calibration.isotonic = .init() }),
      ("a member with a hostile number", voting, { $0.ensemble.members[0].randomForest.trees[0].threshold[0] = .nan }),
      ("no combination", voting, { $0.ensemble.combination = nil }),
      ("a weight short", voting, { $0.ensemble.voting.weight.removeLast() }),
      ("a weight more", voting, { $0.ensemble.voting.weight.append(0) }),
      ("a weight NaN", voting, { $0.ensemble.voting.weight[0] = .nan }),
      ("a weight infinite", voting, { $0.ensemble.voting.weight[0] = .infinity }),
      ("a weight below 0", voting, { $0.ensemble.voting.weight = [-0.5, 0.5, 1] }),
      ("weights of too much", voting, { $0.ensemble.voting.weight = [0.5, 0.5, 0.5] }),
      ("no weight at all", voting, { $0.ensemble.voting.weight = [0, 0, 0] }),
      ("a coefficient short", stacking, { $0.ensemble.stacking.coefficient.removeLast() }),
      ("a coefficient NaN", stacking, { $0.ensemble.stacking.coefficient[0] = .nan }),
      ("a coefficient that overflows", stacking, { $0.ensemble.stacking.coefficient[0] = 1e308 }),
      ("an intercept short", stacking, { $0.ensemble.stacking.intercept.removeLast() }),
      ("an intercept infinite", stacking, { $0.ensemble.stacking.intercept[0] = -.infinity }),
      ("a calibration that is none", stacking, { $0.calibration.sigmoidSlope = .nan }),
    ]
    for (name, good, change) in changes {
      var message = good
      change(&message)
      #expect(throws: InvalidModel.self, "\(name)") { try TrainedModel(message) }
    }
    for good in [voting, stacking] { #expect(throws: Never.self) { try TrainedModel(good) } }
    // Members of earlier versions are not calibrated.
    var earlier = voting
    #expect(try Mien_Envelope(serializedBytes: ensembleModel(.voting).fileData()).version == 2)
    for member in earlier.ensemble.members.indices { earlier.ensemble.members[member].clearCalibration() }
    #expect(try TrainedModel(earlier).learner != TrainedModel(voting).learner)
  }

  @Test func everyTruncationIsRefused() throws {
    let data = try smallModel(trees: 2).fileData()
    for length in 0..<data.count {
      #expect(throws: ModelFileError.self, "\(length) bytes") {
        try TrainedModel(fileData: data.prefix(length), path: "a.mien")
      }
    }
  }

  @Test func everyFlippedBitIsRefusedOrHarmless() throws {
    let model = try smallModel(trees: 2)
    let data = try model.fileData()
    for index in data.indices {
      for bit in 0..<8 {
        var damaged = data
        damaged[index] ^= 1 << bit
        do {
          let read = try TrainedModel(fileData: damaged, path: "a.mien")
          // What is taken after all must be the same model.
          #expect(read.learner == model.learner, "byte \(index), bit \(bit)")
        } catch {
          #expect(error is ModelFileError, "byte \(index), bit \(bit)")
        }
      }
    }
  }

  private enum Kind: String, CaseIterable {
    case forest, boostedTrees, vectors, vectorsOfBytes, stages, voting, stackingOfStages
  }

  private func model(_ kind: Kind) throws -> TrainedModel {
    switch kind {
    case .forest: return try smallModel(points: 3)
    case .boostedTrees: return try boostedModel()
    case .vectors: return try vectorModel()
    case .vectorsOfBytes: return try vectorModel(isQuantized: true)
    case .stages: return try stagesModel()
    case .voting: return try ensembleModel(.voting)
    case .stackingOfStages:
      let members = try [Calibration.none, .temperature(slope: 2)].map { try stagesModel().calibrated(by: $0) }
      let regression = MultinomialRegression(
        coefficients: (0..<18).map { Double($0 % 5) / 4 - 0.5 }, intercepts: [0.5, 0, -0.5])
      return TrainedModel(
        Ensemble(members: members, combination: .stacking(regression)), training: members[0].training)
    }
  }

  /// The bytes of a model with one to three of them changed, half of the time near the ends, where what is not a number of a
  /// tree or a vector stands.
  private func damaged(_ bytes: Data, _ random: inout KeyedRandom) -> Data {
    var damaged = Array(bytes)
    for _ in 0...random.below(3) {
      let span = random.below(2) == 0 ? min(128, damaged.count) : damaged.count
      let offset = Int(random.below(UInt32(span)))
      let place = random.below(2) == 0 ? offset : damaged.count - 1 - offset
      if random.below(4) == 0 {
        damaged[place] = UInt8(random.below(256))
      } else {
        damaged[place] ^= 1 << UInt8(random.below(8))
      }
    }
    return Data(damaged)
  }

  /// Damage behind a right checksum: nothing may trap, and what is read after all must answer like a model.
  @Test(arguments: Kind.allCases)
  private func changedBytesBehindARightChecksumAreRefusedOrGiveProbabilities(kind: Kind) throws {
    let model = try model(kind)
    var envelope = try Mien_Envelope(serializedBytes: model.fileData())
    let bytes = envelope.model
    var random = KeyedRandom(seed: 12)
    // Boosters look at 64 rows and more in another way.
    let few = Faces(
      scheme: model.scheme, coordinates: (0..<6 * model.scheme.pointCount).map { _ in Float(random.unit() * 48) })
    let many = few.selecting((0..<66).map { $0 % 3 })
    var (refused, answered) = (0, 0)
    for number in 0..<300 {
      var random = KeyedRandom(seed: 12, UInt64(number))
      envelope.model = damaged(bytes, &random)
      envelope.sha256 = Checksum.sha256(envelope.model)
      let file: Data = try envelope.serializedBytes()
      do {
        let read = try TrainedModel(fileData: file, path: "a.mien")
        let probabilities = try read.probabilities(of: number % 8 == 0 ? many : few)
        for row in 0..<probabilities.rows {
          let values = probabilities[row: row]
          let isWhole = values.allSatisfy { $0.isFinite && $0 >= 0 } && abs(values.reduce(0, +) - 1) < 1e-8
          #expect(isWhole, "\(number): \(values)")
        }
        answered += 1
      } catch is ModelFileError {
        refused += 1
      } catch is DataError {
        // Of other faces than these, or with numbers that these faces do not lead to an answer by.
      }
    }
    #expect(refused > 0 && answered > 0, "\(refused) refused, \(answered) answered")
  }

  /// Support vectors that are components, weighted or not.
  @Test(arguments: [1, 0.67, 0.3])
  func supportVectorsOfWeightedComponentsTake16BitsANumber(weight: Double) throws {
    let (features, transform, rows) = try stagedRows(
      ["aligned", "distances"],
      [FeatureSetOptions(componentCount: 4, weight: weight), FeatureSetOptions(scale: .standard, componentCount: 3)])
    let vectors = try SupportVectorMachine().fit(rows, seed: 1)
    let model = TrainedModel(
      scheme: .ibug68, features: features, transform: transform, learner: .supportVectors(vectors),
      training: try smallModel().training)
    let file = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: model.fileData()).model)
    #expect(vectors.supportVectorCount > 0 && file.supportVectors.supportVector.isEmpty)
    #expect(file.supportVectors.supportVectorHalf.count == 2 * 7 * vectors.supportVectorCount)
    #expect(try TrainedModel(fileData: model.fileData(), path: "a.mien") == model)
  }

  @Test func whatOlderProgramsReadRightStaysAsTheyKnowIt() throws {
    #expect(try Mien_Envelope(serializedBytes: smallModel().fileData()).version == 1)
    #expect(try Mien_Envelope(serializedBytes: stagesModel().fileData()).version == 2)
    let inEnsemble = TrainedModel(
      Ensemble(members: [try stagesModel()], combination: .voting(weights: [1])), training: try smallModel().training)
    #expect(try Mien_Envelope(serializedBytes: inEnsemble.fileData()).version == 2)
  }

  /// 60 made-up faces of three classes, as stages with these options show them.
  private func stagedRows(
    _ stages: [String], _ options: [FeatureSetOptions]
  ) throws -> (FeaturePipeline, FeatureTransform, LabeledRows) {
    let features = try FeaturePipeline(stageNames: stages)
    var random = KeyedRandom(seed: 8)
    let faces = Faces(scheme: .ibug68, coordinates: (0..<60 * 136).map { _ in Float(random.unit() * 48) })
    let table = try features.features(of: faces)
    let transform = try FeatureTransform(
      FeatureTransform.Settings(
        stages: zip(features.columns(for: .ibug68), options).map { .init(columns: $0, options: $1) }, seed: 1),
      rows: table, training: Array(0..<60))
    let rows = try LabeledRows(
      features: transform.applied(to: table), labels: (0..<60).map { $0 % 3 }, classes: ["happy", "neutral", "sad"])
    return (features, transform, rows)
  }

  /// A forest that sees components of aligned faces, scaled distances, and measures of regions as they are.
  private func stagesModel() throws -> TrainedModel {
    let (features, transform, rows) = try stagedRows(
      ["aligned", "distances", "regions"],
      [
        FeatureSetOptions(componentCount: 4, weight: 0.25), FeatureSetOptions(scale: .standard, weight: 3),
        FeatureSetOptions(),
      ])
    let forest = try RandomForest(treeCount: 5, maxDepth: 3).fit(rows, seed: 1)
    return TrainedModel(
      scheme: .ibug68, features: features, transform: transform, learner: .randomForest(forest),
      training: try smallModel().training)
  }

  /// More faces than are evaluated at a time.
  @Test(arguments: [511, 512, 513, 1025])
  func manyFacesAreJudgedAsEachIsAlone(count: Int) throws {
    var random = KeyedRandom(seed: 10)
    let faces = Faces(scheme: .ibug68, coordinates: (0..<count * 136).map { _ in Float(random.unit() * 48) })
    let stages = try stagesModel()
    let mirrored = TrainedModel(
      scheme: .ibug68, features: stages.features, transform: stages.transform, isMirrored: true,
      learner: stages.learner, training: stages.training)
    let ensemble = TrainedModel(
      Ensemble(members: [stages, mirrored], combination: .voting(weights: [0.25, 0.75])), training: stages.training)
    for model in [stages, mirrored, ensemble] {
      let together = try model.probabilities(of: faces)
      #expect(together.rows == count)
      for row in [0, 1, 510, 511, 512, 1023, 1024] where row < count {
        #expect(try model.probabilities(of: faces.selecting([row])).values == Array(together[row: row]), "\(row)")
      }
    }
    #expect(throws: DataError.self) {
      try vectorModel().probabilities(of: faces)
    }
  }

  @Test func whatBecomesOfStagesIsKeptToTheBit() throws {
    let model = try stagesModel()
    #expect(model.transform?.featureCount == 136 + 50 + 17 && model.transform?.count == 4 + 50 + 17)
    let again = try TrainedModel(fileData: model.fileData(), path: "a.mien")
    #expect(try again == model && again.fileData() == model.fileData())
    var random = KeyedRandom(seed: 9)
    let faces = Faces(scheme: .ibug68, coordinates: (0..<70 * 136).map { _ in Float(random.unit() * 48) })
    let ours = try model.probabilities(of: faces)
    #expect(try again.probabilities(of: faces) == ours)
    // A face gets the same answer in any company.
    #expect(try again.probabilities(of: faces.selecting([66])).values == Array(ours[row: 66]))
    let names = model.seenFeatureNames
    #expect(names.count == 71 && names[3] == "aligned_pc_3" && names[4] == "distance_49_55")
    #expect(throws: DataError.self) { try model.traceableClassifier() }
  }

  @Test func impossibleStageMapsAreRefused() throws {
    let good = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: stagesModel().fileData()).model)
    let changes: [(String, (inout Mien_Model) -> Void)] = [
      ("no maps", { $0.stageMaps = [] }),
      ("a map short", { $0.stageMaps.removeLast() }),
      ("a map more", { $0.stageMaps.append(Mien_StageMap()) }),
      ("maps in another order", { $0.stageMaps.swapAt(0, 1) }),
      ("numbers as they are instead of components", { $0.stageMaps[0] = Mien_StageMap() }),
      ("components of nothing", { $0.stageMaps[0].reduction.clearComponents() }),
      ("components of a feature more", { $0.stageMaps[0].reduction.components.factor.append(1) }),
      ("a direction a byte short", { $0.stageMaps[0].reduction.components.direction.removeLast() }),
      ("a factor of components NaN", { $0.stageMaps[0].reduction.components.factor[0] = .nan }),
      ("a component short", { $0.stageMaps[0].reduction.components.offset.removeLast() }),
      ("a weight of 0", { $0.stageMaps[0].reduction.weight = 0 }),
      ("a weight below 0", { $0.stageMaps[0].reduction.weight = -1 }),
      ("a weight NaN", { $0.stageMaps[0].reduction.weight = .nan }),
      ("a weight that overflows", { $0.stageMaps[0].reduction.weight = 1e300 }),
      ("an offset short", { $0.stageMaps[1].scaling.offset.removeLast() }),
      ("a factor short", { $0.stageMaps[1].scaling.factor.removeLast() }),
      (
        "a feature short",
        {
          $0.stageMaps[1].scaling.offset.removeLast()
          $0.stageMaps[1].scaling.factor.removeLast()
        }
      ),
      ("a scale of nothing", { $0.stageMaps[1].scaling = .init() }),
      ("an offset NaN", { $0.stageMaps[1].scaling.offset[0] = .nan }),
      ("a factor infinite", { $0.stageMaps[1].scaling.factor[0] = .infinity }),
      ("a factor that overflows", { $0.stageMaps[1].scaling.factor[0] = 1e300 }),
      ("components of all that are those of one", { $0.components = $0.stageMaps[0].reduction.components }),
      ("another learner", { $0.randomForest.featureCount = 203 }),
      ("other stages", { $0.features = ["aligned", "distances", "angles"] }),
    ]
    for (name, change) in changes {
      var message = good
      change(&message)
      #expect(throws: InvalidModel.self, "\(name)") { try TrainedModel(message) }
    }
    #expect(throws: Never.self) { try TrainedModel(good) }
  }

  @Test func aNewerFormatSaysSo() throws {
    var envelope = try Mien_Envelope(serializedBytes: smallModel().fileData())
    envelope.version = 3
    let data: Data = try envelope.serializedBytes()
    let error = #expect(throws: ModelFileError.self) { try TrainedModel(fileData: data, path: "a.mien") }
    #expect(error?.description == "a.mien: model format 3 is newer than this program reads (2): update Mien")
  }

  @Test func foreignFilesAreNoModels() throws {
    let error = #expect(throws: ModelFileError.self) {
      try TrainedModel(contentsOf: Repository.samples + "/faces/happy/small.png")
    }
    #expect(error?.reason == "not a Mien model, or damaged")
  }

  /// Hostile numbers behind a right checksum: each must be refused, none may trap.
  @Test func impossibleNumbersAreRefused() throws {
    let good = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: smallModel().fileData()).model)
    let changes: [(String, (inout Mien_Model) -> Void)] = [
      ("no classes", { $0.classes = [] }),
      ("one class", { $0.classes = ["happy"] }),
      ("equal classes", { $0.classes = ["a", "a", "b"] }),
      ("too many classes", { $0.classes = ["a", "b", "c", "d"] }),
      ("no points", { $0.pointCount = 0 }),
      ("other points", { $0.pointCount = 3 }),
      ("many points", { $0.pointCount = .max }),
      ("unknown stage", { $0.features = ["magic"] }),
      ("no stages", { $0.features = [] }),
      ("no learner", { $0.learner = nil }),
      ("no trees", { $0.randomForest.trees = [] }),
      ("an empty tree", { $0.randomForest.trees[0] = Mien_Tree() }),
      ("few importances", { $0.randomForest.importances.removeLast() }),
      ("importance NaN", { $0.randomForest.importances[0] = .nan }),
      ("feature beyond the last", { $0.randomForest.trees[0].feature[0] = 4 }),
      ("feature below -1", { $0.randomForest.trees[0].feature[0] = -2 }),
      ("a leaf for a root", { $0.randomForest.trees[0].feature[0] = -1 }),
      ("a node too many", { $0.randomForest.trees[0].feature.append(-1) }),
      ("never a leaf", { $0.randomForest.trees[0].feature = [0, 0, 0, 0, 0] }),
      ("threshold NaN", { $0.randomForest.trees[0].threshold[0] = .nan }),
      ("a threshold short", { $0.randomForest.trees[0].threshold.removeLast() }),
      ("a count short", { $0.randomForest.trees[0].leafCount.removeLast() }),
      (
        "counts that overflow",
        { model in
          model.randomForest.trees[0].leafCount = model.randomForest.trees[0].leafCount.map { _ in .max }
        }
      ),
      ("slope zero", { $0.calibration.sigmoidSlope = 0 }),
      ("slope NaN", { $0.calibration.sigmoidSlope = .nan }),
      ("a curve without corners", { $0.calibration.isotonic = .init() }),
      (
        "a falling curve",
        { model in
          model.calibration.isotonic = .with {
            $0.confidence = [0.1, 0.5]
            $0.share = [0.6, 0.5]
          }
        }
      ),
      (
        "a share above 1",
        { model in
          model.calibration.isotonic = .with {
            $0.confidence = [0.1]
            $0.share = [1.5]
          }
        }
      ),
      ("weight zero", { $0.randomForest.trees[0].classWeight[0] = 0 }),
      ("weight infinite", { $0.randomForest.trees[0].classWeight[0] = .infinity }),
      ("a weight short", { $0.randomForest.trees[0].classWeight.removeLast() }),
    ]
    for (name, change) in changes {
      var message = good
      change(&message)
      #expect(throws: InvalidModel.self, "\(name)") { try TrainedModel(message) }
    }
    #expect(throws: Never.self) { try TrainedModel(good) }
  }

  @Test func facesOfAnotherSchemeAreRefusedWithBothCounts() throws {
    let error = #expect(throws: DataError.self) {
      try smallModel().probabilities(ofCoordinates: [1, 2], scheme: LandmarkScheme(pointCount: 1))
    }
    #expect(error?.description == "model expects 4 features (2 points), input has 2 (1 points)")
  }
}

import Features
import Foundation
import Landmarks
import Learning
import ModelFiles
import ModelSelection
import TestSupport
import Testing

import Mien

@Suite struct DescriptorModelTests {
  /// Faces of two classes whose descriptors have more energy on the left or on the right, and so differ from their mirror
  /// images.
  private func dataset(in folder: String, rows: Int = 60) throws -> LandmarkDataset {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let scheme = LandmarkScheme(pointCount: 68)
    for (label, name) in ["calm", "glad"].enumerated() {
      var random = KeyedRandom(seed: UInt64(label + 1))
      let coordinates = (0..<rows * 136).map { _ in Float(Int(random.below(480))) / 10 }
      var values: [Float16] = []
      for _ in 0..<rows {
        for place in 0..<4 * 31 {
          let isLow = place / 62 == 1
          let planted = isLow == (label == 0) && place % 31 < 6 ? 0.3 : 0
          values.append(Float16(planted + random.unit() * 0.2))
        }
      }
      // Three rows each look alike.
      let hashes = (0..<rows).map { row in
        var random = KeyedRandom(seed: UInt64(row / 3 + 1000 * label))
        return NearDuplicates.text(random.next())
      }
      try LandmarkTable(
        className: name, scheme: scheme, metadataNames: ["dhash"], metadata: [hashes],
        coordinates: coordinates
      ).write(toFolder: folder)
      try DescriptorTable(rows: rows, columns: 4 * 31, values: values)
        .write(to: folder + "/" + DescriptorKind.fhog.fileName(ofClass: name))
      let chips = (0..<rows * 48 * 48).map { _ in Float16(random.below(256)) }
      try DescriptorTable(rows: rows, columns: 48 * 48, values: chips)
        .write(to: folder + "/" + DescriptorKind.chip.fileName(ofClass: name))
      let columns = DescriptorKind.keypointFHOG.standardColumns
      try DescriptorTable(
        rows: rows, columns: columns, values: (0..<rows * columns).map { _ in Float16(random.unit() / 2) }
      ).write(to: folder + "/" + DescriptorKind.keypointFHOG.fileName(ofClass: name))
    }
    return try LandmarkDataset(folder: folder, descriptors: DescriptorKind.allCases)
  }

  private func temporaryFolder() -> String { NSTemporaryDirectory() + "mien-descriptors-\(UUID().uuidString)" }

  private func experiment(_ text: String, _ overrides: [String] = []) throws -> Experiment {
    try Experiment(
      yaml: """
        data: tables
        features: [fhog]
        pca: 5
        test_size: 0.25
        cv: 3
        \(text)
        learners:
          svc: {C: [1, 10], gamma: [1]}
          random_forest: {n_estimators: [20], max_depth: [3]}
        """, path: "e.yaml", overrides: overrides)
  }

  /// Lists whose stages have scale, components and weight of their own.
  private static let lists = [
    "[fhog: {pca: 5}]", "[aligned: {scale: standard, weight: 0.3}, distances: {scale: minmax}]",
    "[aligned: {scale: standard, weight: 0.05}, fhog: {pca: 5}]",
    "[patches: {pca: 6, weight: 0.3}, fhog: {pca: 5}, keypoint_fhog: {pca: 4, weight: 0.2}]",
  ]
  private static let ownStages = ["features=[\(lists.joined(separator: ", "))]", "pca=null"]

  @Test func ensemblesOfModelsWithDescriptorsAndMirrorImagesAnswerTheSame() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let outcome = try experiment("mirror: true\nensembles: [voting, stacking]").run(on: dataset, threads: 2)
    #expect(outcome.selected.count == 4)
    for selected in outcome.selected[2...] {
      let model = try TrainedModel(fileData: selected.model.fileData(), path: "a.mien")
      #expect(model == selected.model && model.features.descriptors == [.fhog])
      let all = try model.probabilities(of: Faces(dataset))
      let test = try #require(selected.test)
      for (place, row) in test.rows.enumerated() {
        #expect(Array(test.probabilities[row: place]) == Array(all[row: row]), "\(selected.result.name), row \(row)")
      }
    }
  }

  @Test func copiesWithoutPicturesAreRefusedForWhatTheyAre() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var experiment = try experiment("mirror: false")
    experiment.balance = .oversample
    let error = #expect(throws: DataError.self) { try experiment.run(on: dataset(in: folder), threads: 1) }
    #expect(error?.description.hasPrefix("balance: oversample adds copies without images, which fhog") == true)
  }

  @Test func descriptorsAndTheFeaturesThatTheyBecomeAreCountedInTheEstimate() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try dataset(in: folder)
    let dataset = try LandmarkDataset(folder: folder, descriptors: [.fhog])
    let plain = try LandmarkDataset(folder: folder)
    let (own, mirrored) = (try experiment("mirror: false"), try experiment("mirror: true"))
    // 4 bytes a coordinate and 2 a number of a descriptor, and once more for the rows held out.
    let row = 4 * 136 + 2 * 124
    #expect(own.memory(on: dataset, testRows: 30, features: 124).held == (120 + 30) * row)
    #expect(own.memory(on: plain, testRows: 30, features: 124).held == (120 + 30) * 4 * 136)
    let making = own.memory(on: dataset, testRows: 30, features: 124).making
    #expect(making > 90 * (row + 4 * 124) && mirrored.memory(on: dataset, testRows: 30, features: 124).making > making)
    let (search, training, folds) = try own.search(on: dataset, threads: 1)
    let estimate = try own.estimate(of: search, on: training, folds: folds, dataset: dataset)
    #expect(estimate.bytes >= search.bytes(on: training, folds: folds) + (120 + 30) * row)
  }

  @Test(arguments: ["mirror: false", "mirror: true"])
  func aStagesOwnComponentsAreThoseThatAllStagesTogetherWouldHave(text: String) throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let all = try experiment(text).run(on: dataset, threads: 2)
    let own = try experiment(text, ["features=[fhog: {pca: 5}]", "pca=null"]).run(on: dataset, threads: 2)
    for (one, other) in zip(all.results.candidates, own.results.candidates) {
      #expect(one.folds.map(\.probabilities) == other.folds.map(\.probabilities))
    }
    for (one, other) in zip(all.selected, own.selected) {
      #expect(one.model.learner == other.model.learner && one.model.transform != other.model.transform)
      #expect(one.test?.probabilities == other.test?.probabilities)
      #expect(try one.model.probabilities(of: Faces(dataset)) == other.model.probabilities(of: Faces(dataset)))
    }
  }

  @Test func eachListWithStagesOfItsOwnGetsWhatASearchOfItsOwnGives() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let together = try experiment("mirror: true", Self.ownStages).run(on: dataset, threads: 2)
    for (place, list) in Self.lists.enumerated() {
      let alone = try experiment("mirror: true", ["features=\(list)", "pca=null"]).run(on: dataset, threads: 1)
      let part = together.results.candidates.filter { $0.candidate.features?.place == place }
      #expect(part.count == 3 && part.allSatisfy { $0.candidate.features?.name.hasPrefix("[") == true })
      for (one, other) in zip(part, alone.results.candidates) {
        #expect(one.folds.map(\.probabilities) == other.folds.map(\.probabilities), "\(list)")
      }
    }
  }

  @Test func modelsOfStagesWithTheirOwnScaleStandInOneEnsemble() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let outcome = try experiment("mirror: true\nensembles: [voting, stacking]", Self.ownStages)
      .run(on: dataset, threads: 2)
    guard case .ensemble(let stacking) = outcome.selected[3].model.learner else { throw DataError("not an ensemble") }
    #expect(stacking.members.count == 8)
    #expect(Set(stacking.members.map { $0.transform?.count ?? 0 }) == [5, 186, 141, 15])
    for selected in outcome.selected {
      let model = try TrainedModel(fileData: selected.model.fileData(), path: "a.mien")
      #expect(model == selected.model)
      let all = try model.probabilities(of: Faces(dataset))
      let test = try #require(selected.test)
      for (place, row) in test.rows.enumerated() {
        #expect(Array(test.probabilities[row: place]) == Array(all[row: row]), "\(selected.result.name), row \(row)")
      }
    }
  }

  @Test(arguments: [0, 1, 10, 22])
  func aSearchWithStagesOfTheirOwnThatGoesOnGivesTheSameBytes(savedLines: Int) throws {
    let (folder, data) = (try TemporaryFolder(), temporaryFolder())
    defer { try? FileManager.default.removeItem(atPath: data) }
    let dataset = try dataset(in: data)
    let experiment = try experiment("ensembles: [voting]", Self.ownStages)
    let subject = Journal.Subject(mienVersion: "1", experimentSHA256: "", dataSHA256: [:])
    let whole = try Journal(path: folder.path + "/whole", subject: subject)
    let undisturbed = try experiment.run(on: dataset, threads: 1, journal: whole)
    #expect(whole.savedCount == 4 * 3 * 3)
    let lines = try folder.read("whole").split(separator: "\n")
    _ = try folder.write(lines[...savedLines].joined(separator: "\n") + "\n{\"sha256\":\"torn", to: "cut")
    let cut = try Journal(path: folder.path + "/cut", subject: subject)
    #expect(cut.savedCount == savedLines)
    let resumed = try experiment.run(on: dataset, threads: 3, journal: cut)
    for (one, other) in zip(undisturbed.results.candidates, resumed.results.candidates) {
      #expect(one.folds.map(\.probabilities) == other.folds.map(\.probabilities) && one.rank == other.rank)
    }
    for (one, other) in zip(undisturbed.selected, resumed.selected) {
      #expect(try one.model.fileData() == other.model.fileData())
    }
  }

  @Test func theLastPointOfALearningCurveIsTheScoreOfAListWithStagesOfItsOwn() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    // A forest's answers are the same however it is fitted.
    let experiment = try experiment(
      "mirror: true", Self.ownStages + ["learners={random_forest: {n_estimators: [20], max_depth: [3]}}"])
    let outcome = try experiment.run(on: dataset, threads: 2)
    let curve = try experiment.learningCurve(of: outcome, on: dataset, threads: 2)
    let best = try #require(outcome.results.best())
    #expect(curve.points.last?.testScores == best.foldScores)
  }

  @Test func plantedLooksAreLearnedAndTheModelFileAnswersTheSame() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    for text in ["mirror: true", "mirror: false"] {
      let outcome = try experiment(text).run(on: dataset, threads: 2)
      #expect(outcome.best.evaluation.accuracy.accuracy > 0.9, "\(text)")
      for selected in outcome.selected {
        let model = selected.model
        #expect(
          model.transform?.featureCount == 124 && model.transform?.count == 5
            && model.isMirrored == (text == "mirror: true"))
        let again = try TrainedModel(fileData: model.fileData(), path: "a.mien")
        let (ours, theirs) = (try model.probabilities(of: Faces(dataset)), try again.probabilities(of: Faces(dataset)))
        #expect(ours.values == theirs.values, "\(text)")
        #expect(again.transform == model.transform && again.isMirrored == model.isMirrored)
        // What the run says of held-out faces is what the model says of them.
        let test = try #require(selected.test)
        for (place, row) in test.rows.enumerated() {
          #expect(Array(test.probabilities[row: place]) == Array(ours[row: row]), "\(text), row \(row)")
        }
      }
    }
  }

  @Test func aMirroredModelSaysTheSameOfAFaceAndItsMirrorImage() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let faces = Faces(dataset)
    let outcome = try experiment("mirror: true", Self.ownStages).run(on: dataset, threads: 1)
    for selected in outcome.selected {
      let own = try selected.model.probabilities(of: faces)
      let other = try selected.model.probabilities(of: faces.mirrored())
      let furthest = zip(own.values, other.values).map { abs($0 - $1) }.max() ?? 1
      #expect(furthest < 1e-9)
    }
  }

  @Test func resultsAreTheSameAtAnyNumberOfThreads() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let outcomes = try [1, 3].map { try experiment("mirror: true").run(on: dataset, threads: $0) }
    for (one, three) in zip(outcomes[0].results.candidates, outcomes[1].results.candidates) {
      #expect(one.folds.map(\.probabilities.values) == three.folds.map(\.probabilities.values))
    }
    #expect(try outcomes[0].best.model.fileData() == outcomes[1].best.model.fileData())
  }

  @Test func aRowIsJudgedByModelsThatKnowNeitherItNorItsMirrorImage() throws {
    let rows = try LabeledRows(
      features: Matrix(rows: 12, columns: 1, values: (0..<12).map(Float.init)), labels: (0..<12).map { $0 % 2 },
      classes: ["a", "b"])
    let training = try SearchData(rows).mirrored(
      by: Matrix(rows: 12, columns: 1, values: (0..<12).map { 100 + Float($0) }))
    let folds = try StratifiedFolds(labels: rows.labels, classes: rows.classes, count: 3)
    for number in 0..<3 {
      let fold = training.fold(number, of: folds)
      let scored = Set(fold.scored)
      #expect(fold.scored.count == 4 && fold.validation.count == 8 && fold.isMirrored)
      #expect(fold.validation.suffix(4) == ArraySlice(fold.scored.map { 12 + $0 }))
      let known = Set(fold.training.map { $0 % 12 })
      #expect(known.isDisjoint(with: scored) && fold.training.count == 16)
    }
  }

  @Test func modelsOfDescriptorsRefuseFacesWithoutThem() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let model = try experiment("mirror: false").run(on: dataset, threads: 1).best.model
    #expect(throws: DataError.self) {
      try model.probabilities(of: Faces(scheme: dataset.scheme, coordinates: Faces(dataset).coordinates))
    }
    #expect(throws: DataError.self) { try Explanation(model, on: dataset, rows: 10, repeats: 1, seed: 1, threads: 1) }
  }

  @Test func descriptorsOfAnotherWidthAreRefusedByName() throws {
    for (kind, columns) in [(DescriptorKind.keypointFHOG, 100), (.keypointFHOG, 7000), (.chip, 47 * 47)] {
      let folder = temporaryFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      _ = try dataset(in: folder)
      let path = folder + "/" + kind.fileName(ofClass: "glad")
      try DescriptorTable(rows: 60, columns: columns, values: Array(repeating: 0.5, count: 60 * columns)).write(
        to: path)
      let error = #expect(throws: TableError.self) { try LandmarkDataset(folder: folder, descriptors: [kind]) }
      #expect(error?.description.hasPrefix("\(path): \(columns) numbers a row, \(kind.rawValue) has") == true)
    }
  }

  @Test func nearDuplicatesStayOnOneSide() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let outcome = try experiment("groups: near_duplicates").run(on: dataset, threads: 1)
    let groups = NearDuplicates.groups(hashes: dataset.metadata(NearDuplicates.column))
    #expect(Set(groups).count < groups.count / 2)
    let learned = Set(outcome.holdOut.training.map { groups[$0] })
    #expect(learned.isDisjoint(with: outcome.holdOut.test.map { groups[$0] }))
  }

  @Test func impossibleComponentsAreRefused() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try experiment("mirror: true").run(on: dataset(in: folder), threads: 1).best.model
    let good = try Mien_Model(serializedBytes: Mien_Envelope(serializedBytes: model.fileData()).model)
    #expect(throws: Never.self) { try TrainedModel(good) }
    let changes: [(String, (inout Mien_Model) -> Void)] = [
      ("no components", { $0.clearComponents() }),
      ("a feature more", { $0.components.factor.append(1) }),
      ("a factor that overflows", { $0.components.factor[0] = 3e38 }),
      ("a byte short", { $0.components.direction.removeLast() }),
      ("a direction short", { $0.components.direction.removeLast(248) }),
      ("an offset short", { $0.components.offset.removeLast() }),
      ("an offset NaN", { $0.components.offset[0] = .nan }),
      (
        "a direction infinite",
        {
          $0.components.direction[1] = 0x7C; $0.components.direction[0] = 0
        }
      ),
      ("no features", { $0.components.factor = [] }),
      ("other stages", { $0.features = ["aligned"] }),
    ]
    for (name, change) in changes {
      var message = good
      change(&message)
      #expect(throws: InvalidModel.self, "\(name)") { try TrainedModel(message) }
    }
  }
}

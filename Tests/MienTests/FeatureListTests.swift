import Basics
import Features
import Foundation
import Landmarks
import Learning
import ModelFiles
import ModelSelection
import TestSupport
import Testing

import Mien

/// One face over and over, its mouth shut or open, anywhere in the picture, of any size and leaning: what raw coordinates
/// hardly show and distances do.
private func mouths() throws -> LandmarkDataset {
  let face = Array(try LandmarkTable(contentsOf: Repository.landmarks + "/sad.csv").face(11))
  return try LandmarkDataset(
    tables: ["open", "shut"].enumerated().map { label, name in
      var random = KeyedRandom(seed: UInt64(label))
      let coordinates = (0..<60).flatMap { _ -> [Float] in
        var points = face.map { Double($0) + random.unit() / 2 }
        if name == "open" { for point in Array(55..<60) + Array(65..<68) { points[2 * point + 1] += 5 } }
        let (angle, scale) = ((random.unit() - 0.5) * 1.4, 0.5 + 3 * random.unit())
        let offset = (x: 200 * random.unit(), y: 200 * random.unit())
        return stride(from: 0, to: 136, by: 2).flatMap { place in
          let (x, y) = (scale * points[place], scale * points[place + 1])
          return [
            Float(x * cos(angle) - y * sin(angle) + offset.x), Float(x * sin(angle) + y * cos(angle) + offset.y),
          ]
        }
      }
      return LandmarkTable(
        className: name, scheme: .ibug68, metadataNames: ["image"], metadata: [(0..<60).map { "\(name)\($0).png" }],
        coordinates: coordinates)
    })
}

private func experiment(_ text: String) throws -> Experiment {
  try Experiment(
    yaml: """
      data: d
      test_size: 0.25
      cv: 3
      \(text)
      learners:
        random_forest: {n_estimators: [5, 10], max_depth: [2]}
        gradient_boosting: {n_estimators: [5], max_depth: [2]}
      """, path: "mouths.yaml")
}

private let choice = "features: [[raw], [distances]]"

@Suite struct FeatureListTests {
  @Test func thePlantedFeaturesAreChosenAndEachModelCarriesItsOwn() throws {
    let dataset = try mouths()
    let outcome = try experiment(choice).run(on: dataset, threads: 2)
    #expect(outcome.results.candidates.count == 2 * (2 + 1))
    #expect(outcome.selected.count == 2 && outcome.best.evaluation.accuracy.accuracy > 0.95)
    for selected in outcome.selected {
      #expect(selected.result.choices["features"] == .text("[distances]"))
      #expect(selected.model.features.stages == [.distances])
      // What the run says of held-out faces is what the model's file says of them.
      let model = try TrainedModel(fileData: selected.model.fileData(), path: "a.mien")
      let all = try model.probabilities(of: Faces(dataset))
      let test = try #require(selected.test)
      for (place, row) in test.rows.enumerated() {
        #expect(Array(test.probabilities[row: place]) == Array(all[row: row]))
      }
    }
    let raw = outcome.results.candidates.filter { $0.candidate.features?.name == "[raw]" }
    #expect(raw.count == 3 && raw.allSatisfy { $0.meanScore < outcome.best.result.meanScore })
  }

  @Test func eachListGetsWhatASearchOfItsOwnGives() throws {
    let dataset = try mouths()
    let together = try experiment(choice).run(on: dataset, threads: 2)
    for (place, list) in ["[raw]", "[distances]"].enumerated() {
      let alone = try experiment("features: \(list)").run(on: dataset, threads: 1)
      let part = together.results.candidates.filter { $0.candidate.features?.place == place }
      #expect(part.count == alone.results.candidates.count)
      for (one, other) in zip(part, alone.results.candidates) {
        #expect(one.folds.map(\.probabilities) == other.folds.map(\.probabilities), "\(list)")
      }
      #expect(alone.results.candidates.allSatisfy { $0.candidate.features == nil })
    }
  }

  @Test(arguments: [0, 1, 7, 13, 18])
  func aSearchThatGoesOnGivesTheSameBytes(savedLines: Int) throws {
    let (folder, dataset) = (try TemporaryFolder(), try mouths())
    let subject = Journal.Subject(mienVersion: "1", experimentSHA256: "", dataSHA256: [:])
    let whole = try Journal(path: folder.path + "/whole", subject: subject)
    let undisturbed = try experiment(choice).run(on: dataset, threads: 1, journal: whole)
    #expect(whole.savedCount == 2 * 3 * 3)
    let lines = try folder.read("whole").split(separator: "\n")
    _ = try folder.write(lines[...savedLines].joined(separator: "\n") + "\n{\"sha256\":\"torn", to: "cut")
    let cut = try Journal(path: folder.path + "/cut", subject: subject)
    #expect(cut.savedCount == savedLines)
    let resumed = try experiment(choice).run(on: dataset, threads: 2, journal: cut)
    for (one, other) in zip(undisturbed.results.candidates, resumed.results.candidates) {
      #expect(one.folds.map(\.probabilities) == other.folds.map(\.probabilities) && one.rank == other.rank)
    }
    for (one, other) in zip(undisturbed.selected, resumed.selected) {
      #expect(try one.model.fileData() == other.model.fileData())
    }
  }

  @Test func componentsAndMirrorImagesAreThoseOfEachList() throws {
    let dataset = try mouths()
    for (list, count) in [("[aligned]", 136), ("[aligned, distances]", 186)] {
      let searched = try experiment("features: [\(list), [regions]]\npca: 3\nmirror: true").run(on: dataset, threads: 2)
      let alone = try experiment("features: \(list)\npca: 3\nmirror: true").run(on: dataset, threads: 1)
      let part = searched.results.candidates.filter { $0.candidate.features?.place == 0 }
      for (one, other) in zip(part, alone.results.candidates) {
        #expect(one.folds.map(\.probabilities) == other.folds.map(\.probabilities), "\(list)")
      }
      #expect(alone.best.model.transform?.featureCount == count)
      for selected in searched.selected {
        let expected = selected.result.choices["features"] == .text("[regions]") ? 17 : count
        #expect(selected.model.transform?.featureCount == expected && selected.model.isMirrored)
      }
    }
  }

  @Test func tablesMetricsAndReportNameTheFeatures() throws {
    let (folder, dataset) = (try TemporaryFolder(), try mouths())
    let outcome = try experiment(choice).run(on: dataset, threads: 2)
    let run = try RunFolder(creating: folder.path, experimentPath: "mouths.yaml", name: "mouths")
    defer { run.close(keeping: true) }
    _ = try run.journal(for: outcome.experiment, dataSHA256: [:])
    _ = try run.write(outcome, dataset: dataset, dataSHA256: [:], threads: 2, started: Date())
    let results = CSVText.records(try folder.read("cv_results.csv"))
    let column = try #require(results[0].firstIndex(of: "param_features"))
    #expect(
      results[1...6].map { $0[column] } == [
        "[raw]", "[raw]", "[distances]", "[distances]", "[raw]", "[distances]",
      ])
    let parameters = try #require(results[0].firstIndex(of: "params"))
    #expect(results[1][parameters].hasPrefix("{\"features\": \"[raw]\", "))
    #expect(try folder.read("metrics.json").contains("\"features\" : \"[distances]\""))
    #expect(try folder.read("experiment.yaml").contains("features: [[raw], [distances]]"))
    let report = try folder.read("report.html")
    #expect(report.contains("raw; or distances") && report.contains("features [distances]"))

    let names = CSVText.records(try folder.read("importances.csv")).map { $0[1] }
    #expect(names.contains("distance_63_67") && names.contains("inner_lip"))
  }

  @Test func stagesWithScaleAndWeightAreExplainedAndThoseWithComponentsAreNot() throws {
    let dataset = try mouths()
    let model = try experiment("features: [aligned: {scale: standard, weight: 0.3}, distances: {scale: minmax}]")
      .run(on: dataset, threads: 2).best.model
    let table = try #require(ImportanceTable(model))
    #expect(table.features.count == 136 + 50 && abs(table.points.reduce(0, +) - 1) < 1e-9)
    let all = try model.probabilities(of: Faces(dataset))
    let row = try RowExplanation(model, on: dataset, row: 7)
    for (label, name) in model.classes.enumerated() { #expect(row.probabilities[name] == all[7, label]) }
    for output in row.outputs.indices {
      let sum = row.keypoints.reduce(0) { $0 + $1.contributions[output] }
      #expect(abs(row.base[output] + sum - row.total[output]) < 1e-9)
    }
    let permuted = try Explanation(model, on: dataset, rows: 120, repeats: 1, seed: 1, threads: 1)
    #expect(permuted.accuracy.accuracy == (try model.evaluation(on: dataset)).accuracy.accuracy)

    let reduced = try experiment("features: [aligned: {pca: 3}]").run(on: dataset, threads: 2).best.model
    #expect(ImportanceTable(reduced) == nil)
    #expect(throws: DataError.self) { try RowExplanation(reduced, on: dataset, row: 7) }
  }

  @Test func aWeightSaysHowMuchAStageCounts() throws {
    // The mouth shows in distances alone; raw coordinates of this size drown it in a machine that looks at distances of rows.
    let dataset = try mouths()
    func accuracy(_ features: String) throws -> Double {
      try Experiment(
        yaml: "data: d\ntest_size: 0.25\ncv: 3\nfeatures: \(features)\nlearners: {svc: {C: [10], gamma: [0.02]}}",
        path: "x.yaml"
      ).run(on: dataset, threads: 2).results.candidates[0].meanScore
    }
    let light = try accuracy("[raw: {scale: standard, weight: 0.01}, distances: {scale: standard}]")
    let heavy = try accuracy("[raw: {scale: standard, weight: 100}, distances: {scale: standard}]")
    #expect(light > 0.9 && heavy < light)
  }

  @Test func unscaledStagesAreWarnedOfOnlyWhereTheyAre() throws {
    let dataset = try mouths()
    func warning(_ features: String) throws -> String? {
      let experiment = try Experiment(
        yaml: "data: d\ncv: 3\nfeatures: \(features)\nlearners: {svc: {C: [1], gamma: [0.01]}}", path: "x.yaml")
      let (_, training, folds) = try experiment.search(on: dataset, threads: 1)
      let holdOut = HoldOut(training: Array(0..<training.scoredCount), test: [])
      return experiment.warnings(on: dataset, holdOut: holdOut, folds: folds).first { $0.hasPrefix("svc is sensitive") }
    }
    #expect(try warning("[raw]")?.hasSuffix("try scale: standard") == true)
    // A scale of all would undo the weight and the components.
    #expect(try warning("[raw: {weight: 2}]")?.hasSuffix("try raw: {scale: standard}") == true)
    let mixed = try warning("[distances: {pca: 3}, aligned: {weight: 0.05}]")
    #expect(mixed?.hasSuffix("try aligned: {scale: standard}") == true)
    #expect(try warning("[aligned: {scale: minmax}, raw]")?.hasSuffix("try raw: {scale: standard}") == true)
    #expect(try warning("[raw: {scale: standard}, aligned: {pca: 3}]") == nil)
  }

  @Test func aStageThatDoesNotKnowThePointsStopsTheRunBeforeAnyFit() throws {
    let table = LandmarkTable(
      className: "a", scheme: LandmarkScheme(pointCount: 5), metadataNames: [], metadata: [],
      coordinates: (0..<100).map(Float.init))
    let other = LandmarkTable(
      className: "b", scheme: LandmarkScheme(pointCount: 5), metadataNames: [], metadata: [],
      coordinates: (0..<100).map { Float($0 % 7) })
    let error = #expect(throws: DataError.self) {
      try experiment("features: [[raw], [raw, angles]]").run(on: LandmarkDataset(tables: [table, other]))
    }
    #expect(error?.description == "features [angles] need 68 points, these faces have 5: use [raw]")
  }

  @Test func theComponentsThatThereAreAreNamedNotThoseAskedFor() throws {
    let outcome = try experiment("features: [regions]\npca: 100").run(on: mouths(), threads: 1)
    let count = try #require(outcome.best.model.transform?.components?.count)
    #expect(count <= 17)
    #expect(outcome.componentsText == "\(count) principal components (100 were asked for)")
    let few = try experiment("features: [aligned]\npca: 3").run(on: mouths(), threads: 1)
    #expect(few.componentsText == "3 principal components")
    #expect(try experiment("features: [regions]").run(on: mouths(), threads: 1).componentsText == nil)
  }

  @Test func importancesOfDistancesAndMeasuresGoToTheirKeypoints() throws {
    let dataset = try mouths()
    let model = try experiment("features: [distances, regions]").run(on: dataset, threads: 1).best.model
    let table = try #require(ImportanceTable(model))
    #expect(table.features.count == 50 + 17 && table.points.count == 68)
    #expect(abs(table.points.reduce(0, +) - 1) < 1e-9)
    #expect(abs(table.regions.reduce(0) { $0 + $1.importance } - 1) < 1e-9)
    // All that sets the classes apart is the lower lip's place; features that it shares give half away.
    let lips = table.points[48...].reduce(0, +)
    #expect(lips > 0.4)

    let row = try RowExplanation(model, on: dataset, row: 3)
    for output in row.outputs.indices {
      for level in [row.features, row.keypoints, row.regions] {
        let sum = level.reduce(0) { $0 + $1.contributions[output] }
        #expect(abs(row.base[output] + sum - row.total[output]) < 1e-9)
      }
    }
    let permuted = try Explanation(model, on: dataset, rows: 60, repeats: 2, seed: 1, threads: 1)
    #expect(permuted.features.count == 67 && permuted.keypoints.count == 68)
    // Nothing is read off the jaw's first point.
    #expect(permuted.keypoints[0].mean == 0)
  }
}

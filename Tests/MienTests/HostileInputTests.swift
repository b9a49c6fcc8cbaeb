import Foundation
import TestSupport
import Testing

import Extraction
import ImageDecoding
import Landmarks
import Mien
import ModelFiles

/// Inputs that once led to a trap, a hang or memory without end: an answer or an error, whatever it is.
@Suite struct HostileInputTests {
  private static let folder = Repository.root + "/Tests/Fixtures/hostile/"

  private func inputs(_ target: String) -> [(name: String, data: Data)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder + target)) ?? []
    return names.sorted().compactMap { name in
      FileManager.default.contents(atPath: Self.folder + target + "/" + name).map { (name, $0) }
    }
  }

  @Test func imagesEndInPixelsOrAnError() {
    for (_, data) in inputs("image") { _ = try? ImageFile(bytes: data).decoded() }
  }

  @Test func tablesEndInRowsOrAnError() {
    for (name, data) in inputs("table") { _ = try? LandmarkTable(csv: data, path: name) }
  }

  @Test func experimentsEndInAGridOrAnError() {
    for (name, data) in inputs("experiment") {
      _ = try? Experiment(yaml: String(decoding: data, as: UTF8.self), path: name)
    }
  }

  @Test func predictorsEndInPointsOrAnError() {
    for (name, data) in inputs("predictor") { _ = try? LandmarkPredictor(bytes: data, path: name) }
  }

  @Test func modelsEndInAModelOrAnError() throws {
    for (name, data) in inputs("model") {
      _ = try? TrainedModel(fileData: TrainedModel.file(holding: data), path: name)
    }
  }

  /// The files that fuzzing begins with are valid, or it would hardly get anywhere.
  @Test func theSeedsOfFuzzingAreValid() throws {
    for name in ["random_forest", "svc", "gradient_boosting", "voting"] {
      let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + name + ".model"))
      #expect(try TrainedModel(fileData: TrainedModel.file(holding: data), path: name).classes == ["a", "b"])
    }
    let predictor = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "small.predictor"))
    #expect(try LandmarkPredictor(bytes: predictor, path: "small").scheme.pointCount == 2)
  }
}

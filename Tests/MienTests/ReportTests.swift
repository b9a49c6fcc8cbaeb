import Foundation
import Landmarks
import TestSupport
import Testing

import Mien

@Suite struct FacePictureTests {
  private let samples = Repository.samples

  @Test func aSmallPictureBesideItsTableIsTakenIn() throws {
    let picture = try #require(
      FacePicture(image: "tiny_gray.png", className: "happy", tableFolder: samples + "/faces"))
    #expect(picture.width == 48 && picture.height == 48)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: samples + "/faces/happy/tiny_gray.png"))
    #expect(picture.dataURI == "data:image/png;base64," + bytes.base64EncodedString())
    // The tables may stand in a folder of their own beside the folders of pictures.
    #expect(FacePicture(image: "portrait.jpg", className: "happy", tableFolder: samples + "/faces/sad")?.width == 300)
  }

  @Test(arguments: [
    ("", "happy"), ("none.png", "happy"), ("../happy/tiny_gray.png", "sad"), ("/etc/hostname", "happy"),
  ])
  func aNameThatLeadsNowhereOrElsewhereIsNotFollowed(image: String, className: String) {
    #expect(FacePicture(image: image, className: className, tableFolder: samples + "/faces") == nil)
  }

  @Test(arguments: ["oriented.jpg", "not_an_image.jpg"])
  func aPictureThatMayBeTurnedOrIsNoneIsLeftOut(image: String) {
    #expect(FacePicture(image: image, className: "others", tableFolder: samples) == nil)
  }

  @Test func aLargePictureIsLeftOut() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "a/b")
    let small = try Data(contentsOf: URL(fileURLWithPath: samples + "/faces/happy/tiny_gray.png"))
    let file = URL(fileURLWithPath: folder.path + "/a/face.png")
    try (small + Data(count: FacePicture.maxBytes)).write(to: file)
    #expect(FacePicture(image: "face.png", className: "a", tableFolder: folder.path) == nil)
    try small.write(to: file)
    #expect(FacePicture(image: "face.png", className: "a", tableFolder: folder.path) != nil)
  }
}

@Suite struct ReportTests {
  /// Three points a face, told apart by the height of the third; class names that mean something to HTML and gnuplot.
  private func dataset() throws -> LandmarkDataset {
    try LandmarkDataset(
      tables: ["a <b> & \"c\"", "100 %_d"].enumerated().map { label, name in
        LandmarkTable(
          className: name, scheme: LandmarkScheme(pointCount: 3), metadataNames: ["image"],
          metadata: [(0..<40).map { "im\($0).png" }],
          coordinates: (0..<40).flatMap { row -> [Float] in
            let height = Float(row % 10 == 0 ? 1 - label : label) * 20 + Float(row % 7)
            return [0, 0, 40, Float(row % 3), 20, 30 + height]
          })
      })
  }

  @Test func theReportAnswersWhatWasAskedAndItsNumbersStandBesideIt() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset()
    let experiment = try Experiment(
      yaml: "data: d\ncv: 2\nlearners: {random_forest: {n_estimators: [2, 4], max_depth: [1, 2]}}", path: "e.yaml")
    let outcome = try experiment.run(on: dataset, threads: 1)
    let run = try RunFolder(creating: folder.path + "/run", experimentPath: "e.yaml", name: "e")
    defer { run.close(keeping: true) }
    _ = try run.write(outcome, dataset: dataset, dataSHA256: ["100 %_d": "0a1b"], threads: 1, started: Date())
    let html = try folder.read("run/report.html")
    let always = [
      "data", "best-model", "classes", "probabilities", "most-confident-errors", "time-and-memory", "candidates",
      "reproduction",
    ]
    for section in always { #expect(html.contains("<h2 id=\"\(section)\">"), "\(section)") }
    #expect(html.contains("a &lt;b&gt; &amp; &quot;c&quot;") && !html.contains("a <b> &"))
    #expect(html.contains("mien search experiment.yaml") && html.contains("0a1b"))
    for match in html.matches(of: /class="data" href="([^"]*)"/) {
      #expect(FileManager.default.fileExists(atPath: "\(run.path)/\(match.1)"), "\(match.1)")
    }
    // A mistake for each tenth row that is held out, drawn by its landmarks.
    let mistakes = outcome.best.evaluation.mostConfidentErrors.count
    #expect(html.matches(of: /role="img" aria-label="Landmarks of a face/).count == min(12, mistakes))
  }

  @Test func theSurestMistakesComeFirst() throws {
    let outcome = try Experiment(
      yaml: "data: d\ncv: 2\nlearners: {random_forest: {n_estimators: [3], max_depth: [2]}}", path: "e.yaml"
    ).run(on: dataset(), threads: 1)
    let evaluation = outcome.best.outOfFold
    let mistakes = evaluation.mostConfidentErrors
    #expect(mistakes.allSatisfy { evaluation.labels[$0] != evaluation.predictions[$0] })
    #expect(mistakes.count == evaluation.accuracy.rows - evaluation.accuracy.correct && !mistakes.isEmpty)
    let certainties = mistakes.map(evaluation.certainty)
    #expect(certainties == certainties.sorted(by: >))
  }
}

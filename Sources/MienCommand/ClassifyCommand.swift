import ArgumentParser
import Basics
import Extraction
import Features
import Foundation
import Landmarks
import Learning
import Mien
import ModelFiles

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Classify the faces of images or landmark tables.",
    usage: "mien classify [<model.mien>] <file> ... [--csv | --json]",
    discussion: """
      A first argument that ends in .mien is the model; without one, models/expression-4.mien is used, and \
      models/expression-4-landmarks.mien for tables without descriptors. Files ending in \
      .csv are landmark tables, all others images.
      """)

  enum Format: String, EnumerableFlag { case csv, json }

  @Argument(help: "The model, images and landmark tables.")
  var arguments: [String]

  @Flag(help: "Print CSV or JSON instead of a table.")
  var format: Format?

  @Option(
    help: "Where a face's box comes from; with detect, a picture without a face gets an error and not an expression.")
  var faceBox: ExtractionOptions.FaceBox = .detect

  @Option(help: "Which faces of an image are taken.")
  var faces: ExtractionOptions.Faces = .all

  @OptionGroup var extraction: ExtractionArguments

  func run() throws {
    let (named, files) = try ModelLocator.split(arguments)
    guard !files.isEmpty else { throw ValidationError("no files to classify") }
    let images = files.filter { !Self.isTable($0) }
    var models: [ModelLocator.Supplied: TrainedModel] = [:]
    func model(for file: String) throws -> TrainedModel {
      if let named { return named }
      let supplied = Self.isTable(file) ? ModelLocator.supplied(forTables: [file]) : .appearance
      let model = try models[supplied] ?? supplied.load()
      models[supplied] = model
      return model
    }
    // All that is needed is loaded first: a missing model is no fault of a file.
    let known = Set(try files.map { try model(for: $0).classes })
    guard let classes = known.first, known.count == 1 else {
      throw DataError("pictures and tables have models of other classes: classify them one by one")
    }
    let descriptors = try images.first.flatMap { try model(for: $0).features.descriptors }
    let reader =
      try images.isEmpty
      ? nil
      : FaceReader(
        predictor: LandmarkPredictor(path: extraction.predictor),
        options: extraction.options(
          faceBox: faceBox, faces: faces, descriptors: descriptors))

    var classified: [ClassifiedFace] = []
    var failed = 0
    var missing = 0
    for file in files {
      do {
        guard FileManager.default.fileExists(atPath: file) else {
          throw FileError(.missing, path: file, reason: "no such file")
        }
        classified += try classify(file, with: model(for: file), reader: reader)
      } catch  where [.badData, .missingInput].contains(ExitStatus(error)) {
        failed += 1
        missing += ExitStatus(error) == .missingInput ? 1 : 0
        let text = "\(error)"
        Console.error("mien: " + (text.hasPrefix(file) ? text : "\(file): \(text)"))
      }
    }
    if !classified.isEmpty || failed < files.count {
      try Console.print(output(classified, classes: classes))
    }
    if failed > 0 {
      throw FilesFailed(failed: failed, total: files.count, allMissing: missing == files.count)
    }
  }

  private static func isTable(_ file: String) -> Bool { file.lowercased().hasSuffix(".csv") }

  private func classify(_ file: String, with model: TrainedModel, reader: FaceReader?) throws -> [ClassifiedFace] {
    guard let reader, !Self.isTable(file) else {
      let table = try LandmarkTable(contentsOf: file, descriptors: model.features.descriptors)
      let probabilities = try model.probabilities(of: Faces(table))
      return ClassifiedFace.list(file: file, probabilities: probabilities, classes: model.classes, boxes: [])
    }
    let faces = try reader.faces(inImageAt: file)
    // Rounded as tables are, so that a face gets the same answer here and by way of a table.
    let coordinates = faces.flatMap { face in
      face.points.map { Float(Decimal.text($0, LandmarkTable.decimals)) ?? Float($0) }
    }
    let scheme = PointScheme(pointCount: (faces.first?.points.count ?? 0) / 2)
    let descriptors = faces.compactMap(\.descriptor)
    let known = descriptors.first.map {
      DescriptorTable(rows: descriptors.count, columns: $0.count, values: descriptors.flatMap { $0 })
    }
    let probabilities = try model.probabilities(
      of: Faces(scheme: scheme, coordinates: coordinates, descriptors: known))
    return ClassifiedFace.list(file: file, probabilities: probabilities, classes: model.classes, boxes: faces)
  }

  private func output(_ faces: [ClassifiedFace], classes: [String]) throws -> String {
    switch format {
    case .json:
      return String(decoding: try JSONEncoder.forFiles.encode(faces), as: UTF8.self)
    case .csv:
      var csv = CSVText(header: ["file", "face", "class"] + classes.map { "probability_\($0)" })
      for face in faces {
        csv.append([face.file, "\(face.face)", face.class] + classes.map { "\(face.probabilities[$0] ?? 0)" })
      }
      return String(csv.text.dropLast())
    case nil:
      let rows = faces.map { face in
        [face.file, "\(face.face)", face.class] + classes.map { Decimal.text(face.probabilities[$0] ?? 0, 3) }
      }
      return Console.table(
        header: ["file", "face", "class"] + classes, rows: rows,
        rightAligned: Set([1] + (3..<3 + classes.count)))
    }
  }
}

/// One face and what the model says of it.
private struct ClassifiedFace: Encodable {
  struct Box: Encodable {
    var left: Double
    var top: Double
    var width: Double
    var height: Double
    var score: Double?
  }

  var file: String
  /// From 0: the place among the faces of an image, or the row of a table.
  var face: Int
  var `class`: String
  var probabilities: [String: Double]
  var box: Box?

  static func list(
    file: String, probabilities: Matrix<Double>, classes: [String], boxes: [FaceLandmarks]
  ) -> [ClassifiedFace] {
    probabilities.rowArgmax.enumerated().map { row, label in
      ClassifiedFace(
        file: file, face: row, class: classes[label],
        probabilities: Dictionary(uniqueKeysWithValues: zip(classes, probabilities[row: row])),
        box: boxes.indices.contains(row)
          ? Box(
            left: boxes[row].left, top: boxes[row].top, width: boxes[row].width, height: boxes[row].height,
            score: boxes[row].score) : nil)
    }
  }
}

import ArgumentParser
import Basics
import Extraction
import Features
import Foundation
import Landmarks
import Learning
import Mien
import ModelFiles
import Reporting

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Classify the faces of images or landmark tables.",
    usage: "mien classify [<model.mien>] <file> ... [--csv | --json] [--draw <out>]",
    discussion: """
      A first argument ending in .mien is the model. Default: models/expression-4.mien, and \
      models/expression-4-landmarks.mien for tables without descriptors. Files ending in .csv are landmark tables, \
      all others images.

      --draw writes each image as a PNG with the box of every face, its numbered landmarks and the probabilities of its five \
      most probable classes. OUT is a folder (portrait.jpg becomes OUT/portrait.png, or OUT/happy_portrait.png if several \
      folders have an image of that name) or, for one image, a .png file. Small \
      pictures are enlarged to \(FaceOverlay.minLongSide) pixels and more, those beyond \(FaceOverlay.maxLongSide) \
      reduced; faces that come out small have no numbers. Needs gnuplot.
      """)

  enum Format: String, EnumerableFlag { case csv, json }

  @Argument(help: "A model file (optional), then images and landmark tables.")
  var arguments: [String]

  @Flag(help: "Print CSV or JSON.")
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "Draw boxes, landmarks and classes on each image. A folder, or a .png file for one image.", valueName: "out"))
  var draw: String?

  @Option(
    help:
      "Source of the face box: detect (images without a face are errors), image (the whole image), auto (detector, else image)."
  )
  var faceBox: ExtractionOptions.FaceBox = .detect

  @Option(help: "Faces to classify in each image.")
  var faces: ExtractionOptions.Faces = .all

  @OptionGroup var extraction: ExtractionArguments

  func run() throws {
    let (named, files) = try ModelLocator.split(arguments)
    guard !files.isEmpty else { throw ValidationError("no files to classify") }
    let images = files.filter { !Self.isTable($0) }
    let overlays = try draw.map { try FaceOverlays($0, images: images, inputs: arguments + [extraction.predictor]) }
    let tables = files.filter(Self.isTable)
    let choices = Dictionary(
      (named == nil ? tables : []).map { ($0, ModelLocator.supplied(forTables: [$0])) }, uniquingKeysWith: { $1 })
    for table in tables { (choices[table]?.missing).map { Console.error("note: \($0)") } }
    for supplied in ModelLocator.Supplied.allCases where format == nil {
      let own = tables.filter { choices[$0]?.model == supplied }
      if !own.isEmpty { Console.error("model: \(supplied.rawValue) for \(own.joined(separator: ", "))") }
    }
    var models: [ModelLocator.Supplied: TrainedModel] = [:]
    func model(for file: String) throws -> TrainedModel {
      if let named { return named }
      let supplied = choices[file]?.model ?? .appearance
      let model = try models[supplied] ?? supplied.load()
      models[supplied] = model
      return model
    }
    // All that is needed is loaded first: a missing model is no fault of a file.
    let known = Set(try files.map { try model(for: $0).classes })
    guard let classes = known.first, known.count == 1 else {
      throw DataError("the models for images and for tables have different classes: classify them separately")
    }
    let descriptors = try images.first.map { try model(for: $0).features.descriptors } ?? []
    let reader =
      try images.isEmpty
      ? nil
      : FaceLandmarkDetector(
        predictor: LandmarkPredictor(path: extraction.predictor),
        options: extraction.options(
          faceBox: faceBox, faces: faces, descriptors: descriptors))

    var classified: [ClassifiedFace] = []
    var drawings: [FaceOverlays.Drawing] = []
    var failed = 0
    var missing = 0
    for file in files {
      do {
        guard FileManager.default.fileExists(atPath: file) else {
          throw FileError(.missing, path: file, reason: "no such file")
        }
        let (own, landmarks) = try classify(file, with: model(for: file), reader: reader)
        classified += own
        if overlays != nil, !Self.isTable(file) {
          drawings.append(
            FaceOverlays.Drawing(
              image: file,
              faces: zip(landmarks, own).map { landmarks, face in
                (landmarks, classes.map { ($0, face.probabilities[$0] ?? 0) })
              }))
        }
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
    // Answers come first: whatever becomes of the pictures, they are there.
    if let overlays {
      if !tables.isEmpty {
        Console.error("note: not drawn, because landmark tables have no images: \(tables.joined(separator: ", "))")
      }
      for note in try overlays.write(drawings) { Console.error("note: \(note)") }
    }
    if failed > 0 {
      throw FilesFailed(failed: failed, total: files.count, allMissing: missing == files.count)
    }
  }

  private static func isTable(_ file: String) -> Bool { file.lowercased().hasSuffix(".csv") }

  /// What the model says of the faces of a file, and the landmarks of these if they were found in an image.
  private func classify(
    _ file: String, with model: TrainedModel, reader: FaceLandmarkDetector?
  ) throws -> (classified: [ClassifiedFace], landmarks: [FaceLandmarks]) {
    guard let reader, !Self.isTable(file) else {
      let table = try LandmarkTable(contentsOf: file, descriptors: model.features.descriptors)
      let probabilities = try model.probabilities(of: Faces(table))
      return (ClassifiedFace.list(file: file, probabilities: probabilities, classes: model.classes, boxes: []), [])
    }
    let faces = try reader.faces(inImageAt: file)
    // Rounded as tables are, so that a face gets the same answer here and by way of a table.
    let coordinates = faces.flatMap { face in
      face.points.map { Float(DecimalText.text($0, LandmarkTable.decimals)) ?? Float($0) }
    }
    let scheme = LandmarkScheme(pointCount: (faces.first?.points.count ?? 0) / 2)
    let probabilities = try model.probabilities(
      of: Faces(scheme: scheme, coordinates: coordinates, descriptors: faces.descriptorTables))
    return (
      ClassifiedFace.list(file: file, probabilities: probabilities, classes: model.classes, boxes: faces), faces
    )
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
        [face.file, "\(face.face)", face.class] + classes.map { DecimalText.text(face.probabilities[$0] ?? 0, 3) }
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

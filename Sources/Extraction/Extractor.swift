import Basics
import Foundation
import Landmarks

/// Turns a folder of images into landmark tables.
public struct Extractor: Sendable {
  /// What came of an extraction.
  public struct Summary: Sendable {
    /// Counts for one class.
    public struct ClassCounts: Sendable {
      /// The class.
      public let name: String
      /// Images looked at.
      public var images = 0
      /// Faces whose box the detector gave.
      public var detected = 0
      /// Faces whose box is the whole image.
      public var wholeImage = 0
      /// Images without a row in the table.
      public var failed = 0
    }

    /// The classes, in their order.
    public internal(set) var classes: [ClassCounts] = []
    /// Images without landmarks: the path below the images' folder, and the reason.
    public internal(set) var failures: [(image: String, reason: String)] = []
    /// Tables in the folder that this extraction did not write; a search would read them too.
    public internal(set) var otherTables: [String] = []
  }

  /// The predictor that places the points.
  public let predictor: LandmarkPredictor
  /// How faces are looked for.
  public let options: ExtractionOptions
  /// How many images are worked on at a time.
  public let threads: Int

  /// An extractor.
  public init(predictor: LandmarkPredictor, options: ExtractionOptions, threads: Int = Parallel.availableThreads) {
    self.predictor = predictor
    self.options = options
    self.threads = threads
  }

  /// The metadata columns of the tables.
  public static let metadataNames = ["image", "face", "left", "top", "width", "height", "score", NearDuplicates.column]

  /// Extracts every class of `images` to `<class>.csv` in `folder`, descriptors to `<class>.<kind>.npy`, and lists images without landmarks in
  /// `failures.csv` there; without failures there is no such file.
  ///
  /// Rows stand in the order of the images' paths, whatever the number of threads. Outcomes are saved as they come, so that
  /// an extraction that is interrupted can be resumed; it ends with the same bytes. `report` is called after each image
  /// with the number done, one call at a time.
  ///
  /// - Throws: `FileError` when an output cannot be written; an image that cannot be used is a failure, not an error.
  public func extract(
    _ images: ImageFolder, to output: ExtractionFolder, report: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> Summary {
    var isComplete = false
    defer { output.close(isComplete: isComplete) }
    let folder = output.path
    let counter = ProgressCounter(report)
    var summary = Summary()
    for failure in images.unusable { summary.failures.append((failure.path, failure.reason)) }
    for imageClass in images.classes {
      let outcomes = try Parallel.map(count: imageClass.images.count, threads: threads) {
        try FaceLandmarkDetector(predictor: predictor, options: options)
      } _: { reader, index in
        let name = imageClass.name + "/" + imageClass.images[index]
        let path = images.path + "/" + name
        let key = ExtractionJournal.Key(image: name, path: path)
        if let saved = key.flatMap({ output.journal.finished[$0] }) {
          counter.count()
          return saved
        }
        let outcome = Result { () throws(ExtractionFailure) in try reader.faces(inImageAt: path) }
        if let key { try output.journal.append(outcome, of: key) }
        counter.count()
        return outcome
      }
      try output.checkIsInPlace()
      summary.add(imageClass, outcomes, unusable: images.unusable.count { $0.path.hasPrefix(imageClass.name + "/") })
      let faces = outcomes.compactMap { try? $0.get() }.flatMap { $0 }
      try table(imageClass, outcomes).write(
        toFolder: folder,
        descriptors: Dictionary(uniqueKeysWithValues: options.descriptors.map { ($0, faces.descriptors($0)) }))
    }
    try write(summary.failures, toFolder: folder)
    let written = Set(images.classes.map { $0.name + ".csv" })
    summary.otherTables = try LandmarkDataset.tablePaths(in: folder)
      .filter { !written.contains(($0 as NSString).lastPathComponent) }
    isComplete = true
    return summary
  }

  /// Extracts to a folder that holds no unfinished extraction.
  ///
  /// - Throws: as `ExtractionFolder` and `extract(_:to:report:)`.
  public func extract(
    _ images: ImageFolder, toFolder folder: String, report: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> Summary {
    try extract(images, to: ExtractionFolder(folder, for: self), report: report)
  }

  /// What the outcomes of images depend on besides these.
  var journalSettings: ExtractionJournal.Settings {
    ExtractionJournal.Settings(
      mienVersion: mienVersion, options: "\(options)", predictorSHA256: predictor.sha256)
  }

  private typealias Outcome = Result<[FaceLandmarks], ExtractionFailure>

  private func table(_ imageClass: ImageFolder.ClassImages, _ outcomes: [Outcome]) -> LandmarkTable {
    var metadata: [[String]] = Array(repeating: [], count: Self.metadataNames.count)
    var coordinates: [Float] = []
    for (image, outcome) in zip(imageClass.images, outcomes) {
      guard case .success(let faces) = outcome else { continue }
      for (index, face) in faces.enumerated() {
        let box = [face.left, face.top, face.width, face.height].map { DecimalText.text($0, 1) }
        let score = face.score.map { DecimalText.text($0, 3) } ?? ""
        let values = [image, "\(index)"] + box + [score, NearDuplicates.text(face.imageHash)]
        for (column, value) in values.enumerated() { metadata[column].append(value) }
        coordinates += face.points.map(Float.init)
      }
    }
    return LandmarkTable(
      className: imageClass.name, scheme: predictor.scheme, metadataNames: Self.metadataNames, metadata: metadata,
      coordinates: coordinates)
  }

  private func write(_ failures: [(image: String, reason: String)], toFolder folder: String) throws {
    let path = folder + "/" + LandmarkDataset.failuresFile
    guard !failures.isEmpty else {
      try? FileManager.default.removeItem(atPath: path)
      return
    }
    var text = CSVText(header: ["image", "reason"])
    for failure in failures { text.append([failure.image, failure.reason]) }
    try AtomicFile.write(text.text, to: path)
  }
}

extension Extractor.Summary {
  fileprivate mutating func add(
    _ imageClass: ImageFolder.ClassImages, _ outcomes: [Result<[FaceLandmarks], ExtractionFailure>], unusable: Int
  ) {
    var counts = ClassCounts(name: imageClass.name)
    counts.images = unusable
    counts.failed = unusable
    for (image, outcome) in zip(imageClass.images, outcomes) {
      counts.images += 1
      switch outcome {
      case .success(let faces):
        counts.detected += faces.count { $0.score != nil }
        counts.wholeImage += faces.count { $0.score == nil }
      case .failure(let failure):
        counts.failed += 1
        failures.append((imageClass.name + "/" + image, failure.description))
      }
    }
    classes.append(counts)
  }
}

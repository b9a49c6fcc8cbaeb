import ArgumentParser
import Basics
import Extraction
import Foundation
import Glibc
import ImageDecoding
import Landmarks
import Learning
import Mien

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Inspect landmark tables before training.",
    discussion: """
      Writes inspect.html, plots and CSV files: class counts, mean landmarks with their differences and spread, image sizes, \
      suspect rows (suspects.csv), principal components, a t-SNE embedding; with --images, mean faces.

      TABLES is a folder of <class>.csv files, or such files.
      """)

  @Argument(help: "A folder of landmark tables, or tables.")
  var tables: [String]

  @Option(help: ArgumentHelp("Test tables to compare with: a folder or a table; repeatable.", valueName: "tables"))
  var test: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder of the images that the tables were extracted from, with one subfolder per class.", valueName: "dir"))
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Folder of the images of the test tables; requires --images and --test.", valueName: "dir")
  )
  var testImages: String?

  @Option(
    help: ArgumentHelp(
      "Output folder; must be empty or not exist. (default: inspections/<tables>-<n> beside the tables)",
      valueName: "dir"))
  var out: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the t-SNE.", valueName: "n"))
  var seed: UInt64 = 42

  @OptionGroup var jobs: JobsArgument

  @Flag(inversion: .prefixedNo, help: "Compute the t-SNE embedding, the slowest step.")
  var embedding = true

  func validate() throws {
    guard testImages == nil || (images != nil && !test.isEmpty) else {
      throw ValidationError("--test-images requires --images and --test")
    }
  }

  func run() throws {
    let dataset = try LandmarkDataset(paths: tables, threads: jobs.count)
    let tested = try test.isEmpty ? nil : LandmarkDataset(paths: test, threads: jobs.count)
    let pictures = try images.map { try InspectedPictures(dataset, folder: $0, threads: jobs.count) }
    let testPictures = try testImages.flatMap { folder in
      try tested.map { try InspectedPictures($0, folder: folder, isTest: true, threads: jobs.count) }
    }
    let folder = try InspectionFolder(creating: out, tables: tables)
    let interruption = Interruption { signal in
      folder.endingProcess { isWhole in
        if !isWhole { Console.error("\nstopped: nothing was written") }
        // The signal's number after 128, as shells report it.
        _exit(128 + signal)
      }
    }
    defer { interruption.end() }
    do {
      let progress = ProgressLine()
      let inspection = try Inspection(
        dataset, test: tested,
        settings: Inspection.Settings(seed: seed, threads: jobs.count, embeds: embedding), imageSizes: pictures?.sizes
      ) { done, total in
        progress.update(done: done, total: total) { "\(done) of \(total) steps of the embedding" }
      }
      // Test pictures are brought to the same size, so that the means compare.
      let means = try [pictures, testPictures].compactMap { $0 }.map {
        try $0.means(size: (pictures ?? $0).meanSize, threads: jobs.count)
      }
      let (path, notes) = try folder.write(
        inspection, dataset: dataset, source: tables.joined(separator: ", "),
        testSource: test.isEmpty ? nil : test.joined(separator: ", "), meanFaces: means.flatMap(\.faces),
        picture: { ($0.isTest ? testPictures : pictures)?.paths[$0.row] }, notes: means.flatMap(\.notes))
      for note in notes { Console.error("note: \(note)") }
      try printSummary(inspection)
      try Console.print("report: \(path)/\(InspectionFolder.pageFile)")
    } catch {
      folder.discard()
      throw error
    }
  }

  private func printSummary(_ inspection: Inspection) throws {
    let counts = inspection.counts
    let rows = counts.classes.indices.map { index in
      [counts.classes[index], "\(counts.rows[index])"] + (counts.testRows.map { ["\($0[index])"] } ?? [])
    }
    let sums = ["all", "\(counts.rows.reduce(0, +))"] + (counts.testRows.map { ["\($0.reduce(0, +))"] } ?? [])
    try Console.print(
      Console.table(
        header: ["class", "faces"] + (counts.testRows == nil ? [] : ["test faces"]), rows: rows + [sums],
        rightAligned: [1, 2]) + "\n")
    let reasons = DataIssue.Reason.allCases.map { ($0, inspection.suspects.count($0)) }.filter { $0.1 > 0 }
    if !reasons.isEmpty {
      try Console.print(
        Console.table(
          header: ["suspect", "rows"], rows: reasons.map { [$0.0.rawValue, "\($0.1)"] }, rightAligned: [1]) + "\n")
    }
  }
}

/// The images that tables were extracted from.
private struct InspectedPictures {
  let sizes: ImageSizes
  /// The file of each row of the tables.
  let paths: [String]
  private let isTest: Bool
  private let tables: [TablePictures]

  /// Finds images by the tables' `image` column below a folder with a sub-folder for each class.
  ///
  /// - Throws: `DataError` when tables name no images; `FileError` when none of these is there.
  init(_ dataset: LandmarkDataset, folder: String, isTest: Bool = false, threads: Int) throws {
    self.isTest = isTest
    _ = try AtomicFile.visibleNames(inFolder: folder)
    tables = try dataset.tables.map { table in
      guard let pictures = TablePictures(table, folder: folder) else {
        throw DataError(
          "class \"\(table.className)\" has no image column, so that its images cannot be found: leave "
            + "\(isTest ? "--test-images" : "--images") out")
      }
      return pictures
    }
    let headers = try tables.map { try $0.sizes(threads: threads) }
    paths = tables.flatMap(\.paths)
    sizes = ImageSizes(headers.joined().map { header in (try? header.get()).map { ($0.width, $0.height) } })
    guard !sizes.sizes.isEmpty else {
      throw FileError(
        .missing, path: folder,
        reason: "none of the tables' images is there: expected files such as \(paths.first ?? "happy/face.jpg")")
    }
  }

  /// The longest side of a mean picture in pixels.
  private static let longestSide = 400

  /// The size of mean pictures: the most common one of the images, made smaller where it is large.
  var meanSize: ImageFile.Size {
    let common = sizes.sizes.first.map { ($0.width, $0.height) } ?? (1, 1)
    let scale = min(1, Double(Self.longestSide) / Double(max(common.0, common.1)))
    return ImageFile.Size(
      width: max(1, Int((Double(common.0) * scale).rounded())),
      height: max(1, Int((Double(common.1) * scale).rounded())))
  }

  /// The means of each class and of all.
  func means(size: ImageFile.Size, threads: Int) throws -> (faces: [MeanFace], notes: [String]) {
    let total = paths.count
    let progress = ProgressLine()
    var before = 0
    var means: [(name: String?, of: TablePictures.Means)] = []
    for pictures in tables {
      let done = before
      let own = try pictures.means(size: size, threads: threads) { count in
        progress.update(done: done + count, total: total) { "\(done + count) of \(total) images" }
      }
      before += pictures.paths.count
      means.append((pictures.className, own))
    }
    if means.count > 1, var all = means.first?.of {
      for (_, other) in means.dropFirst() {
        all.pictures.add(other.pictures)
        if let chips = other.chips { all.chips?.add(chips) }
      }
      means.append((nil, all))
    }
    let faces = try means.flatMap { name, of -> [MeanFace] in
      let parts = [(MeanFace.Kind.picture, Optional(of.pictures)), (.chip, of.chips)]
      return try parts.compactMap { kind, mean in
        guard let mean, mean.count > 0 else { return nil }
        return MeanFace(
          className: name, isTest: isTest, kind: kind, count: mean.count, width: mean.width, height: mean.height,
          png: try mean.png())
      }
    }
    // The mean of all comes last and repeats the failures of the first class.
    let failures = means.filter { $0.name != nil }.flatMap(\.of.failures)
    guard let first = failures.first else { return (faces, []) }
    let others = failures.count > 1 ? ", and \(failures.count - 1) more" : ""
    return (
      faces,
      ["\(isTest ? "test images" : "images") excluded from the mean faces: \(first.path): \(first.reason)\(others)"]
    )
  }
}

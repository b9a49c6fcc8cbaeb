import ArgumentParser
import Extraction
import Landmarks

struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Turn per-class folders of images into per-class landmark tables.",
    discussion: """
      Every sub-folder of IMAGES is a class; each becomes <out>/<class>.csv, one row a face, in pixels of the image. \
      Images without landmarks are listed in <out>/failures.csv.
      """)

  @Argument(help: "A folder with a sub-folder of images for each class.")
  var images: String

  @Option(help: ArgumentHelp("The folder for the tables.", valueName: "dir"))
  var out: String

  @Option(help: "Where a face's box comes from: the detector, the whole image, or the first that gives one.")
  var faceBox: ExtractionOptions.FaceBox = .auto

  @Option(help: "Which faces of an image are taken.")
  var faces: ExtractionOptions.Faces = .largest

  @Option(
    help:
      "Also note what faces look like around their landmarks, in <out>/<class>.fhog.npy, .keypoint_fhog.npy and .chip.npy: one row a row of the table."
  )
  var descriptors: DescriptorSet?

  @OptionGroup var extraction: ExtractionArguments
  @OptionGroup var jobs: JobsArgument

  func run() throws {
    let folder = try ImageFolder(path: images)
    let extractor = Extractor(
      predictor: try LandmarkPredictor(path: extraction.predictor),
      options: extraction.options(faceBox: faceBox, faces: faces, descriptors: descriptors?.kinds ?? []),
      threads: jobs.count)
    let total = folder.classes.reduce(0) { $0 + $1.images.count }
    let progress = ProgressLine()
    let start = ContinuousClock.now
    let summary = try extractor.extract(folder, toFolder: out) { done in
      progress.update(done: done, total: total) {
        let elapsed = ContinuousClock.now - start
        let left = elapsed / done * (total - done)
        return "\(done) of \(total) images, \(ProgressLine.clock(Double(left.components.seconds))) left"
      }
    }
    try printSummary(summary)
    let failed = summary.failures.count
    if failed == total { throw FilesFailed(failed: failed, total: total) }
  }

  private func printSummary(_ summary: Extractor.Summary) throws {
    let rows = summary.classes.map { counts in
      [counts.name] + [counts.images, counts.detected, counts.wholeImage, counts.failed].map(String.init)
    }
    let sums = (1...4).map { column in String(rows.reduce(0) { $0 + (Int($1[column]) ?? 0) }) }
    try Console.print(
      Console.table(
        header: ["class", "images", "detected", "whole image", "failed"], rows: rows + [["all"] + sums],
        rightAligned: [1, 2, 3, 4]))
    for table in summary.otherTables { Console.error("note: \(table) is not of this extraction") }
    if !summary.failures.isEmpty {
      try Console.print("images without landmarks and why: \(out)/failures.csv")
    }
    try Console.print("tables: \(out)")
  }
}

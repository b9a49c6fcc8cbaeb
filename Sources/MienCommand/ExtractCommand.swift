import ArgumentParser
import CProcess
import Extraction
import Glibc
import Landmarks

struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Extract landmark tables from folders of images.",
    discussion: """
      Each subfolder of IMAGES is a class and becomes DIR/<class>.csv, one row per face, in pixels of the upright image. \
      Images without landmarks are listed in DIR/failures.csv.
      """)

  @Argument(help: "A folder with one subfolder of images per class.")
  var images: String

  @Option(help: ArgumentHelp("Write tables to DIR.", valueName: "dir"))
  var out: String

  @Option(help: "Source of the face box: detect, image (the whole image), or auto (the detector, else the image).")
  var faceBox: ExtractionOptions.FaceBox = .auto

  @Option(help: "Faces to extract from each image.")
  var faces: ExtractionOptions.Faces = .largest

  @Option(
    help:
      "Also write appearance descriptors, one row per table row: DIR/<class>.fhog.npy, .keypoint_fhog.npy and .chip.npy."
  )
  var descriptors: DescriptorSet?

  @Flag(help: "Resume an interrupted extraction; start one if DIR holds none.")
  var resume = false

  @OptionGroup var extraction: ExtractionArguments
  @OptionGroup var jobs: JobsArgument

  func run() throws {
    let folder = try ImageFolder(path: images)
    let extractor = Extractor(
      predictor: try LandmarkPredictor(path: extraction.predictor),
      options: extraction.options(faceBox: faceBox, faces: faces, descriptors: descriptors?.kinds ?? []),
      threads: jobs.count)
    let total = folder.classes.reduce(0) { $0 + $1.images.count }
    let output = try ExtractionFolder(out, for: extractor, resumes: resume)
    let saved = output.savedCount
    if saved > 0 { Console.error("\(saved) images were extracted before") }
    let resumeCommand = Self.resumeCommand
    let interruption = Interruption { signal in
      output.endingProcess { saved in
        Console.error("\nstopped safely: \(saved) of \(total) images saved; continue with: \(resumeCommand)")
        // The signal's number after 128, as shells report it.
        _exit(128 + signal)
      }
    }
    defer { interruption.end() }
    mien_process_set_out_of_memory_hint(
      "extracted images are saved; use fewer --jobs and continue with: \(resumeCommand)")
    let progress = ProgressLine()
    let start = ContinuousClock.now
    let summary = try extractor.extract(folder, to: output) { done in
      progress.update(done: done, total: total) {
        // Images that were extracted before come at once.
        let elapsed = ContinuousClock.now - start
        let left = elapsed / max(1, done - saved) * (total - done)
        return "\(done) of \(total) images, \(ProgressLine.clock(Double(left.components.seconds))) left"
      }
    }
    try printSummary(summary)
    let failed = summary.failures.count
    let all = total + folder.unusable.count
    if failed == all { throw FilesFailed(failed: failed, total: all) }
  }

  /// The command line that goes on with this extraction.
  private static var resumeCommand: String {
    let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--resume" }
    return (["mien"] + arguments + ["--resume"]).map(\.quotedForShell).joined(separator: " ")
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

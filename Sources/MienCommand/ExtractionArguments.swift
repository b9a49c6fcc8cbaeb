import ArgumentParser
import Basics
import Extraction
import Landmarks

extension ExtractionOptions.FaceBox: ExpressibleByArgument {}
extension ExtractionOptions.Faces: ExpressibleByArgument {}
/// What `--descriptors` may ask for.
enum DescriptorSet: String, CaseIterable, ExpressibleByArgument {
  /// All that faces are described by.
  case fhog

  var kinds: [DescriptorKind] { DescriptorKind.allCases }
}

/// The options of every command that looks for faces in images.
struct ExtractionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Times to double the size of each image. (default: until the long side has 160 px, "
        + "at most 2)", valueName: "n"))
  var upsample: Int?

  @Option(
    name: .customLong("min-score"), parsing: .unconditional,
    help: ArgumentHelp(
      "Minimum detector score. If no face scores 0 or more, the best one at or above this score is used.",
      valueName: "score"))
  var minScore: Double = ExtractionOptions.defaultMinScore

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Perturbed copies of the face box to average landmarks over in the last pass, from 0 to "
        + "\(ExtractionOptions.maxJitteredBoxes).", valueName: "n"))
  var jitters: Int = ExtractionOptions.maxJitteredBoxes

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Landmark passes, 1 or 2. The second runs on the upright crop that the landmarks of the first "
        + "give, and on its mirror image.", valueName: "n"))
  var passes: Int = ExtractionOptions.maxPasses

  @Option(help: ArgumentHelp("dlib shape predictor file.", valueName: "path"))
  var predictor: String = LandmarkPredictor.defaultPath

  func validate() throws {
    if let upsample, !(0...5).contains(upsample) {
      throw ValidationError("--upsample must be from 0 to 5, was \(upsample)")
    }
    if !(0...ExtractionOptions.maxJitteredBoxes).contains(jitters) {
      throw ValidationError("--jitters must be from 0 to \(ExtractionOptions.maxJitteredBoxes), was \(jitters)")
    }
    if !(1...ExtractionOptions.maxPasses).contains(passes) {
      throw ValidationError("--passes must be from 1 to \(ExtractionOptions.maxPasses), was \(passes)")
    }
    if !(-10...10).contains(minScore) {
      throw ValidationError("--min-score must be from -10 to 10, was \(minScore)")
    }
  }

  func options(
    faceBox: ExtractionOptions.FaceBox, faces: ExtractionOptions.Faces, descriptors: [DescriptorKind] = []
  ) -> ExtractionOptions {
    ExtractionOptions(
      faceBox: faceBox, faces: faces, upsample: upsample, minScore: minScore, jitters: jitters, passes: passes,
      descriptors: descriptors)
  }
}

/// The option of every command that works on several things at a time.
struct JobsArgument: ParsableArguments {
  @Option(
    name: [.customLong("jobs"), .customLong("threads")],
    help: ArgumentHelp("Number of threads. (default: number of processors)", valueName: "n"))
  var jobs: Int?

  var count: Int { jobs ?? Parallel.availableThreads }

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs must be from 1 to 1024, was \(jobs)") }
  }
}

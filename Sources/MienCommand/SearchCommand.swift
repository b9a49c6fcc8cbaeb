import ArgumentParser
import Basics
import CProcess
import Foundation
import Glibc
import Landmarks
import Learning
import Mien
import ModelSelection

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search a parameter grid with cross-validation and write a run folder.",
    discussion: """
      EXPERIMENT is a YAML file such as experiments/article.yaml. The best candidate is refitted on all training rows and \
      evaluated on the held-out rows.
      """)

  @Argument(help: "Experiment file.")
  var experiment: String?

  @Option(help: ArgumentHelp("Resume an interrupted run.", valueName: "run"))
  var resume: String?

  @Option(help: ArgumentHelp("Folder of landmark tables; overrides the experiment's data.", valueName: "dir"))
  var data: String?

  @Option(
    help: ArgumentHelp("Run folder. (default: runs/<name>-<n> beside the experiment)", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("Number of folds; overrides the experiment's cv.", valueName: "n"))
  var cv: Int?

  @Option(
    help: ArgumentHelp("Override a key of the experiment, as in --set seed=7; repeatable.", valueName: "key=value"))
  var set: [String] = []

  @Flag(help: "Print the candidates and an estimate of time and memory, without searching.")
  var dryRun = false

  @Flag(
    help: ArgumentHelp(
      "After the search, compute the learning curve of the best candidate: learning_curve.csv."
    ))
  var learningCurve = false

  @Option(
    help: ArgumentHelp(
      "Memory limit for kernel matrices, such as 4G or 500M; larger ones are computed in parts. "
        + "(default: half of what the process may have)", valueName: "size"))
  var memory: MemorySize?

  @OptionGroup var jobs: JobsArgument

  func validate() throws {
    if let cv, cv < 2 { throw ValidationError("--cv must be an integer ≥ 2, was \(cv)") }
    guard (experiment == nil) != (resume == nil) else {
      throw ValidationError("expected an experiment file, or --resume RUN")
    }
    if resume != nil, data != nil || out != nil || cv != nil || !set.isEmpty {
      throw ValidationError(
        "--resume keeps the settings of the run: only --jobs, --memory and --learning-curve go with it")
    }
  }

  func run() throws {
    let started = Date()
    if let memory { MemoryBudget.set(bytes: memory.bytes) }
    let (experiment, dataset, checksums) = try inputs()
    if dryRun { return try printPlan(experiment, dataset) }
    let folder =
      try resume.map(RunFolder.init(resuming:))
      ?? RunFolder(creating: out, experimentPath: self.experiment ?? "", name: experiment.name)
    var isWorthKeeping = resume != nil
    defer { folder.close(keeping: isWorthKeeping) }
    do {
      let journal = try folder.journal(for: experiment, dataSHA256: checksums)
      defer { isWorthKeeping = isWorthKeeping || journal.savedCount > 0 }
      try run(experiment, dataset, checksums, folder: folder, journal: journal, started: started)
    } catch  where resume == nil && [.usage, .badData].contains(ExitStatus(error)) {
      // With the same experiment and tables it would end the same way again.
      isWorthKeeping = false
      throw error
    }
  }

  private func run(
    _ experiment: Experiment, _ dataset: LandmarkDataset, _ checksums: [String: String], folder: RunFolder,
    journal: Journal, started: Date
  ) throws {
    let total = experiment.candidates.count * experiment.foldCount
    Console.error(
      "\(dataset.rowCount) faces of \(dataset.tables.count) classes, \(experiment.candidates.count) candidates × "
        + "\(experiment.foldCount) folds, \(jobs.count) threads"
        + (journal.savedCount > 0 ? ", \(journal.savedCount) of \(total) fits saved before" : ""))
    let interruption = Interruption { signal in
      journal.endingProcess { saved in
        Console.error(
          "\nstopped safely: \(saved) of \(total) fits saved; continue with: mien search --resume \(folder.path)"
            + (learningCurve ? " --learning-curve" : ""))
        // The signal's number after 128, as shells report it.
        _exit(128 + signal)
      }
    }
    defer { interruption.end() }
    mien_process_set_out_of_memory_hint(
      "finished fits are saved; lower --memory or --jobs and continue with: mien search --resume \(folder.path)")

    let progress = ProgressLine()
    let outcome = try experiment.run(on: dataset, dataSHA256: checksums, threads: jobs.count, journal: journal) {
      state in
      progress.update(done: state.finishedFits, total: state.totalFits) { Self.line(state) }
    }
    // A run that has a curve keeps it when it is written again.
    let hasCurve = FileManager.default.fileExists(atPath: folder.path + "/learning_curve.csv")
    let (curve, curveNotes) = try learningCurve || hasCurve ? curve(of: outcome, on: dataset) : (nil, [])
    let explaining = ProgressLine()
    let notes = try folder.write(
      outcome, dataset: dataset, dataSHA256: checksums, threads: jobs.count, started: started, learningCurve: curve
    ) { done, total in
      explaining.update(done: done, total: total) { "\(done) of \(total) landmarks and regions permuted" }
    }
    for note in curveNotes + notes { Console.error("note: \(note)") }
    try printResult(outcome, folder: folder)
  }

  /// The learning curve of the best candidate; rows too few for it take nothing away from the search.
  private func curve(
    of outcome: ExperimentOutcome, on dataset: LandmarkDataset
  ) throws -> (LearningCurve?, notes: [String]) {
    if let best = outcome.results.best() { Console.error("learning curve of \(best.candidate)") }
    let progress = ProgressLine()
    do {
      let curve = try outcome.experiment.learningCurve(of: outcome, on: dataset, threads: jobs.count) { done, total in
        progress.update(done: done, total: total) { "\(done) of \(total) fits of the learning curve" }
      }
      return (curve, [])
    } catch let error as DataError {
      return (nil, ["no learning curve: \(error)"])
    }
  }

  private func printPlan(_ experiment: Experiment, _ dataset: LandmarkDataset) throws {
    let (search, training, folds) = try experiment.search(on: dataset, threads: jobs.count)
    let plan = search.plan
    var repeats: [Int: Int] = [:]
    for case let first? in plan.sharedWith { repeats[first, default: 0] += 1 }
    for (group, members) in plan.groups.enumerated() {
      for member in members {
        let also = repeats[member].map { " (and \($0) equivalent)" } ?? ""
        try Console.print("group \(group + 1): \(plan.candidates[member])\(also)")
      }
    }
    let estimate = try experiment.estimate(of: search, on: training, folds: folds, dataset: dataset)
    try Console.print(
      """

      \(training.learned.count) training rows, \(dataset.rowCount - training.scoredCount) held out, \
      \(training.views.map { "\($0.maxFeatureCount)" }.joined(separator: " or ")) features
      \(plan.candidates.count) candidates × \(folds.count) folds = \(plan.candidates.count * folds.count) fits, \
      served by \(plan.groups.count * folds.count) computations on \(jobs.count) threads
      about \(ProgressLine.clock(estimate.seconds)) and \(max(1, estimate.bytes >> 20)) MiB
      """)
  }

  /// The experiment and its tables, from the command line or from the run that goes on.
  private func inputs() throws -> (Experiment, LandmarkDataset, [String: String]) {
    let path = experiment ?? (resume ?? "") + "/" + RunFolder.experimentFile
    var experiment = try Experiment(contentsOf: path, overrides: set)
    if let cv { experiment.foldCount = cv }
    if let data { experiment.dataFolder = data }
    let (folder, descriptors) = (experiment.dataFolder, experiment.descriptors)
    return (
      experiment, try LandmarkDataset(folder: folder, descriptors: descriptors, threads: jobs.count),
      try LandmarkDataset.checksums(folder: folder, descriptors: descriptors)
    )
  }

  private static func line(_ state: SearchProgress) -> String {
    var line = "\(state.finishedFits) of \(state.totalFits) fits"
    if let remaining = state.remaining { line += ", \(ProgressLine.clock(remaining)) left" }
    if let best = state.best {
      line += ", best \(DecimalText.text(best.score, 4)) (\(best.candidate))"
    }
    return line
  }

  private func printResult(_ outcome: ExperimentOutcome, folder: RunFolder) throws {
    for selected in outcome.selected {
      try Console.print("\(selected.result)")
      let scoring = outcome.experiment.scoring.rawValue
      try Console.print("  cross-validation \(scoring)  \(selected.result.scoreText)")
      if outcome.results.choosesByCalibrated {
        try Console.print("  \(outcome.refitText)  \(DecimalText.text(selected.result.refitScore, 4))")
      }
      if let test = selected.test { try Console.print("  held-out accuracy          \(test.accuracy.text)") }
    }
    if let text = outcome.runnerUpText { try Console.print("runner-up: \(text)") }
    for (other, test) in outcome.comparisons {
      try Console.print("against \(other.result.name): \(test.text)")
    }
    try Console.print("")
    try Console.print(outcome.best.evaluation.report.text(digits: 4))
    try Console.print("run:    \(folder.path)")
    try Console.print("report: \(folder.path)/report.html")
  }
}

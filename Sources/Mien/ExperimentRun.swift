import Basics
import Features
import Landmarks
import Learning
import ModelFiles
import ModelSelection
import TreeEnsembles

/// The best candidate of one learner, fitted again on all training rows.
public struct SelectedModel: Sendable {
  /// What the search said of the candidate.
  public let result: CandidateResult
  /// The model, ready for new faces.
  public let model: TrainedModel
  /// Predictions for the training rows, each from the fold that left the row out, with the learner's own probabilities.
  public let uncalibrated: Evaluation
  /// The same predictions, each calibrated by what the other folds teach.
  public let outOfFold: Evaluation
  /// Predictions for the held-out rows; `nil` when nothing was held out.
  public let test: Evaluation?

  /// The rounds of boosting that the model keeps; fewer than asked for after early stopping, `nil` for other learners.
  public var rounds: Int? {
    guard case .boostedTrees(let model) = model.learner else { return nil }
    return model.trees.count
  }

  /// That a solver did not reach its optimum, or that boosting was stopped early.
  fileprivate var warning: String? {
    if case .supportVectors(let vectors) = model.learner, !vectors.hasConverged {
      return "svc did not converge for some pair of classes: its answers may change with max_iter, scale or tol"
    }
    guard let rounds, let asked = result.candidate.values["n_estimators"]?.integerValue, rounds < asked else {
      return nil
    }
    return "early stopping kept \(rounds) of \(asked) rounds of gradient_boosting"
  }

  /// What the model is best judged by: held-out rows if there are any.
  public var judgement: Evaluation { test ?? outOfFold }
}

/// Everything that came of an experiment.
public struct ExperimentOutcome: Sendable {
  /// What was asked.
  public let experiment: Experiment
  /// The split into training and held-out rows.
  public let holdOut: HoldOut
  /// What was learned from and judged on, with the first of the experiment's features; the judged rows stand in the order
  /// of `holdOut.training`.
  public let training: TrainingRows
  /// The result of every candidate on every fold; rows are counted in the order of `holdOut.training`.
  public let results: SearchResults
  /// The best candidate of each learner, in the experiment's order.
  public let selected: [SelectedModel]
  /// What makes the results look better than they are, in words.
  public let warnings: [String]

  /// The selected model with the best cross-validation score.
  public var best: SelectedModel { selected[bestIndex] }
  private let bestIndex: Int

  init(
    experiment: Experiment, holdOut: HoldOut, training: TrainingRows, results: SearchResults,
    selected: [SelectedModel], warnings: [String]
  ) {
    self.warnings = warnings
    self.experiment = experiment
    self.holdOut = holdOut
    self.training = training
    self.results = results
    self.selected = selected
    let refit = results.refit
    bestIndex = selected.indices.min { selected[$0].result.mean(refit) > selected[$1].result.mean(refit) } ?? 0
  }
}

extension Experiment {
  /// Runs the experiment: split, search, refit of each learner's best candidate, judgement on the held-out rows.
  ///
  ///     let dataset = try LandmarkDataset(folder: "landmarks")
  ///     let outcome = try Experiment(contentsOf: "experiments/article.yaml").run(on: dataset)
  ///     print(outcome.best.judgement.accuracy.accuracy)
  ///
  /// - Parameter dataSHA256: the checksum of each table by class, kept with the models.
  /// - Parameter journal: where results are kept as they come, so that a search that is stopped can go on.
  /// - Throws: `ParameterError` and `DataError` for values and rows that do not allow it, before any fit; `FileError` when
  ///   the journal cannot be written.
  public func run(
    on dataset: LandmarkDataset, dataSHA256: [String: String] = [:], threads: Int = Parallel.availableThreads,
    journal: Journal? = nil,
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) throws -> ExperimentOutcome {
    let prepared = try prepare(dataset, threads: threads)
    let (views, holdOut, folds) = (prepared.views, prepared.holdOut, prepared.folds)
    let results = try prepared.search.run(on: views.map(\.training), folds: folds, journal: journal, report: report)
    let labels = holdOut.training.map { dataset.labels[$0] }
    func outOfFold(_ probabilities: Matrix<Double>) -> Evaluation {
      Evaluation(rows: holdOut.training, labels: labels, probabilities: probabilities, classes: dataset.classes)
    }
    let selected = try learners.compactMap { learner -> SelectedModel? in
      guard let result = results.best(ofFamily: learner.family.name) else { return nil }
      let place = result.candidate.features?.place ?? 0
      let training = views[place].training
      let (components, learned) = try training.reducedLearnedRows()
      let fitted = try learner.family.learner(result.candidate.values).fit(learned, seed: seed, threads: threads)
      guard let fittedLearner = TrainedModel.FittedLearner(fitted) else {
        preconditionFailure("\(learner.family.name) has no place in model files")
      }
      let probabilities = results.outOfFoldProbabilities(result)
      let model = TrainedModel(
        scheme: dataset.scheme, features: features[place], components: components, isMirrored: isMirrored,
        learner: fittedLearner,
        calibration: Calibration(calibration, probabilities: probabilities, labels: labels),
        training: provenance(of: result, rows: training.learned.count, dataSHA256: dataSHA256))
      return SelectedModel(
        result: result, model: model, uncalibrated: outOfFold(probabilities),
        outOfFold: outOfFold(folds.calibrated(probabilities, by: calibration, labels: labels)),
        test: try holdOut.test.isEmpty ? nil : views[place].evaluation(of: model, at: holdOut.test))
    }
    return ExperimentOutcome(
      experiment: self, holdOut: holdOut, training: views[0].training, results: results, selected: selected,
      warnings: warnings(on: dataset, holdOut: holdOut, folds: folds)
        + [results.convergenceWarning].compactMap { $0 } + selected.compactMap(\.warning))
  }

  /// How the score of an outcome's best candidate grows with the rows that it learns from, on the folds of the search.
  ///
  /// - Parameters:
  ///   - outcome: what this experiment gave on the same dataset.
  ///   - report: called with the fits that are done and all fits, one call at a time.
  /// - Throws: `DataError` when the candidate cannot learn from so few rows.
  public func learningCurve(
    of outcome: ExperimentOutcome, on dataset: LandmarkDataset, threads: Int = Parallel.availableThreads,
    report: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> LearningCurve {
    let candidate = outcome.best.result.candidate
    let prepared = try prepare(dataset, threads: threads)
    return try LearningCurve(
      of: candidate, on: prepared.views[candidate.features?.place ?? 0].training, folds: prepared.folds,
      scoring: scoring, seed: seed, threads: threads, report: report)
  }

  /// The search that this experiment makes of a dataset, its training rows with each kind of features, and their folds.
  ///
  /// - Throws: as `run(on:)` does before its first fit.
  public func search(
    on dataset: LandmarkDataset, threads: Int
  ) throws -> (search: GridSearch, training: [TrainingRows], folds: StratifiedFolds) {
    let prepared = try prepare(dataset, threads: threads)
    return (prepared.search, prepared.views.map(\.training), prepared.folds)
  }

  /// A dataset's rows with one kind of features.
  private struct View {
    var rows: LabelledRows
    /// The features of the rows' mirror images, if they are looked at.
    var mirrored: Matrix<Float>?
    var training: TrainingRows

    func evaluation(of model: TrainedModel, at indices: [Int]) throws -> Evaluation {
      let chosen = rows.selecting(indices)
      return Evaluation(
        rows: indices, labels: chosen.labels,
        probabilities: try model.probabilities(
          ofFeatures: chosen.features, mirrored: mirrored?.selecting(rows: indices)),
        classes: chosen.classes)
    }
  }

  private struct Prepared {
    /// In the order of the experiment's features.
    var views: [View]
    var search: GridSearch
    var holdOut: HoldOut
    var folds: StratifiedFolds
  }

  private func prepare(_ dataset: LandmarkDataset, threads: Int) throws -> Prepared {
    let search = try GridSearch(
      candidates: candidates, scoring: scoring, refit: refit, seed: seed, threads: threads)
    guard dataset.rowCount > 0 else { throw DataError("no rows to learn from") }
    for pipeline in features { try pipeline.check(dataset.scheme) }
    let faces = Faces(dataset)
    let mirrorImages = try isMirrored ? faces.mirrored() : nil
    let (holdOut, folds) = try splits(of: dataset)
    let views = try features.map { pipeline in
      let rows = try LabelledRows(
        features: pipeline.features(of: faces), labels: dataset.labels, classes: dataset.classes)
      let mirrored = try mirrorImages.map { try pipeline.features(of: $0) }
      var training = try balance.trainingRows(
        rows, rows: holdOut.training, dataset: dataset, features: pipeline, seed: seed)
      if let mirrored { training = try training.mirrored(by: mirrored.selecting(rows: holdOut.training)) }
      training.reduction = componentCount.map { count in
        PrincipalComponents.Settings(
          count: count,
          stages: pipeline.columns(for: dataset.scheme, descriptorCount: faces.descriptors?.columns ?? 0), seed: seed)
      }
      return View(rows: rows, mirrored: mirrored, training: training)
    }
    return Prepared(views: views, search: search, holdOut: holdOut, folds: folds)
  }

  private func provenance(
    of result: CandidateResult, rows: Int, dataSHA256: [String: String]
  ) -> TrainedModel.Training {
    TrainedModel.Training(
      mienVersion: mienVersion, experiment: name, seed: seed, rows: rows, dataSHA256: dataSHA256,
      parameters: result.candidate.values.texts,
      crossValidationScore: result.meanScore)
  }
}

import Basics
import Features
import Landmarks
import Learning
import ModelFiles
import ModelSelection
import TreeEnsembles

/// The best candidate of one learner, or an ensemble, fitted again on all training rows.
public struct SelectedModel: Sendable {
  /// What the search said of it.
  public let result: any RankedModel
  /// The model, ready for new faces.
  public let model: TrainedModel
  /// Predictions for the training rows, each from what had not seen the row, with probabilities as they come.
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
    guard let rounds, let asked = result.choices["n_estimators"]?.integerValue, rounds < asked else {
      return nil
    }
    return "early stopping kept \(rounds) of \(asked) rounds of gradient_boosting"
  }

  /// What the model is best evaluated by: held-out rows if there are any.
  public var evaluation: Evaluation { test ?? outOfFold }
}

/// Everything that came of an experiment.
public struct ExperimentOutcome: Sendable {
  /// What was asked.
  public let experiment: Experiment
  /// The split into training and held-out rows.
  public let holdOut: HoldOut
  /// What was learned from and evaluated on, with the features of all lists; the evaluated rows stand in the order of
  /// `holdOut.training`.
  public let training: SearchData
  /// The result of every candidate on every fold; rows are counted in the order of `holdOut.training`.
  public let results: SearchResults
  /// The best candidate of each learner, in the experiment's order, then its ensembles.
  public let selected: [SelectedModel]
  /// What makes the results look better than they are, in words.
  public let warnings: [String]

  /// The selected model with the best cross-validation score, as contenders are compared (`RankedModel.refitScores`).
  public var best: SelectedModel { selected[bestIndex] }
  private let bestIndex: Int

  init(
    experiment: Experiment, holdOut: HoldOut, training: SearchData, results: SearchResults,
    selected: [SelectedModel], warnings: [String]
  ) {
    self.warnings = warnings
    self.experiment = experiment
    self.holdOut = holdOut
    self.training = training
    self.results = results
    self.selected = selected
    bestIndex = selected.indices.min { selected[$0].result.refitScore > selected[$1].result.refitScore } ?? 0
  }
}

extension Experiment {
  /// Runs the experiment: split, search, refit of each learner's best candidate and of the ensembles' members, evaluation on
  /// the held-out rows.
  ///
  ///     let dataset = try LandmarkDataset(folder: "landmarks")
  ///     let outcome = try Experiment(contentsOf: "experiments/article.yaml").run(on: dataset)
  ///     print(outcome.best.evaluation.accuracy.accuracy)
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
    let (holdOut, folds) = (prepared.holdOut, prepared.folds)
    let results = try prepared.search.run(on: prepared.training, folds: folds, journal: journal, report: report)
    let labels = holdOut.training.map { dataset.labels[$0] }
    func outOfFold(_ probabilities: Matrix<Double>) -> Evaluation {
      Evaluation(rows: holdOut.training, labels: labels, probabilities: probabilities, classes: dataset.classes)
    }
    let training = TrainedModel.Training(
      mienVersion: mienVersion, experiment: name, seed: seed, rows: prepared.training.learned.count,
      dataSHA256: dataSHA256, parameters: [:], crossValidationScore: 0)

    var refits: [Candidate.Key: RefittedModel] = [:]
    let fits = FeatureSetFits()
    // A member that is its learner's best, or of two ensembles, is fitted once.
    func refitted(_ result: CandidateResult) throws -> RefittedModel {
      let pair = result.candidate.key
      if let known = refits[pair] { return known }
      let fitted = try refit(result, on: prepared, fits: fits, training: training, threads: threads)
      refits[pair] = fitted
      return fitted
    }
    func selected(_ result: any RankedModel, _ refit: RefittedModel) -> SelectedModel {
      let probabilities = results.outOfFoldProbabilities(result)
      let calibration = Calibration(self.calibration, probabilities: probabilities, labels: labels)
      return SelectedModel(
        result: result, model: refit.model.calibrated(by: calibration), uncalibrated: outOfFold(probabilities),
        outOfFold: outOfFold(folds.calibrated(probabilities, by: self.calibration, labels: labels)),
        test: refit.test.map {
          Evaluation(
            rows: holdOut.test, labels: holdOut.test.map { dataset.labels[$0] },
            probabilities: calibration.applied(to: $0), classes: dataset.classes)
        })
    }
    var chosen = try learners.compactMap { learner in
      try results.best(ofFamily: learner.family.name).map { selected($0, try refitted($0)) }
    }
    let combined = results.ensembles(
      ensembles, of: results.bestOfEachPair, calibration: calibration, labels: labels, threads: threads)
    for result in combined {
      chosen.append(
        selected(result, RefittedModel(result, try result.members.map { try refitted($0.result) }, training)))
    }
    return ExperimentOutcome(
      experiment: self, holdOut: holdOut, training: prepared.training, results: results, selected: chosen,
      warnings: warnings(on: dataset, holdOut: holdOut, folds: folds)
        + [results.convergenceWarning].compactMap { $0 } + chosen.compactMap(\.warning))
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
    guard let candidate = outcome.results.best()?.candidate else { throw DataError("no candidate to learn with") }
    let prepared = try prepare(dataset, threads: threads)
    return try LearningCurve(
      of: candidate, on: prepared.training, folds: prepared.folds, scoring: scoring, seed: seed, threads: threads,
      report: report)
  }

  /// The search that this experiment makes of a dataset, its training rows, and their folds.
  ///
  /// - Throws: as `run(on:)` does before its first fit.
  public func search(
    on dataset: LandmarkDataset, threads: Int
  ) throws -> (search: GridSearch, training: SearchData, folds: StratifiedFolds) {
    let prepared = try prepare(dataset, threads: threads)
    return (prepared.search, prepared.training, prepared.folds)
  }

  /// What a search of this experiment on a dataset will take: what it takes by itself, measured on a small part of its rows,
  /// with what the dataset holds and what it takes to make features of it.
  public func estimate(
    of search: GridSearch, on training: SearchData, folds: StratifiedFolds, dataset: LandmarkDataset
  ) throws -> SearchEstimate {
    let own = try search.estimate(on: training, folds: folds)
    let memory = memory(
      on: dataset, testRows: dataset.rowCount - training.scoredCount, features: training.rows.features.columns)
    return SearchEstimate(seconds: own.seconds, bytes: memory.held + max(memory.making, own.bytes))
  }

  /// Bytes of faces: what is held until the end, and what is needed beside while features are made.
  package func memory(on dataset: LandmarkDataset, testRows: Int, features: Int) -> (held: Int, making: Int) {
    func bytes(_ table: LandmarkTable) -> Int {
      4 * table.coordinates.count + table.descriptors.values.reduce(0) { $0 + 2 * $1.values.count }
    }
    let tables = dataset.tables.reduce(0) { $0 + bytes($1) }
    let aRow = tables / max(1, dataset.rowCount)
    let learnedRows = dataset.rowCount - testRows
    // Rows as they are selected, and their mirror images; features of each and of both, with the numbers of a stage twice
    // while it is put in its place.
    let copies = isMirrored ? 2 : 1
    let made = 4 * features * learnedRows
    return (held: tables + testRows * aRow, making: copies * learnedRows * aRow + (isMirrored ? 4 : 3) * made)
  }

  /// A model that was fitted again on all training rows, not calibrated, and what it says of the rows held out, if any.
  private struct RefittedModel {
    var model: TrainedModel
    var test: Matrix<Double>?

    init(_ model: TrainedModel, test: Matrix<Double>?) {
      self.model = model
      self.test = test
    }

    /// An ensemble of members that were fitted again.
    init(_ result: EnsembleResult, _ members: [RefittedModel], _ training: TrainedModel.Training) {
      let calibrations = result.members.map(\.calibration)
      model = TrainedModel(
        Ensemble(
          members: zip(members, calibrations).map { $0.model.calibrated(by: $1) }, combination: result.combination),
        training: training.of(result, result.choices))
      let tests = zip(members, calibrations).compactMap { member, calibration in
        member.test.map(calibration.applied)
      }
      test = tests.isEmpty ? nil : result.combination.applied(to: tests)
    }
  }

  private func refit(
    _ result: CandidateResult, on prepared: LazyCache, fits: FeatureSetFits, training: TrainedModel.Training,
    threads: Int
  ) throws -> RefittedModel {
    let candidate = result.candidate
    let (transform, learned) = try prepared.training.learnedRows(
      through: prepared.training.views[candidate.key.place], fits: fits)
    let fitted = try candidate.family.learner(candidate.values).fit(learned, seed: seed, threads: threads)
    guard let fittedLearner = TrainedModel.FittedLearner(fitted) else {
      preconditionFailure("\(result.name) has no place in model files")
    }
    let model = TrainedModel(
      scheme: prepared.test.scheme, features: features[candidate.key.place].pipeline, transform: transform,
      isMirrored: isMirrored, learner: fittedLearner, training: training.of(result, candidate.values))
    return RefittedModel(model, test: prepared.test.count == 0 ? nil : try model.probabilities(of: prepared.test))
  }

  private struct LazyCache {
    /// With the features of all lists, and a view for each.
    var training: SearchData
    /// The faces that are held out.
    var test: Faces
    var search: GridSearch
    var holdOut: HoldOut
    var folds: StratifiedFolds
  }

  private func prepare(_ dataset: LandmarkDataset, threads: Int) throws -> LazyCache {
    let search = try GridSearch(
      candidates: candidates, scoring: scoring, refit: refit, calibration: calibration, seed: seed, threads: threads)
    guard dataset.rowCount > 0 else { throw DataError("no training rows") }
    guard let first = features.first else { throw DataError("no features") }
    for list in features { try list.pipeline.check(dataset.scheme) }
    // Stages that lists have in common stand in the table once.
    let pipeline = features.dropFirst().reduce(first.pipeline) { $0.union($1.pipeline) }
    let (holdOut, folds) = try splits(of: dataset)
    let learned = Faces(dataset, rows: holdOut.training)
    let labels = dataset.labels
    let rows = try LabeledRows(
      features: pipeline.features(of: learned), labels: holdOut.training.map { labels[$0] }, classes: dataset.classes)
    var training = try balance.trainingRows(
      rows, rows: holdOut.training, dataset: dataset, features: pipeline, seed: seed)
    if isMirrored { training = try training.mirrored(by: pipeline.features(of: learned.mirrored())) }
    let columns = pipeline.columns(for: dataset.scheme, descriptorCount: learned.descriptors[.fhog]?.columns ?? 0)
    let columnsOfStage = Dictionary(uniqueKeysWithValues: zip(pipeline.stages, columns))
    training.views = features.map {
      $0.view(columns: columnsOfStage, componentCount: componentCount, seed: seed)
    }
    return LazyCache(
      training: training, test: Faces(dataset, rows: holdOut.test), search: search, holdOut: holdOut, folds: folds)
  }
}

extension TrainedModel.Training {
  /// The same origin with what the search chose and said.
  fileprivate func of(_ result: any RankedModel, _ parameters: ParameterValues) -> Self {
    var training = self
    training.parameters = parameters.texts
    training.crossValidationScore = result.meanScore
    return training
  }
}

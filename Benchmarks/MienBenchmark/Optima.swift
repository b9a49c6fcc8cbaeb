import KernelMachines
import Landmarks
import Learning
import Mien
import ModelSelection

/// What support vector machines come to on each fold, to be compared with a peer's.
struct Optima: Encodable {
  struct Fit: Encodable {
    /// Of each pair of classes.
    var objectives: [Double]
    /// The number of each validation row's class.
    var predictions: [Int]
  }

  /// By candidate, then by fold.
  var fits: [Fit]

  /// - Parameter path: an experiment whose candidates differ in nothing but `C` and γ.
  init(_ path: String, folder: String?) throws {
    let experiment = try Experiment(contentsOf: path)
    let rows = try experiment.features[0].pipeline.rows(of: LandmarkDataset(folder: folder ?? experiment.dataFolder))
    let folds = try StratifiedFolds(labels: rows.labels, classes: rows.classes, count: experiment.foldCount)
    let machines = try experiment.candidates.compactMap {
      try $0.family.learner($0.values) as? SupportVectorMachine
    }
    let byFold = try (0..<experiment.foldCount).map { fold in
      let training = rows.labels.indices.filter { folds.foldOfRow[$0] != fold }
      let validation = rows.labels.indices.filter { folds.foldOfRow[$0] == fold }
      let problems = try OneVersusOne(rows, training: training, for: machines[0])
      let solutions = try problems.solutions(of: machines, threads: 2)
      let unseen = rows.features.selecting(rows: validation)
      return try solutions.map { solution in
        let probabilities = try solution.model(of: problems).probabilities(of: unseen)
        return Fit(
          objectives: solution.objectives,
          predictions: (0..<unseen.rows).map { row in
            let values = probabilities[row: row]
            return (values.max().flatMap { values.firstIndex(of: $0) } ?? values.startIndex) - values.startIndex
          })
      }
    }
    fits = machines.indices.flatMap { machine in byFold.map { $0[machine] } }
  }
}

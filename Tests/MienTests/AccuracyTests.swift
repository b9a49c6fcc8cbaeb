import Basics
import Features
import Foundation
import Landmarks
import Learning
import ModelSelection
import TestSupport
import Testing
import TreeEnsembles

/// The committed tables, split as scikit-learn splits them.
private let prepared = Result {
  let dataset = try LandmarkDataset(folder: Repository.landmarks)
  let rows = try FeaturePipeline(stageNames: ["raw"]).rows(of: dataset)
  let holdOut = try HoldOut(labels: rows.labels, classes: rows.classes, testSize: 0.33, seed: 42)
  return (rows: rows, holdOut: holdOut)
}

private func checksum(_ numbers: [Int]) -> String {
  Checksum.sha256Hex(Data(numbers.map(String.init).joined(separator: ",").utf8))
}

@Suite(.serialized) struct AccuracyTests {
  @Test func theLandmarkTablesAreSplitAsScikitLearnSplitsThem() throws {
    let (rows, holdOut) = try prepared.get()
    let expected = try ScikitLearnFixtures.shared.get().landmark_split
    #expect(checksum(holdOut.training) == expected.training_sha256)
    #expect(checksum(holdOut.test) == expected.test_sha256)
    let training = rows.selecting(holdOut.training)
    let folds = try StratifiedFolds(labels: training.labels, classes: training.classes, count: 5)
    #expect(checksum(folds.foldOfRow) == expected.folds_sha256)
  }

  /// One percentage point between means over five seeds: about three times the standard error of the difference, as
  /// accuracies of one forest spread by 0.2 to 0.3 points over seeds.
  @Test(arguments: 0..<7)
  func theForestIsAsAccurateAsScikitLearns(index: Int) throws {
    let expected = try ScikitLearnFixtures.shared.get().forest_accuracies[index]
    let (rows, holdOut) = try prepared.get()
    let (training, test) = (rows.selecting(holdOut.training), rows.selecting(holdOut.test))
    let learner = try #require(
      try RandomForestDescriptor().learner(ParameterValues(expected.parameters)) as? RandomForest)
    var accuracies: [Double] = []
    var recalls = Array(repeating: 0.0, count: rows.classes.count)
    for seed in 0..<5 as Range<UInt64> {
      let model = try learner.fit(training, seed: seed, threads: Parallel.availableThreads)
      let matrix = ConfusionMatrix(
        classes: rows.classes, labels: test.labels, predictions: try model.predictions(of: test.features))
      accuracies.append(matrix.accuracy.accuracy)
      for label in recalls.indices {
        recalls[label] += Double(matrix.counts[label][label]) / Double(matrix.support(label)) / 5
      }
    }
    let mean = accuracies.reduce(0, +) / 5
    let expectedMean = expected.accuracies.reduce(0, +) / 5
    #expect(abs(mean - expectedMean) < 0.01, "\(mean) against \(expectedMean)")
    // Recalls show what accuracy hides: class weights that move predictions from class to class.
    for label in recalls.indices {
      #expect(abs(recalls[label] - expected.recalls[label]) < 0.02, "\(rows.classes[label])")
    }
  }
}

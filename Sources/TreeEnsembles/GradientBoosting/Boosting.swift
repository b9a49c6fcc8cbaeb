import Basics
import Foundation
import Learning

/// Boosting in progress: the trees so far, and what they say of every row of a fold.
///
/// Rows are numbered by place: first those that trees are grown on, then those set aside for early stopping, then the
/// fold's validation rows. All three get their margins from the same trees, in the same order.
final class Boosting {
  /// What every row's margins start from, one for each output.
  let baseMargins: [Float]
  /// The trees by round and output.
  private(set) var trees: [[BoostedTree]] = []
  /// The rounds after which the loss of the rows set aside was the least; all of them without early stopping.
  private(set) var bestRound = 0

  private let settings: GradientBoosting
  private let seed: UInt64
  private let threads: Int
  private let fold: Fold
  private let tableRows: [Int]
  private let trainingCount: Int
  private let earlyStoppingCount: Int
  private let bins: BinnedRows
  private let labels: [UInt16]
  private let weights: [Float]
  private let growers: [BoostedTreeGrower]
  private var gradients: LossGradients
  private var margins: [Float]
  private var bestMargins: ArraySlice<Float> = []
  private var bestLoss = Double.infinity

  private var outputCount: Int { baseMargins.count }

  /// The most classes and rows.
  private static let maxClasses = 1 << 16
  private static let maxRows = (1 << 24) - 1

  /// - Throws: `DataError` for fewer than two classes with rows, or too many classes or rows; `ParameterError` for
  ///   weights of classes that do not exist.
  init(_ settings: GradientBoosting, fold: Fold, columns: RankedColumns, seed: UInt64, threads: Int) throws {
    let classes = fold.rows.classes
    let (training, aside) = settings.parts(of: fold, seed: seed)
    let counts = training.reduce(into: Array(repeating: 0, count: classes.count)) { $0[fold.rows.labels[$1]] += 1 }
    guard counts.count(where: { $0 > 0 }) > 1 else {
      throw DataError("all rows are of one class; a classifier needs at least two")
    }
    guard classes.count <= Self.maxClasses, fold.rows.count <= Self.maxRows else {
      throw DataError(
        "gradient boosting takes at most \(Self.maxClasses) classes and \(Self.maxRows) rows, "
          + "found \(classes.count) and \(fold.rows.count)")
    }
    guard settings.earlyStopping == nil || !aside.isEmpty else {
      throw DataError("early stopping needs a class of at least two training rows")
    }
    let classWeights = try settings.classWeights.weights(classes: classes, counts: counts)
    let baseMargins = Margins.base(weightOfClass: zip(counts, classWeights).map { Double($0) * $1 })
    let cuts = BinCuts(columns, training: training, maxBin: settings.maxBin)
    let bins = BinnedRows(columns, rows: training, cuts: cuts)
    self.settings = settings
    self.seed = seed
    self.threads = threads
    self.fold = fold
    self.baseMargins = baseMargins
    self.bins = bins
    tableRows = training + aside + fold.validation
    trainingCount = training.count
    earlyStoppingCount = aside.count
    labels = tableRows.map { UInt16(truncatingIfNeeded: fold.rows.labels[$0]) }
    weights = classWeights.map { Float($0) }
    margins = tableRows.flatMap { _ in baseMargins }
    gradients = LossGradients(rowCount: training.count, outputCount: baseMargins.count)
    growers = (0..<max(1, min(threads, baseMargins.count))).map { _ in
      BoostedTreeGrower(bins: bins, settings: settings)
    }
  }

  /// The number of rounds that are done.
  var round: Int { trees.count }

  /// Whether early stopping says that more rounds are of no use.
  var hasStopped: Bool {
    settings.earlyStopping.map { round - bestRound >= $0.rounds } ?? false
  }

  /// The trees that a model keeps: those up to the best round.
  var keptTrees: [[BoostedTree]] { Array(trees.prefix(bestRound)) }

  /// The margins of the validation rows after the best round, `(rows × outputs)`.
  var validationMargins: [Float] {
    Array((earlyStoppingCount > 0 ? bestMargins : margins[...]).suffix(fold.validation.count * outputCount))
  }

  /// Grows the trees of one round and adds what they say to all margins.
  func grow() throws {
    let rows = sampledRows()
    let features = sampledFeatures()
    margins.withUnsafeBufferPointer { margins in
      gradients.compute(rows: rows, labels: labels, weights: weights, margins: margins)
    }
    let roots = try gradients.rootHistograms(of: rows, bins: bins, threads: threads)
    let others = placesWithoutLeaf(rows)
    trees.append(try grownTrees(rows: rows, features: features, roots: roots, others: others))
    if earlyStoppingCount > 0 { noteLoss() } else { bestRound = round }
  }

  /// Each grower takes every n-th output; trees of one round do not know of each other.
  private func grownTrees(
    rows: [UInt32], features: [[Bool]?], roots: [[GradientCell]], others: [Int]
  ) throws -> [BoostedTree] {
    let outputCount = outputCount
    let table = fold.rows.features
    let tableRows = others.map { self.tableRows[$0] }
    return try margins.withUnsafeMutableBufferPointer { margins in
      nonisolated(unsafe) let margins = margins
      nonisolated(unsafe) let growers = growers
      let gradients = gradients
      let shares = try Parallel.map(count: growers.count, threads: growers.count) { share in
        stride(from: share, to: outputCount, by: growers.count).map { output in
          let grower = growers[share]
          let grown = grower.grow(
            rows: rows, gradients: gradients.cells[output], scale: gradients.scales[output], features: features[output],
            rootHistogram: roots.isEmpty ? nil : roots[output])
          for leaf in grown.leaves {
            for place in grower.places[leaf.rows] { margins[Int(place) * outputCount + output] += leaf.value }
          }
          addMargins(of: grown.tree, table: table, rows: tableRows) { index, value in
            margins[others[index] * outputCount + output] += value
          }
          return grown.tree
        }
      }
      return (0..<outputCount).map { shares[$0 % growers.count][$0 / growers.count] }
    }
  }

  // MARK: Samples

  /// The places of this round's rows, ascending.
  private func sampledRows() -> [UInt32] {
    let all = (0..<UInt32(trainingCount))
    guard settings.subsample < 1 else { return Array(all) }
    var random = KeyedRandom(seed: seed, Self.rowStream, UInt64(round))
    let sampled = all.filter { _ in random.unit() < settings.subsample }
    return sampled.isEmpty ? [random.below(UInt32(trainingCount))] : sampled
  }

  /// For each output the features that its tree may split on; `nil` for all.
  private func sampledFeatures() -> [[Bool]?] {
    guard settings.columnSample < 1 else { return Array(repeating: nil, count: outputCount) }
    let count = max(1, Int(settings.columnSample * Double(bins.featureCount)))
    return (0..<outputCount).map { output in
      var random = KeyedRandom(seed: seed, Self.featureStream, UInt64(round), UInt64(output))
      var isChosen = Array(repeating: false, count: bins.featureCount)
      for feature in Array(0..<bins.featureCount).shuffled(using: &random).prefix(count) { isChosen[feature] = true }
      return isChosen
    }
  }

  private static let rowStream: UInt64 = 6
  private static let featureStream: UInt64 = 7

  /// The places whose leaf no grower knows: rows that were not sampled, set aside or to be evaluated.
  private func placesWithoutLeaf(_ rows: [UInt32]) -> [Int] {
    var isSampled = Array(repeating: false, count: tableRows.count)
    for row in rows { isSampled[Int(row)] = true }
    return tableRows.indices.filter { !isSampled[$0] }
  }

  // MARK: Early stopping

  /// Keeps the margins if the rows set aside have never been told better.
  private func noteLoss() {
    let places = trainingCount..<trainingCount + earlyStoppingCount
    let probabilities = Margins.probabilities(
      Array(margins[places.lowerBound * outputCount..<places.upperBound * outputCount]),
      classCount: fold.rows.classes.count)
    let loss = places.enumerated().reduce(0) { sum, place in
      sum - log(max(probabilities[place.offset, Int(labels[place.element])], 1e-15))
    }
    guard loss < bestLoss else { return }
    bestLoss = loss
    bestRound = round
    bestMargins = margins.suffix(fold.validation.count * outputCount)
  }
}

extension GradientBoosting {
  /// The rows that trees are grown on and, for early stopping, those set aside: of each class the same share.
  fileprivate func parts(of fold: Fold, seed: UInt64) -> (training: [Int], aside: [Int]) {
    guard let earlyStopping else { return (fold.training, []) }
    var rowsOfClass: [Int: [Int]] = [:]
    for row in fold.training { rowsOfClass[fold.rows.labels[row], default: []].append(row) }
    var aside: Set<Int> = []
    for (label, rows) in rowsOfClass {
      var random = KeyedRandom(seed: seed, Self.asideStream, UInt64(label))
      let count = Int((earlyStopping.validationFraction * Double(rows.count)).rounded())
      aside.formUnion(rows.shuffled(using: &random).prefix(min(max(count, 1), rows.count - 1)))
    }
    return (fold.training.filter { !aside.contains($0) }, fold.training.filter { aside.contains($0) })
  }

  private static let asideStream: UInt64 = 8
}

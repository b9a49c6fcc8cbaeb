import Basics
import Learning

/// How much worse a model gets when it can no longer tell rows apart by some of their features (Breiman 2001,
/// doi:10.1023/A:1010933404324).
public struct PermutationImportance: Sendable {
  /// Columns whose values change rows together.
  public struct Group: Hashable, Sendable {
    /// What the columns are.
    public let name: String
    /// Their indices.
    public let columns: [Int]

    /// A group of columns.
    public init(name: String, columns: [Int]) {
      self.name = name
      self.columns = columns
    }
  }

  /// The importance of one group.
  public struct Importance: Hashable, Sendable, Codable {
    /// What the columns are.
    public let name: String
    /// The mean loss of accuracy over the repetitions.
    public let mean: Double
    /// The standard deviation of the loss over the repetitions.
    public let std: Double
    /// The mean loss of each class's recall.
    public let perClass: [Double]
  }

  /// How often each group is permuted.
  public let repeats: Int
  /// The seed of the permutations: the same for every group, so that groups compare.
  public let seed: UInt64
  /// How many groups are worked on at a time.
  public let threads: Int

  /// A measurement that permutes each group `repeats` times.
  public init(repeats: Int = 5, seed: UInt64 = 42, threads: Int = Parallel.availableThreads) {
    self.repeats = repeats
    self.seed = seed
    self.threads = threads
  }

  /// The importance of each group for a model's predictions of labelled rows.
  ///
  /// - Throws: `DataError` when the rows do not fit the model.
  /// - Complexity: groups × repeats predictions of all rows.
  public func importances(
    of groups: [Group], model: any Classifier, rows: LabelledRows, report: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> [Importance] {
    let original = try recalls(model, rows.features, rows)
    let permutations = (0..<repeats).map { permutation(rows.count, repetition: $0) }
    let counter = ProgressCounter(report)
    return try Parallel.map(count: groups.count, threads: threads) { index in
      let losses = try permutations.map { permutation in
        var changed = rows.features
        for column in groups[index].columns {
          for row in 0..<rows.count { changed[row, column] = rows.features[permutation[row], column] }
        }
        let now = try recalls(model, changed, rows)
        return (accuracy: original.accuracy - now.accuracy, recalls: zip(original.recalls, now.recalls).map { $0 - $1 })
      }
      counter.count()
      let accuracies = losses.map(\.accuracy)
      return Importance(
        name: groups[index].name, mean: CandidateResult.mean(accuracies),
        std: CandidateResult.standardDeviation(accuracies),
        perClass: rows.classes.indices.map { label in CandidateResult.mean(losses.map { $0.recalls[label] }) })
    }
  }

  private func recalls(
    _ model: any Classifier, _ features: Matrix<Float>, _ rows: LabelledRows
  ) throws -> (accuracy: Double, recalls: [Double]) {
    let matrix = ConfusionMatrix(
      classes: rows.classes, labels: rows.labels, predictions: try model.predictions(of: features))
    return (matrix.accuracy.accuracy, ClassificationReport(matrix).perClass.map(\.recall))
  }

  private func permutation(_ count: Int, repetition: Int) -> [Int] {
    var random = KeyedRandom(seed: seed, Self.stream, UInt64(repetition))
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(index, Int(random.below(UInt32(index + 1))))
    }
    return order
  }

  private static let stream: UInt64 = 3
}

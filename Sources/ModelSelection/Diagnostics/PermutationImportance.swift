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
    /// The mean loss of the area under each class's ROC curve, the class against all others: how much worse the class is
    /// told from these, whatever the threshold. 0 for a class that all rows are of, or none.
    public let areaPerClass: [Double]
  }

  /// What a model is worth on some rows.
  private struct Worth {
    let accuracy: Double
    let recalls: [Double]
    let areas: [Double]
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

  /// The importance of each group for a model's predictions of labeled rows.
  ///
  /// - Throws: `DataError` when the rows do not fit the model.
  /// - Complexity: groups × repeats predictions of all rows.
  public func importances(
    of groups: [Group], model: any Classifier, rows: LabeledRows, report: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> [Importance] {
    let original = try worth(model, rows.features, rows)
    let permutations = (0..<repeats).map { permutation(rows.count, repetition: $0) }
    let counter = ProgressCounter(report)
    return try Parallel.map(count: groups.count, threads: threads) { index in
      let losses = try permutations.map { permutation in
        var changed = rows.features
        for column in groups[index].columns {
          for row in 0..<rows.count { changed[row, column] = rows.features[permutation[row], column] }
        }
        let now = try worth(model, changed, rows)
        return Worth(
          accuracy: original.accuracy - now.accuracy, recalls: zip(original.recalls, now.recalls).map { $0 - $1 },
          areas: zip(original.areas, now.areas).map { $0 - $1 })
      }
      counter.count()
      let accuracies = losses.map(\.accuracy)
      func means(_ values: (Worth) -> [Double]) -> [Double] {
        rows.classes.indices.map { label in CandidateResult.mean(losses.map { values($0)[label] }) }
      }
      return Importance(
        name: groups[index].name, mean: CandidateResult.mean(accuracies),
        std: CandidateResult.standardDeviation(accuracies),
        perClass: means(\.recalls), areaPerClass: means(\.areas))
    }
  }

  private func worth(_ model: any Classifier, _ features: Matrix<Float>, _ rows: LabeledRows) throws -> Worth {
    let probabilities = try model.probabilities(of: features)
    let matrix = ConfusionMatrix(
      classes: rows.classes, labels: rows.labels, predictions: probabilities.rowArgmax)
    return Worth(
      accuracy: matrix.accuracy.accuracy, recalls: ClassificationReport(matrix).perClass.map(\.recall),
      areas: rows.classes.indices.map { label in
        ROCCurve(
          isPositive: rows.labels.map { $0 == label }, scores: rows.labels.indices.map { probabilities[$0, label] })?
          .area ?? 0
      })
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

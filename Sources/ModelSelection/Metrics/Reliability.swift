import Learning

/// Whether predictions are right as often as their probabilities say.
public struct Reliability: Hashable, Sendable {
  /// Predictions of like probability.
  public struct Bin: Hashable, Sendable {
    /// The probabilities of the predictions; the upper bound belongs to the bin.
    public let range: ClosedRange<Double>
    /// The mean probability that was given to the predicted class.
    public let confidence: Double
    /// How many of the predictions are right.
    public let accuracy: AccuracyEstimate
  }

  /// The bins that hold predictions, by rising probability.
  public let bins: [Bin]

  /// The number of bins, all equally wide, from 0 to 1.
  public static let binCount = 15

  /// Sorts the predictions of probabilities `(rows, classes)` into bins.
  public init(labels: [Int], probabilities: Matrix<Double>) {
    var sums = Array(repeating: 0.0, count: Self.binCount)
    var counts = Array(repeating: (right: 0, rows: 0), count: Self.binCount)
    for (row, prediction) in probabilities.rowArgmax.enumerated() {
      let confidence = probabilities[row, prediction]
      // Clamped before it becomes an integer, so that a model from elsewhere cannot end the program here.
      let place = (confidence * Double(Self.binCount)).rounded(.up) - 1
      let bin = place > 0 ? Int(min(place, Double(Self.binCount - 1))) : 0
      sums[bin] += confidence
      counts[bin].rows += 1
      if labels[row] == prediction { counts[bin].right += 1 }
    }
    bins = counts.indices.filter { counts[$0].rows > 0 }.map { bin in
      Bin(
        range: Double(bin) / Double(Self.binCount)...Double(bin + 1) / Double(Self.binCount),
        confidence: sums[bin] / Double(counts[bin].rows),
        accuracy: AccuracyEstimate(correct: counts[bin].right, rows: counts[bin].rows))
    }
  }

  /// The mean distance of accuracy and probability, each bin by its rows (Naeini, Cooper & Hauskrecht 2015, AAAI,
  /// doi:10.1609/aaai.v29i1.9602).
  public var expectedCalibrationError: Double {
    let rows = bins.reduce(0) { $0 + $1.accuracy.rows }
    return bins.reduce(0) {
      $0 + Double($1.accuracy.rows) / Double(max(1, rows)) * abs($1.accuracy.accuracy - $1.confidence)
    }
  }
}

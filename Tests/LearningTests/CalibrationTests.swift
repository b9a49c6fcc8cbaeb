import Foundation
import Learning
import Testing

/// Rows whose true class is drawn from the softmax of some scores; what is reported is sharpened by `slope`.
private func sharpened(by slope: Double, rows: Int, classes: Int = 4) -> (probabilities: Matrix<Double>, labels: [Int])
{
  var random = KeyedRandom(seed: 8)
  var values: [Double] = []
  var labels: [Int] = []
  for _ in 0..<rows {
    let scores = (0..<classes).map { _ in 3 * random.unit() }
    func softmax(_ slope: Double) -> [Double] {
      let powers = scores.map { exp(slope * $0) }
      return powers.map { $0 / powers.reduce(0, +) }
    }
    values += softmax(slope)
    var place = random.unit()
    let truth = softmax(1)
    labels.append(
      truth.firstIndex { probability in
        place -= probability; return place < 0
      } ?? classes - 1)
  }
  return (Matrix(rows: rows, columns: classes, values: values), labels)
}

private func logLoss(_ probabilities: Matrix<Double>, _ labels: [Int]) -> Double {
  labels.indices.reduce(0) { $0 - log(probabilities[$1, labels[$1]]) } / Double(labels.count)
}

@Suite struct CalibrationTests {
  @Test(arguments: [0.3, 1, 2.5])
  func aSigmoidUndoesSharpening(slope: Double) throws {
    let (probabilities, labels) = sharpened(by: slope, rows: 20_000)
    let calibration = Calibration(.temperature, probabilities: probabilities, labels: labels)
    guard case .temperature(let found) = calibration else { throw DataError("not a sigmoid") }
    #expect(abs(found * slope - 1) < 0.06)
    let truth = sharpened(by: 1, rows: 20_000).probabilities
    let largest = zip(calibration.applied(to: probabilities).values, truth.values).map { abs($0 - $1) }.max() ?? 1
    #expect(largest < 0.02)
  }

  @Test(arguments: Calibration.Method.allCases)
  func noPredictionChangesAndProbabilitiesStayProbabilities(method: Calibration.Method) {
    var random = KeyedRandom(seed: 3)
    // Votes of three trees: many ties and zeros.
    let rows = (0..<4000).flatMap { _ -> [Double] in
      var votes = [0.0, 0, 0, 0]
      for _ in 0..<3 { votes[Int(random.below(4))] += 1.0 / 3 }
      return votes
    }
    let probabilities = Matrix(rows: 4000, columns: 4, values: rows)
    let labels = probabilities.rowArgmax.map { random.unit() < 0.6 ? $0 : Int(random.below(4)) }
    let applied = Calibration(method, probabilities: probabilities, labels: labels).applied(to: probabilities)
    #expect(applied.rowArgmax == probabilities.rowArgmax)
    for row in 0..<applied.rows {
      let values = applied[row: row]
      #expect(abs(values.reduce(0, +) - 1) < 1e-12 && values.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }

  @Test(arguments: [Calibration.Method.temperature, .isotonic])
  func calibrationLowersTheLossOnNewRows(method: Calibration.Method) {
    let (probabilities, labels) = sharpened(by: 3, rows: 8000)
    let half = Array(0..<4000)
    let rest = Array(4000..<8000)
    let calibration = Calibration(
      method, probabilities: probabilities.selecting(rows: half), labels: half.map { labels[$0] })
    let new = probabilities.selecting(rows: rest)
    let newLabels = rest.map { labels[$0] }
    #expect(logLoss(calibration.applied(to: new), newLabels) < logLoss(new, newLabels) - 0.2)
  }

  @Test func anIsotonicCurveRisesThroughThePooledShares() {
    // Confidences 0.5, 0.6, 0.7, 0.8 with shares 1/2, 3/4, 1/4, 1: the middle two are pooled to 1/2, and so is the first.
    let shares = [(0.5, 2), (0.6, 3), (0.7, 1), (0.8, 4)]
    let values = shares.flatMap { confidence, _ in (0..<4).flatMap { _ in [confidence, 1 - confidence] } }
    let labels = shares.flatMap { _, right in (0..<4).map { $0 < right ? 0 : 1 } }
    let calibration = Calibration(
      .isotonic, probabilities: Matrix(rows: 16, columns: 2, values: values), labels: labels)
    let top = 1 - 1.0 / 18
    #expect(
      calibration
        == .isotonic([
          .init(confidence: 0.5, share: 0.5), .init(confidence: 0.7, share: 0.5), .init(confidence: 0.8, share: top),
        ]))
    let between = calibration.applied(to: Matrix(rows: 1, columns: 2, values: [0.75, 0.25]))
    #expect(abs(between[0, 0] - (0.5 + top) / 2) < 1e-12)
  }

  @Test func perfectAndCertainPredictionsGiveFiniteProbabilities() {
    let certain = Matrix(rows: 3, columns: 3, values: [1, 0, 0, 0, 1, 0, 0, 0, 1.0])
    for method in Calibration.Method.allCases {
      let applied = Calibration(method, probabilities: certain, labels: [0, 1, 2]).applied(to: certain)
      #expect(applied.values.allSatisfy { $0.isFinite } && applied.rowArgmax == [0, 1, 2])
    }
  }
}

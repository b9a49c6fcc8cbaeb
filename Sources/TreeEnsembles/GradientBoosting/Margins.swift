import Foundation
import Learning

/// Turns margins into class probabilities.
enum Margins {
  /// What trees start from, as XGBoost 3.2 does: the logarithms of the classes' shares less their mean, and for two
  /// classes the logit of the second one's share.
  static func base(weightOfClass: [Double]) -> [Float] {
    let total = weightOfClass.reduce(0, +)
    guard weightOfClass.count > 2 else {
      let share = min(max(weightOfClass[1] / total, 1e-16), 1 - 1e-16)
      return [Float(-log(1 / share - 1))]
    }
    let logarithms = weightOfClass.map { log($0 / total + 1e-6) }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    return logarithms.map { Float($0 - mean) }
  }

  /// The probability of each class, `(rows, classes)`, from margins `(rows × outputs)`.
  static func probabilities(_ margins: [Float], classCount: Int) -> Matrix<Double> {
    guard classCount > 2 else {
      return Matrix(
        rows: margins.count, columns: 2,
        values: margins.flatMap { margin -> [Double] in
          let second = 1 / (1 + exponential(-Double(margin)))
          return [1 - second, second]
        })
    }
    let rows = margins.count / classCount
    var values = Array(repeating: 0.0, count: margins.count)
    for row in 0..<rows {
      let base = row * classCount
      let highest = margins[base..<base + classCount].max() ?? 0
      var sum = 0.0
      for place in base..<base + classCount {
        values[place] = exponential(Double(margins[place] - highest))
        sum += values[place]
      }
      for place in base..<base + classCount { values[place] /= sum }
    }
    return Matrix(rows: rows, columns: classCount, values: values)
  }
}

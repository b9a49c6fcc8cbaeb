import Learning

/// Rows in whole steps of each feature, at most 256 different ones, so that a model can keep a byte for each number.
package struct QuantizedRows: Sendable {
  /// How far one value of a feature is from the next.
  package let steps: [Float]
  /// `(rows, features)`.
  package let values: Matrix<Float>

  /// Rounds rows; none of them contains missing values.
  ///
  /// - Complexity: O(rows × features).
  package init(_ rows: Matrix<Float>) {
    var lowest = Array(repeating: Float.infinity, count: rows.columns)
    var highest = Array(repeating: -Float.infinity, count: rows.columns)
    for row in 0..<rows.rows {
      for (column, value) in rows[row: row].enumerated() {
        lowest[column] = min(lowest[column], value)
        highest[column] = max(highest[column], value)
      }
    }
    // Both ends may be rounded outwards. What is the same everywhere is one step, or none.
    let steps = zip(lowest, highest).map { low, high in
      low < high ? max((high - low) / 254, .leastNormalMagnitude) : low == 0 ? 1 : abs(low)
    }
    self.steps = steps
    values = Matrix(
      rows: rows.rows, columns: rows.columns,
      values: rows.values.enumerated().map { place, value in
        let step = steps[place % rows.columns]
        return Self.value(Self.count(of: step, in: value), of: step)
      })
  }

  /// The steps nearest to a value.
  package static func count(of step: Float, in value: Float) -> Double { (Double(value) / Double(step)).rounded() }

  /// The value after so many steps.
  package static func value(_ count: Double, of step: Float) -> Float { Float(count * Double(step)) }
}

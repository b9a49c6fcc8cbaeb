import Foundation
import KernelMachines
import Learning

/// Rounded rows with a byte for each number.
struct SteppedBytes {
  var bytes: Data
  var steps: [Float]
  /// For each feature the steps of its least value.
  var least: [Int64]

  /// Rows whose values are whole multiples of their feature's step; `nil` if they are not, or lie too far apart.
  init?(_ rows: Matrix<Float>, steps: [Float]) {
    let counts = rows.values.enumerated().map { QuantizedRows.count(of: steps[$0 % rows.columns], in: $1) }
    var least = Array(repeating: Double.infinity, count: rows.columns)
    for (place, count) in counts.enumerated() { least[place % rows.columns] = min(least[place % rows.columns], count) }
    guard least.allSatisfy({ abs($0) < 1e15 }) else { return nil }
    var bytes = Data(capacity: counts.count)
    for (place, count) in counts.enumerated() {
      let column = place % rows.columns
      guard let byte = UInt8(exactly: count - least[column]),
        QuantizedRows.value(count, of: steps[column]) == rows.values[place]
      else { return nil }
      bytes.append(byte)
    }
    (self.bytes, self.steps, self.least) = (bytes, steps, least.map { Int64($0) })
  }

  /// The numbers that a file says; as many steps and least values as features.
  static func values(_ bytes: Data, steps: [Float], least: [Int64]) -> [Float] {
    bytes.enumerated().map { place, byte in
      let column = place % steps.count
      return QuantizedRows.value(Double(least[column]) + Double(byte), of: steps[column])
    }
  }
}

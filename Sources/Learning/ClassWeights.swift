/// How much a row of each class counts.
public enum ClassWeights: Hashable, Sendable {
  /// Every row counts 1.
  case uniform
  /// Rows of class k count n / (classes × n_k), so all classes weigh the same.
  case balanced
  /// Weights by class name; classes not named count 1.
  case named([String: Double])

  /// The weight of each class for these rows.
  ///
  /// - Throws: `ParameterError` when a weight names a class that the rows do not have.
  public func weights(classes: [String], counts: [Int]) throws(ParameterError) -> [Double] {
    switch self {
    case .uniform: return Array(repeating: 1, count: classes.count)
    case .balanced: return Self.balancedWeights(counts: counts)
    case .named(let weights):
      for name in weights.keys.sorted() where !classes.contains(name) {
        throw ParameterError(
          parameter: "class_weight",
          requirement: "names class \"\(name)\", which the data lacks; it has " + classes.joined(separator: ", "))
      }
      return classes.map { weights[$0] ?? 1 }
    }
  }

  /// n / (classes present × n_k); classes without rows count 1, which no row ever uses.
  package static func balancedWeights(counts: [Int]) -> [Double] {
    let rowCount = counts.reduce(0, +)
    let present = counts.count { $0 > 0 }
    return counts.map { $0 > 0 ? Double(rowCount) / (Double(present) * Double($0)) : 1 }
  }
}

extension ClassWeights {
  /// The weights that the value of `class_weight` stands for.
  package init(_ value: ParameterValue) {
    self =
      switch value {
      case .text: .balanced
      case .weights(let weights): .named(weights)
      default: .uniform
      }
  }

  /// The value of `class_weight` that stands for these weights.
  package var parameterValue: ParameterValue {
    switch self {
    case .uniform: .null
    case .balanced: .text("balanced")
    case .named(let weights): .weights(weights)
    }
  }
}

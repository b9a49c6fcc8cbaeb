import Foundation
import Learning
import Vectors

/// A kernel with its numbers.
package struct Kernel: Hashable, Sendable {
  package var kind: SupportVectorMachine.KernelKind
  package var gamma: Double
  package var degree: Int
  package var constant: Double
  /// What values are divided by, so that those of large powers fit into single precision.
  package var divisor = 1.0

  package init(kind: SupportVectorMachine.KernelKind, gamma: Double, degree: Int, constant: Double) {
    self.kind = kind
    self.gamma = gamma
    self.degree = degree
    self.constant = constant
  }

  /// Whether it looks at distances; others look at products.
  package var usesDistances: Bool { kind == .rbf }

  /// Whether its values are products in some space whatever the rows, so that a problem has one optimum and nothing else to
  /// stop at: no sigmoid, and no power of what a negative constant has been added to.
  package var isPositiveDefinite: Bool {
    switch kind {
    case .linear, .rbf: true
    case .poly: constant >= 0
    case .sigmoid: false
    }
  }

  /// What all values of a row that are left out may sum to: what single precision rounds its own by.
  static let neglected = 0x1p-25

  /// The squared distance from which on values do not count: all that a row has with `count` rows further off sum to less
  /// than `neglected`. `nil` for a kernel that does not fall with the distance.
  func reach(among count: Int) -> Float? {
    guard kind == .rbf, gamma > 0 else { return nil }
    return Float(log(Double(max(1, count)) / Self.neglected) / gamma)
  }

  /// The kernel's values from products, or from squared distances where it uses these.
  package func apply(to bases: UnsafePointer<Float>, _ values: UnsafeMutablePointer<Float>, count: Int) {
    switch kind {
    case .linear: values.update(from: bases, count: count)
    case .rbf: vectorRoutines.negativeExponentials(bases, Float(gamma), values, count)
    case .poly, .sigmoid: for index in 0..<count { values[index] = Float(value(Double(bases[index]))) }
    }
  }

  /// The kernel's value from a product, or from a squared distance where it uses these.
  package func value(_ base: Double) -> Double {
    switch kind {
    case .linear: return base
    case .rbf: return exponential(-gamma * base)
    case .poly:
      var (power, factor, left) = (1.0, gamma * base + constant, degree)
      while left > 0 {
        if left & 1 == 1 { power *= factor }
        factor *= factor
        left >>= 1
      }
      // What no number can hold stays finite, so that nothing is ever not a number.
      return min(max(power / divisor, -1e30), 1e30)
    case .sigmoid:
      let double = exponential(min(max(2 * (gamma * base + constant), -80), 80))
      return (double - 1) / (double + 1)
    }
  }
}

import Foundation

/// How mixed the classes of a node are, in the form in which splits are compared.
///
/// For a node with class weights w_k and total W, the weighted impurity W·I is a constant of the parent minus a
/// *purity*: gini has W·(1 − Σ (w_k/W)²) = W − Σ w_k²/W, entropy −Σ w_k ln(w_k/W) = W ln W − Σ w_k ln w_k.
/// The best split is the one whose children's purities have the largest sum (Breiman et al. 1984).
package enum Purity {
  /// `Σ w_k² / W`; 0 for an empty node.
  package static func gini(_ weights: some Sequence<Double>) -> Double {
    var total = 0.0
    var squares = 0.0
    for weight in weights {
      total += weight
      squares += weight * weight
    }
    return total > 0 ? squares / total : 0
  }

  /// `Σ w_k ln w_k − W ln W`; 0 for an empty node.
  package static func entropy(_ weights: some Sequence<Double>) -> Double {
    var total = 0.0
    var sum = 0.0
    for weight in weights where weight > 0 {
      total += weight
      sum += weight * log(weight)
    }
    return total > 0 ? sum - total * log(total) : 0
  }
}

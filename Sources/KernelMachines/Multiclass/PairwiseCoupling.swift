import Learning

/// Reconciles what pairs of classes say of a row into one probability p_i for each class.
///
/// With r_ij, the probability of class i where only i and j are thought of, it is the p with the least
/// Σ (r_ji p_i − r_ij p_j)² over all pairs (the second method of Wu, Lin & Weng 2004, JMLR 5, which is libsvm's). What a machine
/// says of rows of a third class, often loudly, hardly counts, as both of its classes are improbable there.
package struct PairwiseCoupling {
  private let count: Int
  private let pairs: [OneVersusOne.Pair]
  /// The quadratic form, then its Cholesky factor below the diagonal.
  private var form: [Double]
  /// The probability of each class.
  package private(set) var probabilities: [Double]

  /// r_ij stays as far from 0 and 1, as in libsvm.
  private static let minShare = 1e-7
  /// The form is singular where all pairs agree; that little does not turn its solution.
  private static let ridge = 1e-12

  /// - Parameter pairs: all pairs of classes, counted from 0 among those that have rows.
  package init(count: Int, pairs: [OneVersusOne.Pair]) {
    precondition(pairs.count == count * (count - 1) / 2, "each pair once")
    self.count = count
    self.pairs = pairs
    form = Array(repeating: 0, count: count * count)
    probabilities = Array(repeating: 0, count: count)
  }

  /// Sets the probabilities.
  ///
  /// - Parameter logOdds: for each pair ln (r_ij ÷ r_ji).
  /// - Complexity: O(classes³).
  package mutating func couple(_ logOdds: ArraySlice<Double>) {
    if count == 2, let logOdds = logOdds.first {
      probabilities[0] = Self.share(logOdds)
      probabilities[1] = Self.share(-logOdds)
      return
    }
    for place in form.indices { form[place] = 0 }
    for place in 0..<count { form[place * count + place] = Self.ridge }
    for (pair, logOdds) in zip(pairs, logOdds) {
      let first = min(max(Self.share(logOdds), Self.minShare), 1 - Self.minShare)
      let second = 1 - first
      form[pair.first * count + pair.first] += second * second
      form[pair.second * count + pair.second] += first * first
      form[pair.second * count + pair.first] -= first * second
    }
    solve()
    var sum = 0.0
    for place in 0..<count {
      probabilities[place] = max(probabilities[place], 0)
      sum += probabilities[place]
    }
    for place in 0..<count { probabilities[place] /= sum }
  }

  /// 1 ÷ (1 + e^−x).
  private static func share(_ logOdds: Double) -> Double {
    let smaller = exponential(-abs(logOdds))
    return (logOdds < 0 ? smaller : 1) / (1 + smaller)
  }

  /// The minimum where probabilities sum to 1 is, but for a factor, what the form takes to ones.
  private mutating func solve() {
    for column in 0..<count {
      for row in column..<count {
        var value = form[row * count + column]
        for place in 0..<column { value -= form[row * count + place] * form[column * count + place] }
        form[row * count + column] =
          row == column ? max(value, Self.ridge).squareRoot() : value / form[column * count + column]
      }
    }
    for row in 0..<count {
      var value = 1.0
      for place in 0..<row { value -= form[row * count + place] * probabilities[place] }
      probabilities[row] = value / form[row * count + row]
    }
    for row in (0..<count).reversed() {
      var value = probabilities[row]
      for place in row + 1..<count { value -= form[place * count + row] * probabilities[place] }
      probabilities[row] = value / form[row * count + row]
    }
  }
}

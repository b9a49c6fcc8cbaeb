import Learning

/// Turns what the pairs of classes say into one answer.
struct Voting {
  let classCount: Int
  let pairs: [OneVersusOne.Pair]

  /// The probability of each class, `(rows, classes)`, from decisions `(rows, pairs)`, which are taken for the logarithm of
  /// the odds between two classes; the class with most votes, of equal ones the first, has the largest.
  ///
  /// - Throws: `DataError` for a decision that is no number, as only rows or models far out of range have.
  /// - Complexity: O(rows × classes³).
  func probabilities(_ decisions: Matrix<Double>) throws -> Matrix<Double> {
    guard decisions.values.allSatisfy(\.isFinite) else {
      throw DataError("numbers of a face or of the support vector machine are out of range")
    }
    let present = Set(pairs.flatMap { [$0.first, $0.second] }).sorted()
    var coupling = PairwiseCoupling(
      count: present.count,
      pairs: pairs.map { pair in
        OneVersusOne.Pair(
          first: present.firstIndex(of: pair.first) ?? 0, second: present.firstIndex(of: pair.second) ?? 0)
      })
    var probabilities = Matrix(rows: decisions.rows, columns: classCount, repeating: 0.0)
    var votes = Array(repeating: 0, count: classCount)
    for row in 0..<decisions.rows {
      coupling.couple(decisions[row: row])
      for (place, label) in present.enumerated() { probabilities[row, label] = coupling.probabilities[place] }
      for label in 0..<classCount { votes[label] = 0 }
      for (pair, classes) in pairs.enumerated() {
        votes[decisions[row, pair] > 0 ? classes.first : classes.second] += 1
      }
      var (winner, leader) = (0, 0)
      for label in 0..<classCount {
        if votes[label] > votes[winner] { winner = label }
        if probabilities[row, label] > probabilities[row, leader] { leader = label }
      }
      guard leader != winner else { continue }
      let largest = probabilities[row, leader]
      probabilities[row, leader] = probabilities[row, winner]
      // Of equal ones the first would win.
      probabilities[row, winner] = probabilities[row, leader] == largest ? largest.nextUp : largest
    }
    return probabilities
  }
}

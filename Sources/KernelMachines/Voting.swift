import Learning

/// Turns what the pairs of classes say into one answer.
struct Voting {
  let classCount: Int
  let pairs: [OneVersusOne.Pair]

  /// The probability of each class, `(rows, classes)`, from decisions `(rows, pairs)`; the class with most votes, of
  /// equal ones the first, has the largest.
  ///
  /// - Throws: `DataError` for a decision that is no number, as only rows or models far out of range have.
  func probabilities(_ decisions: Matrix<Double>) throws -> Matrix<Double> {
    guard decisions.values.allSatisfy(\.isFinite) else {
      throw DataError("numbers of a face or of the support vector machine are out of range")
    }
    var isPresent = Array(repeating: false, count: classCount)
    for pair in pairs { (isPresent[pair.first], isPresent[pair.second]) = (true, true) }
    let presentCount = Double(isPresent.count { $0 })
    var probabilities = Matrix(rows: decisions.rows, columns: classCount, repeating: 0.0)
    var votes = Array(repeating: 0, count: classCount)
    var scores = Array(repeating: 0.0, count: classCount)
    for row in 0..<decisions.rows {
      for label in 0..<classCount { (votes[label], scores[label]) = (0, 0) }
      for (pair, classes) in pairs.enumerated() {
        let decision = decisions[row, pair]
        votes[decision > 0 ? classes.first : classes.second] += 1
        scores[classes.first] += decision / presentCount
        scores[classes.second] -= decision / presentCount
      }
      var highest = -Double.infinity
      for label in 0..<classCount where isPresent[label] { highest = max(highest, scores[label]) }
      var sum = 0.0
      for label in 0..<classCount where isPresent[label] {
        probabilities[row, label] = exponential(scores[label] - highest)
        sum += probabilities[row, label]
      }
      var (winner, leader) = (0, 0)
      for label in 0..<classCount {
        probabilities[row, label] /= sum
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

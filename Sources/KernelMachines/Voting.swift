import Learning

/// Turns what the pairs of classes say into one answer.
struct Voting {
  let classCount: Int
  let pairs: [OneVersusOne.Pair]

  /// The probability of each class, `(rows, classes)`, from decisions `(rows, pairs)`; the class with most votes, of
  /// equal ones the first, has the largest.
  func probabilities(_ decisions: Matrix<Double>) -> Matrix<Double> {
    let isPresent = (0..<classCount).map { label in pairs.contains { $0.first == label || $0.second == label } }
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

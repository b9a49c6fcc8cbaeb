import Learning

/// The derivatives of the log loss with respect to the margins of some rows, and their largest absolute values.
///
/// With softmax probabilities p: first p_k − [k is the label], second 2 p_k (1 − p_k); with one output the logistic
/// loss has first p − label, second p (1 − p). Second derivatives stay above 1e-16, all are times the row's weight.
///
/// - Parameters:
///   - rows: the places to look at.
///   - margins, firsts, seconds: `(places × outputs)`.
///   - largest: for each output the largest absolute first and second derivative so far.
func lossDerivatives(
  rows: UnsafeBufferPointer<UInt32>, labels: UnsafeBufferPointer<UInt16>, weights: UnsafeBufferPointer<Float>,
  margins: UnsafeBufferPointer<Float>, outputCount: Int, firsts: UnsafeMutableBufferPointer<Float>,
  seconds: UnsafeMutableBufferPointer<Float>, largest: inout [(first: Float, second: Float)]
) {
  largest.withUnsafeMutableBufferPointer { largest in
    for row in rows {
      let place = Int(row)
      let base = place &* outputCount
      let weight = weights[Int(labels[place])]
      if outputCount == 1 {
        let probability = Float(1 / (1 + exponential(-Double(margins[base]))))
        let first = (probability - Float(labels[place])) * weight
        let second = max(probability * (1 - probability), 1e-16) * weight
        (firsts[base], seconds[base]) = (first, second)
        largest[0] = (max(largest[0].first, abs(first)), max(largest[0].second, second))
        continue
      }
      var highest = margins[base]
      for output in 1..<outputCount { highest = max(highest, margins[base &+ output]) }
      var sum = 0.0
      for output in 0..<outputCount {
        let power = exponential(Double(margins[base &+ output] - highest))
        firsts[base &+ output] = Float(power)
        sum += power
      }
      let scale = 1 / Float(sum)
      for output in 0..<outputCount {
        let probability = firsts[base &+ output] * scale
        let first = (output == Int(labels[place]) ? probability - 1 : probability) * weight
        let second = max(2 * probability * (1 - probability) * weight, 1e-16)
        (firsts[base &+ output], seconds[base &+ output]) = (first, second)
        largest[output] = (max(largest[output].first, abs(first)), max(largest[output].second, second))
      }
    }
  }
}

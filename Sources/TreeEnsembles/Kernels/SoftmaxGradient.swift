import Learning

/// eˣ to about 1e-11, by the same operations on every machine: e^x = 2^k · e^r with |r| ≤ ln 2 ÷ 2, and a polynomial.
@inline(__always)
package func exponential(_ x: Double) -> Double {
  let clamped = min(max(x, -700), 700)
  // 2^52 · 1.5 leaves the rounded exponent in the low bits.
  let shifted = clamped * 1.442_695_040_888_963_4 + 0x1.8p52
  let exponent = Int64(Int32(truncatingIfNeeded: shifted.bitPattern))
  let whole = shifted - 0x1.8p52
  let r = clamped - whole * 0.693_147_180_369_123_8 - whole * 1.908_214_929_270_587_7e-10
  var sum = 1.0 / 362_880
  sum = sum * r + 1.0 / 40_320
  sum = sum * r + 1.0 / 5_040
  sum = sum * r + 1.0 / 720
  sum = sum * r + 1.0 / 120
  sum = sum * r + 1.0 / 24
  sum = sum * r + 1.0 / 6
  sum = sum * r + 0.5
  sum = sum * r + 1
  sum = sum * r + 1
  return sum * Double(bitPattern: UInt64(bitPattern: (exponent &+ 1023) << 52))
}

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

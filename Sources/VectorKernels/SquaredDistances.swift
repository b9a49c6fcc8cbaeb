/// Squared distances |x|² + |y|² − 2 x·y from one row to others, in place of their products. Where rows are near one another,
/// that difference of large numbers has few digits; there `exact` is asked.
///
/// - Parameters:
///   - values: x·y by other row; |x − y|² in the end.
///   - square: |x|².
///   - squares: |y|² by other row.
///   - nearness: rows are near whose squared distance is less than this share of |x|² + |y|².
///   - exact: the squared distance to another row.
package func squaredDistances(
  _ values: UnsafeMutablePointer<Float>, square: Float, squares: UnsafePointer<Float>, count: Int, nearness: Float,
  exact: (Int) -> Float
) {
  let (target, others) = (UnsafeMutableRawPointer(values), UnsafeRawPointer(squares))
  let whole = count & ~63
  for first in stride(from: 0, to: whole, by: 64) {
    var nearest = SIMD16<Float>(repeating: .infinity)
    for place in stride(from: first &* 4, to: first &* 4 &+ 256, by: 64) {
      let sum = others.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self) + square
      let product = target.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
      let distance = sum - (product + product)
      target.storeBytes(of: distance, toByteOffset: place, as: SIMD16<Float>.self)
      let excess = distance - sum * nearness
      nearest.replace(with: excess, where: excess .< nearest)
    }
    if nearest.minLane <= 0 {
      for place in first..<first &+ 64 where values[place] <= (squares[place] + square) * nearness {
        values[place] = exact(place)
      }
    }
  }
  for place in whole..<count {
    let sum = squares[place] + square
    let distance = sum - 2 * values[place]
    values[place] = distance <= sum * nearness ? exact(place) : distance
  }
}

/// |x − y|² of two rows.
package func squaredDistance(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, count: Int) -> Double {
  let (x8, y8) = (UnsafeRawPointer(x), UnsafeRawPointer(y))
  let whole = count & ~7
  var sums = SIMD8<Double>(repeating: 0)
  for place in stride(from: 0, to: whole &* 8, by: 64) {
    let difference =
      x8.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
      - y8.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
    sums += difference * difference
  }
  var sum = sums.sum()
  for place in whole..<count { sum += (x[place] - y[place]) * (x[place] - y[place]) }
  return sum
}

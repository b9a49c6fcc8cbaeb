/// The places of numbers that are less than a limit, ascending.
///
/// - Parameters:
///   - indices: where to put them.
///   - most: how many there is room for.
/// - Returns: how many there are, or `most` + 1 for more; then the first `most` have been put down.
package func indicesBelow(
  _ limit: Float, of values: UnsafePointer<Float>, count: Int, into indices: UnsafeMutablePointer<Int32>, most: Int
) -> Int {
  let source = UnsafeRawPointer(values)
  let whole = count & ~(group - 1)
  var found = 0
  for first in stride(from: 0, to: whole, by: group) {
    let place = first &* 4
    var least = source.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
    for next in stride(from: place &+ 64, to: place &+ group &* 4, by: 64) {
      let others = source.loadUnaligned(fromByteOffset: next, as: SIMD16<Float>.self)
      least.replace(with: others, where: others .< least)
    }
    guard least.minLane < limit else { continue }
    for index in first..<first &+ group where values[index] < limit {
      guard found < most else { return most + 1 }
      indices[found] = Int32(truncatingIfNeeded: index)
      found &+= 1
    }
  }
  for index in whole..<count where values[index] < limit {
    guard found < most else { return most + 1 }
    indices[found] = Int32(truncatingIfNeeded: index)
    found &+= 1
  }
  return found
}

/// How many numbers are tested at once: most lie above the limit.
private let group = 128

/// A number whose order among unsigned integers is the float's among floats; −0 is taken for 0, NaN comes last.
@inline(__always)
func orderedBits(_ value: Float) -> UInt32 {
  if value.isNaN { return .max }
  let bits = (value + 0).bitPattern
  return bits ^ (bits >> 31 == 0 ? 0x8000_0000 : 0xFFFF_FFFF)
}

/// Rows by ascending value, from `orderedBits` in the high and row numbers in the low half of each word; equal values keep
/// their order.
///
/// A radix sort of 11 bits a pass: rows of equal value, of which landmarks have many, cost nothing extra, and nothing is
/// compared.
///
/// - Complexity: O(rows).
package func sortedByValue(_ values: some Sequence<Float>) -> [UInt64] {
  var words = values.enumerated().map { UInt64(orderedBits($1)) << 32 | UInt64($0) }
  var sorted = words
  for shift: UInt64 in [32, 43, 54] {
    var starts = Array(repeating: 0, count: 2049)
    for word in words { starts[Int(word >> shift & 2047) + 1] += 1 }
    for bucket in 1...2047 { starts[bucket] += starts[bucket - 1] }
    for word in words {
      let bucket = Int(word >> shift & 2047)
      sorted[starts[bucket]] = word
      starts[bucket] += 1
    }
    swap(&words, &sorted)
  }
  return words
}

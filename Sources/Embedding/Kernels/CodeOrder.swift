/// Codes of at most `bits` bits in rising order, and where each stood; equal ones keep their order.
///
/// - Complexity: O(codes × bits ÷ 12).
package func sortedByCode(_ codes: [UInt64], bits: Int) -> (codes: [UInt64], order: [Int32]) {
  let digitBits = 12
  var (codes, order) = (codes, (0..<codes.count).map { Int32(truncatingIfNeeded: $0) })
  var (nextCodes, nextOrder) = (codes, order)
  for shift in stride(from: 0, to: bits, by: digitBits) {
    var starts = Array(repeating: 0, count: 1 << digitBits)
    codes.withUnsafeBufferPointer { codes in
      order.withUnsafeBufferPointer { order in
        nextCodes.withUnsafeMutableBufferPointer { nextCodes in
          nextOrder.withUnsafeMutableBufferPointer { nextOrder in
            starts.withUnsafeMutableBufferPointer { starts in
              let mask = UInt64(starts.count - 1)
              for code in codes { starts[Int(code >> UInt64(shift) & mask)] &+= 1 }
              var sum = 0
              for digit in starts.indices { (starts[digit], sum) = (sum, sum &+ starts[digit]) }
              for place in codes.indices {
                let digit = Int(codes[place] >> UInt64(shift) & mask)
                nextCodes[starts[digit]] = codes[place]
                nextOrder[starts[digit]] = order[place]
                starts[digit] &+= 1
              }
            }
          }
        }
      }
    }
    swap(&codes, &nextCodes)
    swap(&order, &nextOrder)
  }
  return (codes, order)
}

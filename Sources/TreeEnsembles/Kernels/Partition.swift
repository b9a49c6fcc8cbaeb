/// Moves the entries whose rank is at most `lastLeft` to the front, keeping the order within both parts.
///
/// - Returns: how many there are.
package func stablePartition<Rank: FixedWidthInteger>(
  _ entries: UnsafeMutableBufferPointer<BootstrapSample.Entry>,
  scratch: UnsafeMutableBufferPointer<BootstrapSample.Entry>,
  ranks: UnsafeBufferPointer<Rank>, lastLeft: Int
) -> Int {
  var leftCount = 0
  var rightCount = 0
  for index in entries.indices {
    let entry = entries[index]
    // Both stores happen and one counter moves: no branch to mispredict.
    let goesLeft = Int(ranks[Int(entry.row)]) <= lastLeft ? 1 : 0
    entries[leftCount] = entry
    scratch[rightCount] = entry
    leftCount &+= goesLeft
    rightCount &+= 1 &- goesLeft
  }
  for index in 0..<rightCount { entries[leftCount &+ index] = scratch[index] }
  return leftCount
}

/// Draws (low half) and rows (high half) of each class among the entries.
package func classTotals(_ entries: UnsafeBufferPointer<BootstrapSample.Entry>, classCount: Int) -> [UInt64] {
  var totals = Array(repeating: UInt64(0), count: classCount)
  totals.withUnsafeMutableBufferPointer { totals in
    for entry in entries { totals[entry.label] &+= 1 << 32 | UInt64(entry.count) }
  }
  return totals
}

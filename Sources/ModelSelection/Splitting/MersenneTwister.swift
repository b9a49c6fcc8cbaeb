/// The generator behind numpy's `RandomState(seed)`, so that a split here is the split scikit-learn makes with
/// `random_state=seed`, to the row (Matsumoto & Nishimura 1998, doi:10.1145/272991.272995).
struct MersenneTwister {
  private var state: [UInt32]
  private var position = Self.size

  private static let size = 624
  private static let offset = 397

  init(seed: UInt32) {
    state = [seed]
    for index in 1..<UInt32(Self.size) {
      let last = state[Int(index) - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
    }
  }

  mutating func next() -> UInt32 {
    if position == Self.size { refill() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  private mutating func refill() {
    for index in 0..<Self.size {
      let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % Self.size] & 0x7FFF_FFFF)
      let twist: UInt32 = joined & 1 == 0 ? 0 : 0x9908_B0DF
      state[index] = state[(index + Self.offset) % Self.size] ^ (joined >> 1) ^ twist
    }
    position = 0
  }

  /// A number from `0 ... limit`: numpy draws bits under the next power of two until they fit.
  private mutating func upTo(_ limit: Int) -> Int {
    guard limit > 0 else { return 0 }
    let mask = UInt32.max >> UInt32(UInt32(limit).leadingZeroBitCount)
    while true {
      let drawn = Int(next() & mask)
      if drawn <= limit { return drawn }
    }
  }

  /// Shuffles as numpy's `RandomState.shuffle` does.
  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(index, upTo(index)) }
  }

  /// `RandomState.permutation(count)`.
  mutating func permutation(_ count: Int) -> [Int] {
    var numbers = Array(0..<count)
    shuffle(&numbers)
    return numbers
  }
}

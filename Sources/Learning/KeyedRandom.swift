/// A small, fast generator whose whole sequence is fixed by its keys.
///
/// Every place that needs randomness makes its own generator from the seed and the names of the place (tree number,
/// node path), so no draw depends on what another thread did, and a part of the work can be done again alone.
/// SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195).
public struct KeyedRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The generator for a seed and the keys of the place that uses it.
  public init(seed: UInt64, _ keys: UInt64...) {
    state = Self.mixed(seed)
    for key in keys { state = Self.mixed(state ^ Self.mixed(key &+ Self.golden)) }
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= Self.golden
    return Self.mixed(state)
  }

  /// A number from `0 ..< bound`, all equally likely (Lemire 2019, doi:10.1145/3230636).
  public mutating func below(_ bound: UInt32) -> UInt32 {
    var product = UInt64(UInt32(truncatingIfNeeded: next() >> 32)) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let smallest = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < smallest {
        product = UInt64(UInt32(truncatingIfNeeded: next() >> 32)) &* UInt64(bound)
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// A number from `0 ..< 1` with 53 random bits.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

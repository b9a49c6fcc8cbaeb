import Basics

/// Colors that grow steadily lighter, so that gray prints and color-blind eyes keep their order: cividis
/// (Nuñez, Anderton & Renslow 2018, doi:10.1371/journal.pone.0199239).
package enum ColorMap {
  /// Red, green and blue at equal distances from 0 to 1.
  package static let stops: [UInt32] = [
    0x00_204D, 0x00_306F, 0x2A_406C, 0x48_526B, 0x5E_626E, 0x72_7374, 0x87_8479, 0x9E_9677, 0xB6_A971, 0xD0_BE67,
    0xEA_D357, 0xFF_EA46,
  ]

  /// White to dark blue, for what is counted.
  package static let blues: [UInt32] = [0xFF_FFFF, 0x6F_A3D0, 0x08_306B]

  /// The color as `0xRRGGBB`; without other stops, dark at 0 and light at 1.
  package static func rgb(_ share: Double, of stops: [UInt32] = stops) -> UInt32 {
    let place = min(max(share.isNaN ? 0 : share, 0), 1) * Double(stops.count - 1)
    let lower = min(Int(place), stops.count - 2)
    let fraction = place - Double(lower)
    return [16, 8, 0].reduce(0) { color, shift in
      let (a, b) = (Double(stops[lower] >> shift & 255), Double(stops[lower + 1] >> shift & 255))
      return color | UInt32((a + (b - a) * fraction).rounded()) << shift
    }
  }

  /// `#rrggbb`.
  static func hex(_ share: Double) -> String { hex(rgb(share)) }

  private static func hex(_ rgb: UInt32) -> String {
    let digits = String(rgb, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The color for text on a ground: the one of white and black that stands out more, which is at least 4.5 times.
  package static func ink(on ground: UInt32) -> UInt32 { luminance(ground) > 0.179 ? 0 : 0xFF_FFFF }

  /// The relative luminance of a color, 0 to 1 (WCAG 2.2).
  package static func luminance(_ rgb: UInt32) -> Double {
    let weights: [(UInt32, Double)] = [(16, 0.2126), (8, 0.7152), (0, 0.0722)]
    return weights.reduce(0) { sum, weight in
      let value = Double(rgb >> weight.0 & 255) / 255
      // A cubic that stays within 0.001 of sRGB's own curve, whose power differs between machines' libraries.
      let linear = value * (0.012_522_878 + value * (0.682_171_111 + value * 0.305_306_011))
      return sum + weight.1 * linear
    }
  }

  /// gnuplot's palette; `isReversed` for dark at the top.
  static func palette(isReversed: Bool = false) -> String { palette(of: isReversed ? stops.reversed() : stops) }

  /// gnuplot's palette of colors at equal distances.
  static func palette(of stops: [UInt32]) -> String {
    let colors = stops.enumerated().map { "\($0) \"\(hex($1))\"" }
    return "set palette defined (\(colors.joined(separator: ", ")))"
  }

  /// Colors that color-blind eyes tell apart, for lines on white (Okabe & Ito 2008), and dashes for when they run out.
  static func line(_ index: Int) -> (color: String, dash: Int) {
    let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#222222", "#56b4e9", "#e69f00", "#7f5539"]
    return (colors[index % colors.count], index / colors.count % 5 + 1)
  }
}

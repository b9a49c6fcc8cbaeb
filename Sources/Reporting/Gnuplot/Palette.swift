/// Colors and marker shapes by which classes are told apart.
///
/// The eight colors stay apart for protanopes, deuteranopes and tritanopes (CIE76 distances of 24 and more after Machado,
/// Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113) and in gray (lightness at least 7.6 apart; 16 for the first
/// four). Marker shapes say the same once more. Beyond eight classes colors come again with other shapes.
enum Palette {
  static let colors = [
    "#0711cc", "#febe0c", "#d42e2e", "#53a5d4", "#23606e", "#29242c", "#d7e684", "#878576",
  ]
  /// gnuplot's filled disc, square, triangles, diamond and pentagon, then an open disc and a cross.
  private static let shapes = [7, 5, 9, 13, 11, 15, 6, 2]

  /// The color of what stands out where nothing else is to be told apart.
  static let ink = "#0711cc"

  static func color(_ index: Int) -> String { colors[index % colors.count] }

  /// gnuplot's number of a marker; 64 classes have different pairs of color and marker.
  static func pointType(_ index: Int) -> Int { shapes[(index + index / colors.count) % shapes.count] }
}

import Basics

/// Equal panels side by side and below each other, each with room for a title.
struct Panels: Sendable {
  /// The panels' size in pixels.
  let panel: (width: Double, height: Double)
  private let count: Int
  private let columns: Int
  private let gap: (x: Double, y: Double)
  private let margin: Double
  private let footer: Double

  /// - Parameters:
  ///   - width: of one panel, in pixels.
  ///   - aspect: height ÷ width of one.
  ///   - titleHeight: the room above each panel.
  ///   - footer: the room below all panels.
  init(count: Int, columns: Int, width: Double, aspect: Double, titleHeight: Double = 30, footer: Double = 0) {
    self.footer = footer
    self.count = count
    self.columns = max(1, min(columns, count))
    panel = (width, (width * aspect).rounded(.up))
    gap = (14, titleHeight)
    margin = 12
  }

  /// As many columns as look well for a number of panels, and their width: few panels are large.
  static func grid(_ count: Int) -> (columns: Int, width: Double) {
    switch count {
    case ...4: (count, 235)
    case ...9: (3, 300)
    case ...20: (4, 225)
    default: (6, 150)
    }
  }

  /// The size of the whole picture in pixels.
  var size: (width: Int, height: Int) {
    let rows = max(1, (count + columns - 1) / columns)
    return (
      Int(2 * margin + Double(columns) * panel.width + Double(columns - 1) * gap.x),
      Int(margin + Double(rows) * (panel.height + gap.y) + footer)
    )
  }

  /// The font size of titles in points.
  var titleSize: Int { panel.width < 200 ? 9 : panel.width < 260 ? 11 : 12 }

  /// A name that fits above a panel together with what follows it.
  func title(_ name: String, _ suffix: String = "") -> String {
    // A letter is about 0.9 times as wide in pixels as its size in points.
    let letters = Int(panel.width / (0.9 * Double(titleSize)))
    return Gnuplot.shortened(name, to: max(6, letters - suffix.count)) + suffix
  }

  /// The script lines that put what follows into the room below all panels, on axes from 0 to 1.
  var footerFrame: String {
    """
    set lmargin at screen 0
    set rmargin at screen 1
    set tmargin at screen \(DecimalText.text(footer / Double(size.height), 5))
    set bmargin at screen 0
    set xrange [0:1]
    set yrange [0:1]
    unset title

    """
  }

  /// The script lines that put what follows into a panel.
  func frame(_ index: Int) -> String {
    let (width, height) = (Double(size.width), Double(size.height))
    let left = margin + Double(index % columns) * (panel.width + gap.x)
    let top = gap.y + Double(index / columns) * (panel.height + gap.y)
    return """
      set lmargin at screen \(DecimalText.text(left / width, 5))
      set rmargin at screen \(DecimalText.text((left + panel.width) / width, 5))
      set tmargin at screen \(DecimalText.text(1 - top / height, 5))
      set bmargin at screen \(DecimalText.text(1 - (top + panel.height) / height, 5))

      """
  }
}

extension Gnuplot {
  /// A name that is no longer than `length`: what is too much in the middle becomes an ellipsis.
  static func shortened(_ name: String, to length: Int = 26) -> String {
    guard name.count > length else { return name }
    return name.prefix(length - length / 3 - 1) + "…" + name.suffix(length / 3)
  }

  /// A name as the last field of a line of data, for people; gnuplot never reads it.
  static func field(_ name: String) -> String {
    String(name.map { "\t\n\r\"#".contains($0) ? " " : $0 })
  }
}

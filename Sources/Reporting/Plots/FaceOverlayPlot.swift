import Basics
import Foundation
import Landmarks

/// A face on a picture, and what is said of it. Places are in pixels of the picture; whole numbers are the middles of
/// pixels.
package struct OverlaidFace: Sendable {
  package var left: Double
  package var top: Double
  package var width: Double
  package var height: Double
  /// x and y of each point: `2 × points` numbers.
  package var points: [Double]
  /// Every class with its probability, in any order.
  package var probabilities: [(name: String, value: Double)]

  package init(
    left: Double, top: Double, width: Double, height: Double, points: [Double],
    probabilities: [(name: String, value: Double)]
  ) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
    self.points = points
    self.probabilities = probabilities
  }

  /// The classes that are named, the most probable first; of equally probable ones the earlier first.
  fileprivate var ranking: [(name: String, value: Double)] {
    let order = probabilities.indices.sorted { (-probabilities[$0].value, $0) < (-probabilities[$1].value, $1) }
    return order.prefix(FaceOverlay.maxClasses).map { probabilities[$0] }
  }

  fileprivate var side: Double { max(width, height) }
}

/// Faces drawn on the picture that they were found in: their boxes, numbered landmarks, and classes with probabilities.
package struct FaceOverlay: Sendable {
  /// How many classes of a face are named.
  package static let maxClasses = 5
  /// Small pictures are enlarged until their long side has so many pixels.
  package static let minLongSide = 800
  /// Beyond, pictures are not enlarged and larger ones are reduced.
  package static let maxLongSide = 2400
  /// How large a face is to be for the numbers of its landmarks to stand well apart, in pixels as drawn; pictures are
  /// enlarged so far if there is room.
  private static let comfortableFace = 400.0
  /// The smallest face with numbers, in pixels as drawn; smaller ones have points alone.
  private static let minNumberedFace = 200.0
  private static let name = "faces"

  /// How many pixels as drawn a pixel of the picture has along a side.
  package let enlargement: Int
  /// How many pixels of the picture are drawn as one along a side; 1 where pictures are enlarged.
  package let reduction: Int
  /// What is drawn, in pixels.
  package let size: (width: Int, height: Int)
  private let faces: [OverlaidFace]
  private let scheme: LandmarkScheme
  /// The size of numbers and of the lines of a label, in points.
  private let fonts: (numbers: Double, label: Double)
  private let labels: [LabelBox]

  /// Faces on a picture of `width × height` pixels, with points as `scheme` places them.
  package init(width: Int, height: Int, faces: [OverlaidFace], scheme: LandmarkScheme) {
    let longSide = max(1, width, height)
    reduction = max(1, (longSide + Self.maxLongSide - 1) / Self.maxLongSide)
    var factor = max(1, (Self.minLongSide + longSide - 1) / longSide)
    let smallest = faces.map(\.side).min() ?? .infinity
    while smallest * Double(factor) < Self.comfortableFace, longSide * (factor + 1) <= Self.maxLongSide { factor += 1 }
    enlargement = factor
    let (reduction, enlargement) = (reduction, enlargement)
    func drawn(_ side: Int) -> Int { (side + reduction - 1) / reduction * enlargement }
    size = (drawn(width), drawn(height))
    self.faces = faces
    self.scheme = scheme
    let scale = Double(enlargement) / Double(reduction)
    let numbered = faces.map { $0.side * scale }.filter { $0 >= Self.minNumberedFace }.min() ?? 0
    fonts = (
      numbers: min(10, max(7, numbered / 55)),
      label: min(17, max(10, (faces.map(\.side).min() ?? 0) * scale / 28))
    )
    labels = LabelBox.placed(faces, size: size, scale: scale, font: fonts.label)
  }

  private var scale: Double { Double(enlargement) / Double(reduction) }

  private func isNumbered(_ face: OverlaidFace) -> Bool { face.side * scale >= Self.minNumberedFace }

  /// What gnuplot draws on the pixels of the picture.
  ///
  /// - Parameters:
  ///   - rgb: red, green and blue of each pixel, row after row.
  ///   - width: of the picture in pixels.
  package func plot(rgb: [UInt8], width: Int) -> Plot {
    let height = rgb.count / max(1, 3 * width)
    let pixels = reducedPixels(rgb, width: width, height: height)
    let (columns, rows) = (size.width / enlargement, size.height / enlargement)
    let (right, bottom) = (Double(columns * reduction) - 0.5, Double(rows * reduction) - 0.5)
    let origin = Double(reduction - 1) / 2
    let pixel = 1 / scale
    let elements = [
      "\"\(Self.name).rgb\" binary array=(\(columns),\(rows)) format=\"%uchar\" dx=\(reduction) dy=\(reduction) "
        + "origin=(\(origin),\(origin)) using 1:2:3 with rgbimage",
      "\"\(Self.name)_boxes.tsv\" using 1:2 with lines lw 4.5 lc rgb \"white\"",
      "\"\(Self.name)_boxes.tsv\" using 1:2:3 with lines lw 2 lc rgb variable",
      data("lines").isEmpty ? nil : "\"\(Self.name)_lines.tsv\" with lines lw 1 lc rgb \"#50ffffff\"",
      "\"\(Self.name)_points.tsv\" using 2:3 with points pt 7 ps \(pointScale * 1.7) lc rgb \"white\"",
      "\"\(Self.name)_points.tsv\" using 2:3:4 with points pt 7 ps \(pointScale) lc rgb variable",
    ]
    // A letter has no rim in gnuplot: it is written in white all around first.
    let leaders = [
      "\"\(Self.name)_leaders.tsv\" with lines lw 2.4 lc rgb \"white\"",
      "\"\(Self.name)_leaders.tsv\" with lines lw 0.7 lc rgb \"#202020\"",
    ]
    let font = "font \",\(DecimalText.text(fonts.numbers, 1))\""
    let rim = "\(DecimalText.text(1.4 * pixel, 4))"
    let numbers = [
      "for [i=0:7] \"\(Self.name)_numbers.tsv\" using ($1+\(rim)*cos(i*pi/4)):($2+\(rim)*sin(i*pi/4)):3 "
        + "with labels \(font) tc rgb \"white\"",
      "\"\(Self.name)_numbers.tsv\" using 1:2:3 with labels \(font) tc rgb \"#101010\"",
    ]
    let panels = [
      "\"\(Self.name)_labels.tsv\" using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder lc rgb \"#18ffffff\"",
      "\"\(Self.name)_labels.tsv\" using 1:2:3:4:5:6:7 with boxxyerror fs empty lw 1.5 lc rgb variable",
    ]
    let parts =
      elements.compactMap { $0 } + (data("leaders").isEmpty ? [] : leaders) + (data("numbers").isEmpty ? [] : numbers)
      + (faces.isEmpty ? [] : panels)
    return Plot(
      name: Self.name, size: size,
      data: Dictionary(
        uniqueKeysWithValues: ["boxes", "lines", "points", "leaders", "numbers", "labels"].map {
          ("\(Self.name)_\($0).tsv", data($0))
        }),
      script: """
        set termoption noenhanced
        set lmargin at screen 0
        set rmargin at screen 1
        set bmargin at screen 0
        set tmargin at screen 1
        unset border
        unset tics
        unset key
        set xrange [-0.5:\(right)]
        set yrange [\(bottom):-0.5]
        \(labelTexts)
        plot \(faces.isEmpty ? elements.compactMap { $0 }[0] : parts.joined(separator: ", \\\n  "))
        """, binaryData: ["\(Self.name).rgb": Data(pixels)], format: .pixels)
  }

  private var pointScale: Double { fonts.numbers > 8 ? 0.6 : 0.45 }

  /// The lines of a face's label, the most probable class first.
  package func labelLines(_ face: Int) -> [(text: String, value: String)] {
    labels[face].lines.map { ($0.text, $0.value) }
  }

  /// A data file, by what it holds: places, and colors as gnuplot counts them.
  package func data(_ kind: String) -> String {
    faces.enumerated().map { index, face in
      let color = Self.colorNumber(index)
      let (points, shape) = (face.points.count / 2, face.points)
      switch kind {
      case "boxes":
        let (left, top) = (face.left - 0.5, face.top - 0.5)
        let (right, bottom) = (left + face.width, top + face.height)
        return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
          .map { "\(Self.number($0.0))\t\(Self.number($0.1))\t\(color)\n" }.joined() + "\n"
      case "lines":
        let lines = FaceDrawing.lines(shape, scheme: scheme)
        return lines.isEmpty ? "" : lines + "\n"
      case "points":
        return (0..<points).map {
          "\($0 + 1)\t\(Self.number(shape[2 * $0]))\t\(Self.number(shape[2 * $0 + 1]))\t\(color)\n"
        }.joined()
      case "leaders":
        return isNumbered(face) ? FaceDrawing.leaders(numbers(face), shape: shape) : ""
      case "numbers":
        return isNumbered(face) ? FaceDrawing.labels(numbers(face)) : ""
      default:
        let box = labels[index]
        let places = [
          box.left + box.width / 2, box.top + box.height / 2, box.left, box.left + box.width, box.top,
          box.top + box.height,
        ]
        return places.map { Self.number($0 / scale - 0.5) }.joined(separator: "\t") + "\t\(color)\n"
      }
    }.joined()
  }

  private func numbers(_ face: OverlaidFace) -> [LabelPlacement.Label] {
    let pixel = 1 / scale
    // Of the size of the font in pixels, a digit has 0.64 in width and 0.73 in height.
    let font = fonts.numbers * LabelBox.pixelsPerPoint * pixel
    return LabelPlacement.labels(
      of: Array(0..<face.points.count / 2), shape: face.points, scheme: scheme,
      digitSize: (0.64 * font, 0.9 * font), pointSize: { _ in 8 * pixel })
  }

  /// Text has no place in data files, where quotes mean something.
  private var labelTexts: String {
    var texts: [String] = []
    for (index, box) in labels.enumerated() {
      for (row, line) in box.lines.enumerated() {
        let y = Self.number((box.top + box.padding + (Double(row) + 0.5) * box.lineHeight) / scale - 0.5)
        let (left, right) = (box.left + box.padding, box.left + box.width - box.padding)
        let style =
          "font \"\(row == box.strongLine ? "DejaVu Sans:Bold" : ""),\(DecimalText.text(fonts.label, 1))\" front"
        let color = "tc rgb \"\(row == box.strongLine ? Self.color(index) : "#202020")\""
        texts.append(
          "set label \(Gnuplot.quoted(line.text)) at \(Self.number(left / scale - 0.5)),\(y) left \(style) \(color)")
        guard !line.value.isEmpty else { continue }
        texts.append(
          "set label \(Gnuplot.quoted(line.value)) at \(Self.number(right / scale - 0.5)),\(y) right \(style) \(color)"
        )
      }
    }
    return texts.joined(separator: "\n")
  }

  /// The dark ones of the palette, by which boxes and labels find together on any ground.
  private static func color(_ face: Int) -> String { Palette.colors[[0, 2, 4, 5][face % 4]] }

  private static func colorNumber(_ face: Int) -> Int { Int(color(face).dropFirst(), radix: 16) ?? 0 }

  private static func number(_ value: Double) -> String { FaceDrawing.number(value) }

  /// Red, green and blue, the mean of each square of `reduction` pixels; squares at the edges hold what is left.
  private func reducedPixels(_ rgb: [UInt8], width: Int, height: Int) -> [UInt8] {
    guard reduction > 1 else { return rgb }
    let columns = size.width
    var pixels = Array(repeating: UInt8(0), count: 3 * columns * size.height)
    rgb.withUnsafeBufferPointer { rgb in
      for row in 0..<size.height {
        let lines = row * reduction..<min(height, (row + 1) * reduction)
        for column in 0..<columns {
          let places = column * reduction..<min(width, (column + 1) * reduction)
          let count = lines.count * places.count
          for channel in 0..<3 {
            var sum = 0
            for y in lines { for x in places { sum += Int(rgb[3 * (y * width + x) + channel]) } }
            pixels[3 * (row * columns + column) + channel] = UInt8(clamping: (sum + count / 2) / count)
          }
        }
      }
    }
    return pixels
  }
}

/// The label of a face: where it is, in pixels as drawn, and what it says.
private struct LabelBox: Sendable {
  /// gnuplot takes 96 pixels for an inch, which has 72 points.
  static let pixelsPerPoint = 96.0 / 72

  var left = 0.0
  var top = 0.0
  let width: Double
  let height: Double
  let lines: [(text: String, value: String)]
  /// The line of the most probable class.
  let strongLine: Int
  let lineHeight: Double
  let padding: Double

  /// - Parameter title: what stands above the classes; empty for nothing.
  init(_ face: OverlaidFace, title: String, font: Double) {
    let em = font * Self.pixelsPerPoint
    strongLine = title.isEmpty ? 0 : 1
    lines =
      (title.isEmpty ? [] : [(title, "")])
      + face.ranking.map { (Gnuplot.shortened($0.name, to: 24), DecimalText.text($0.value, 3)) }
    padding = 0.5 * em
    lineHeight = 1.3 * em
    // Bold letters have about 0.7 of the font's size in width, those of other scripts up to all of it.
    func width(_ text: String) -> Double { text.reduce(0) { $0 + ($1.isASCII ? 0.7 : 1.05) } * em }
    self.width = (lines.map { width($0.text + $0.value) }.max() ?? 0) + 2 * padding + em
    height = Double(lines.count) * lineHeight + 2 * padding
  }

  /// The area of a rectangle that lies under the label.
  private func covered(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> Double {
    max(0, min(self.left + width, right) - max(self.left, left))
      * max(0, min(self.top + height, bottom) - max(self.top, top))
  }

  /// A label for each face, beside or on its box, or in a corner of a picture with one face: where it covers the least
  /// of landmarks, other labels and faces.
  static func placed(
    _ faces: [OverlaidFace], size: (width: Int, height: Int), scale: Double, font: Double
  ) -> [LabelBox] {
    let (right, bottom) = (Double(size.width), Double(size.height))
    let points = faces.flatMap { face in
      (0..<face.points.count / 2).map { ((face.points[2 * $0] + 0.5) * scale, (face.points[2 * $0 + 1] + 0.5) * scale) }
    }
    // Numbers stand a little outside of the outermost points.
    let (gap, rim) = (5.0, 24.0)
    let outer = faces.map { face in
      let (x, y) = FaceDrawing.bounds([face.points], margin: 0)
      return (
        left: min(face.left * scale, x.lowerBound * scale - rim),
        top: min(face.top * scale, y.lowerBound * scale - rim),
        right: max((face.left + face.width) * scale, x.upperBound * scale + rim),
        bottom: max((face.top + face.height) * scale, y.upperBound * scale + rim)
      )
    }
    var placed: [LabelBox] = []
    for (index, face) in faces.enumerated() {
      var label = LabelBox(face, title: faces.count > 1 ? "face \(index)" : "", font: font)
      let own = outer[index]
      let (after, before) = (own.right + gap, own.left - label.width - gap)
      let (above, below) = (own.top - label.height - gap, own.bottom + gap)
      let (end, foot) = (own.right - label.width, own.bottom - label.height)
      let beside = [
        (after, own.top), (before, own.top), (own.left, below), (own.left, above), (end, below), (end, above),
        (after, foot), (before, foot), (own.left, own.top), (end, own.top), (own.left, foot), (end, foot),
      ]
      // A label far from its face says little where there are several.
      let corners: [(Double, Double)] =
        faces.count > 1
        ? []
        : [(right, bottom), (0, bottom), (right, 0), (0, 0)]
      var best: (cost: Double, left: Double, top: Double)?
      for (rank, place) in (beside + corners).enumerated() {
        label.left = max(gap, min(place.0, right - label.width - gap))
        label.top = max(gap, min(place.1, bottom - label.height - gap))
        let area = label.width * label.height
        let hidden = points.count { label.covered($0.0 - 8, $0.1 - 8, $0.0 + 8, $0.1 + 8) > 0 }
        let onLabels = placed.reduce(0) {
          $0 + label.covered($1.left, $1.top, $1.left + $1.width, $1.top + $1.height)
        }
        let onFaces = outer.reduce(0) { $0 + label.covered($1.left, $1.top, $1.right, $1.bottom) }
        let cost = Double(hidden) + 100 * onLabels / area + 4 * onFaces / area + 0.01 * Double(rank)
        if cost < best?.cost ?? .infinity { best = (cost, label.left, label.top) }
      }
      if let best { (label.left, label.top) = (best.left, best.top) }
      placed.append(label)
    }
    return placed
  }
}

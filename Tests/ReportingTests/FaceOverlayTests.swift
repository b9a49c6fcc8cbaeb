import Foundation
import Landmarks
import TestSupport
import Testing

import Reporting

@Suite struct FaceOverlayTests {
  /// A face of 68 points on a circle within a box of 40 × 40 pixels.
  private func face(left: Double = 30, probabilities: [(name: String, value: Double)] = [("a", 1)]) -> OverlaidFace {
    let points = (0..<68).flatMap { point -> [Double] in
      let angle = Double(point) * 0.0924
      return [left + 20 + 18 * cos(angle), 40 + 18 * sin(angle)]
    }
    return OverlaidFace(left: left, top: 20, width: 40, height: 40, points: points, probabilities: probabilities)
  }

  private func fields(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split(separator: "\t") }
  }

  @Test func theLabelHasTheFiveMostProbableClassesInTheirOrder() {
    let probabilities = [
      ("it's", 0.05), ("100 %_d", 0.4), ("c", 0.1), ("`id`", 0.4), ("e", 0.03), ("f", 0.02),
    ].map { (name: $0.0, value: $0.1) }
    let overlay = FaceOverlay(width: 100, height: 90, faces: [face(probabilities: probabilities)], scheme: .ibug68)
    let lines = overlay.labelLines(0)
    // Of equally probable classes the earlier first, which is the one that the model answers.
    #expect(lines.map(\.text) == ["100 %_d", "`id`", "c", "it's", "e"])
    #expect(lines.map(\.value) == ["0.400", "0.400", "0.100", "0.050", "0.030"])
    let script = overlay.plot(rgb: Array(repeating: 9, count: 3 * 9000), width: 100).script
    #expect(script.contains("\"100 %_d\"") && script.contains("\"\\140id\\140\"") && !script.contains("`"))
  }

  @Test func severalFacesAreCountedAsInTheAnswers() {
    let overlay = FaceOverlay(width: 200, height: 90, faces: [face(), face(left: 120)], scheme: .ibug68)
    #expect(overlay.labelLines(1).map(\.text) == ["face 1", "a"] && overlay.labelLines(0)[0].text == "face 0")
  }

  @Test func boxesStandAroundTheirPixelsAndEveryPointIsThere() {
    let overlay = FaceOverlay(width: 100, height: 90, faces: [face()], scheme: .ibug68)
    let box = fields(overlay.data("boxes")).map { $0.prefix(2).compactMap { Double($0) } }
    #expect(box == [[29.5, 19.5], [69.5, 19.5], [69.5, 59.5], [29.5, 59.5], [29.5, 19.5]])
    let points = fields(overlay.data("points"))
    #expect(points.map { $0[0] } == (1...68).map { "\($0)" } && points[0][1...2] == ["68.000", "40.000"])
    #expect(fields(overlay.data("numbers")).map { $0[2] } == (1...68).map { "\($0)" })
  }

  @Test func labelsStayWithinThePictureAndApart() {
    let overlay = FaceOverlay(
      width: 260, height: 90, faces: [face(left: 5), face(left: 100), face(left: 200)], scheme: .ibug68)
    let labels = fields(overlay.data("labels")).map { $0.compactMap { Double($0) } }
    #expect(labels.count == 3)
    for (index, label) in labels.enumerated() {
      #expect(label[2] >= -0.5 && label[3] <= 259.5 && label[4] >= -0.5 && label[5] <= 89.5)
      for other in labels[(index + 1)...] {
        let apart = label[3] <= other[2] || other[3] <= label[2] || label[5] <= other[4] || other[5] <= label[4]
        #expect(apart, "\(label) and \(other)")
      }
    }
  }

  @Test(arguments: [
    // Until the long side has 800 pixels and the face 400, as far as 2400 pixels allow.
    (48, 48, 48.0, 17, 1), (300, 200, 160, 3, 1), (300, 200, 50, 8, 1), (1000, 500, 50, 2, 1), (2400, 10, 5, 1, 1),
    (2401, 1000, 300, 1, 2), (6000, 4000, 800, 1, 3),
  ])
  func smallPicturesAreEnlargedAndHugeOnesReduced(
    width: Int, height: Int, side: Double, enlargement: Int, reduction: Int
  ) {
    var face = face()
    (face.width, face.height) = (side, side)
    let overlay = FaceOverlay(width: width, height: height, faces: [face], scheme: .ibug68)
    #expect(overlay.enlargement == enlargement && overlay.reduction == reduction)
    let drawn = [width, height].map { ($0 + reduction - 1) / reduction * enlargement }
    #expect([overlay.size.width, overlay.size.height] == drawn)
  }

  @Test func facesThatComeOutSmallHaveNoNumbers() {
    var face = face()
    (face.width, face.height) = (100, 100)
    let overlay = FaceOverlay(width: 2400, height: 1000, faces: [face], scheme: .ibug68)
    #expect(overlay.data("numbers").isEmpty && fields(overlay.data("points")).count == 68)
  }

  @Test func reducedPixelsAreMeansOfSquares() throws {
    // One row of black and white pixels in turns: two of them are gray, and the last stands alone.
    let rgb = (0..<2401).flatMap { Array(repeating: UInt8($0 % 2 == 0 ? 0 : 255), count: 3) }
    let overlay = FaceOverlay(width: 2401, height: 1, faces: [], scheme: .ibug68)
    let pixels = try #require(overlay.plot(rgb: rgb, width: 2401).binaryData["faces.rgb"])
    #expect(pixels.count == 3 * 1201 && pixels.prefix(3 * 1200).allSatisfy { $0 == 128 } && pixels.last == 0)
  }

  @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
  func anOverlayIsDrawnAtItsSizeWithoutAWarning() throws {
    let folder = try TemporaryFolder()
    let gnuplot = try #require(Gnuplot())
    let faces = [face(probabilities: [("100 %_d \"x\" `id` \\n", 0.7), ("it's", 0.3)]), face(left: 90)]
    for (number, faces) in [faces, [faces[0]], []].enumerated() {
      let overlay = FaceOverlay(width: 140, height: 90, faces: faces, scheme: .ibug68)
      let rgb = (0..<140 * 90 * 3).map { UInt8($0 % 251) }
      try gnuplot.draw(overlay.plot(rgb: rgb, width: 140), inFolder: folder.path + "/\(number)")
      let png = try #require(FileManager.default.contents(atPath: folder.path + "/\(number)/faces.png"))
      let header = png.dropFirst(16).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      #expect(header == UInt64(overlay.size.width) << 32 | UInt64(overlay.size.height))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/\(number)/faces.svg"))
    }
  }
}

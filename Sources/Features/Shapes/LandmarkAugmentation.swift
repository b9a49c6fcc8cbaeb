import Foundation
import Landmarks

/// A changed copy of a face's landmarks: mirrored or not, then turned about its centroid.
public struct LandmarkAugmentation: Hashable, Sendable {
  /// Whether left and right change places.
  public let isMirrored: Bool
  /// The turn in degrees, clockwise as pictures are seen.
  public let degrees: Double

  /// A copy by what is done to the face.
  public init(isMirrored: Bool, degrees: Double) {
    self.isMirrored = isMirrored
    self.degrees = degrees
  }

  /// The copy of a face: `1_x, 1_y, 2_x, …` in pixels, as many numbers as it was given.
  ///
  /// The centroid stays where it is, so the copy is as far from the picture's corner as the face was. A mirrored point
  /// takes the number of the point that it has become. Points of an unknown scheme cannot be renumbered: they are
  /// turned only.
  public func coordinates(of face: ArraySlice<Float>, scheme: LandmarkScheme) -> [Float] {
    let count = scheme.pointCount
    func point(_ index: Int) -> (x: Double, y: Double) {
      (Double(face[face.startIndex + 2 * index]), Double(face[face.startIndex + 2 * index + 1]))
    }
    var center = (x: 0.0, y: 0.0)
    for index in 0..<count { center = (center.x + point(index).x, center.y + point(index).y) }
    center = (center.x / Double(count), center.y / Double(count))
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    let mirror = isMirrored ? scheme.mirror : nil
    return (0..<count).flatMap { index -> [Float] in
      let from = point(mirror?[index] ?? index)
      let (x, y) = ((from.x - center.x) * (mirror == nil ? 1 : -1), from.y - center.y)
      return [Float(center.x + x * cosine - y * sine), Float(center.y + x * sine + y * cosine)]
    }
  }
}

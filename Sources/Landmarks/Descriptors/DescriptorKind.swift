import Foundation

/// A way to describe what a face looks like around its landmarks.
public enum DescriptorKind: String, Hashable, Sendable, CaseIterable {
  /// Histograms of gradient directions in the cells of a face that is cut out, turned upright and scaled by its landmarks
  /// (Felzenszwalb et al. 2010, doi:10.1109/TPAMI.2009.167; dlib's `extract_fhog_features`): 31 numbers a cell.
  case fhog
  /// The same of patches around keypoints, wherever in the face these are: `KeypointPatches`.
  case keypointFHOG = "keypoint_fhog"
  /// The face itself, cut out in the same way: gray levels from 0 to 255, 48 rows of 48.
  case chip

  /// Pixels of the sides of `chip`.
  package static let chipSide = 48

  /// The numbers of a face that extraction writes.
  package var standardColumns: Int {
    switch self {
    case .fhog: FHOGLayout.standard.columns
    case .keypointFHOG: KeypointPatches.columns
    case .chip: Self.chipSide * Self.chipSide
    }
  }

  /// Whether descriptors of the kind may have so many numbers; only `fhog` may have others than extraction writes.
  package func isPossible(columns: Int) -> Bool { self == .fhog || columns == standardColumns }

  /// For each number of a mirrored face's descriptor the number of the face's own that it equals; `nil` for as many numbers as
  /// no descriptor of the kind has.
  package func mirror(columns: Int) -> [Int]? {
    switch self {
    case .fhog: FHOGLayout(columns: columns)?.mirror
    case .keypointFHOG: isPossible(columns: columns) ? KeypointPatches.mirror : nil
    case .chip:
      isPossible(columns: columns)
        ? (0..<columns).map { $0 / Self.chipSide * Self.chipSide + Self.chipSide - 1 - $0 % Self.chipSide } : nil
    }
  }

  /// The name of the file beside a class's table.
  public func fileName(ofClass name: String) -> String { "\(name).\(rawValue).npy" }

  /// The path of the file beside a landmark table.
  public func path(besideTable path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return (folder.isEmpty ? "" : folder + "/") + fileName(ofClass: LandmarkTable.className(ofFile: path))
  }
}

/// How the numbers of an `fhog` descriptor are placed: cell by cell from the top left, 31 channels each.
package struct FHOGLayout: Hashable, Sendable {
  /// Pixels of the sides of the cut-out face.
  package static let chipSide = 96
  /// What is around the mean face, as a share of its size.
  package static let chipPadding = 0.1
  /// Pixels of a cell's sides.
  package static let cellSide = 6
  /// Numbers of a cell: 18 directions, 9 orientations, 4 sums of the neighborhood's energy.
  package static let channels = 31

  /// Cells in a row, and rows of cells.
  package let side: Int

  /// That of the descriptors which extraction writes; dlib leaves the outermost cells out.
  package static let standard = FHOGLayout(side: chipSide / cellSide - 2)

  fileprivate init(side: Int) { self.side = side }

  /// The numbers of a descriptor.
  package var columns: Int { side * side * Self.channels }

  /// The layout of descriptors with so many numbers; `nil` if no square of cells has as many.
  package init?(columns: Int) {
    let side = Int(Double(columns / Self.channels).squareRoot().rounded())
    guard columns > 0, side * side * Self.channels == columns else { return nil }
    self.side = side
  }

  /// The names of the numbers, counted from 1: `r<row>_c<column>_o<channel>`.
  ///
  /// The cell in row r and column c is the square of `cellSide` pixels whose top left corner is `cellSide` · (c, r) in the
  /// cut-out face. Channels 1 to 18 are directions towards the brighter side, 20° apart, clockwise from the right as
  /// pictures are seen; 19 to 27 the same where it does not matter which side is brighter; 28 to 31 the energies.
  package var names: [String] {
    (1...side).flatMap { row in
      (1...side).flatMap { column in (1...Self.channels).map { "r\(row)_c\(column)_o\($0)" } }
    }
  }

  /// For each number of a mirrored face's descriptor the number of the face's own that it equals.
  package var mirror: [Int] {
    (0..<side).flatMap { row in
      (0..<side).flatMap { column in
        (0..<Self.channels).map { channel in
          (row * side + side - 1 - column) * Self.channels + Self.mirroredChannel[channel]
        }
      }
    }
  }

  /// A direction of 20° · k becomes that of 180° − 20° · k, an orientation likewise; of the energies, those of the
  /// neighbors to the left and right change places.
  private static let mirroredChannel: [Int] =
    (0..<18).map { (27 - $0) % 18 } + (0..<9).map { 18 + (9 - $0) % 9 } + [29, 30, 27, 28]
}

/// How the numbers of a `keypoint_fhog` descriptor are placed: patch by patch, within one like those of an `FHOGLayout`.
///
/// A patch has its keypoint in the middle, is a quarter of the cut-out face wide, and turned like it: what is around a mouth's
/// corner is compared with what is around others' corners, wherever the mouth is.
package enum KeypointPatches {
  /// The keypoints among 68, counted from 0: ends and middles of the brows, corners of the eyes, bridge, tip and sides of the
  /// nose, corners and middles of the lips, and the jaw's middle and sides.
  package static let keypoints = [
    17, 19, 21, 22, 24, 26, 36, 39, 42, 45, 27, 30, 31, 35, 48, 51, 54, 57, 62, 66, 4, 8, 12,
  ]
  /// Pixels of a cell's sides, in pixels of the cut-out face.
  package static let cellSide = 8
  /// The cells of a patch.
  package static let layout = FHOGLayout(side: 3)

  /// The numbers of a descriptor.
  package static let columns = keypoints.count * layout.columns

  /// The names of the numbers: `<keypoint>_r<row>_c<column>_o<channel>`, all counted from 1.
  package static var names: [String] {
    keypoints.flatMap { keypoint in layout.names.map { "\(keypoint + 1)_\($0)" } }
  }

  /// For each number of a mirrored face's descriptor the number of the face's own that it equals.
  static var mirror: [Int] {
    let (others, cells) = (LandmarkScheme.ibug68.mirror ?? [], layout.mirror)
    return keypoints.flatMap { keypoint in
      guard let patch = keypoints.firstIndex(of: others[keypoint]) else {
        preconditionFailure("keypoints have partners")
      }
      return cells.map { patch * layout.columns + $0 }
    }
  }
}

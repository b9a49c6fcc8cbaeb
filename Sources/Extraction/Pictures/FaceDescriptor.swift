import CDlib
import Landmarks

extension Picture {
  /// A descriptor of the face with these 68 landmarks, x and y of each in pixels of the picture.
  package func descriptor(_ kind: DescriptorKind, points: [Double]) throws(ExtractionFailure) -> [Float16] {
    switch kind {
    case .fhog: try fhog(points: points)
    case .keypointFHOG: try keypointFHOG(points: points)
    case .chip: try chip(points: points)
    }
  }

  /// The `chip` descriptor.
  private func chip(points: [Double]) throws(ExtractionFailure) -> [Float16] {
    let face = try faceChip(points: points, side: DescriptorKind.chipSide, padding: FHOGLayout.chipPadding).rgb
    return stride(from: 0, to: face.count, by: 3).map { place in
      // Rec. 601, as the difference hash.
      let gray = 299 * Int(face[place]) + 587 * Int(face[place + 1]) + 114 * Int(face[place + 2])
      return Float16((gray + 500) / 1000)
    }
  }

  /// The `fhog` descriptor of the face with these 68 landmarks, x and y of each in pixels of the picture, or that of its
  /// mirror image.
  package func fhog(points: [Double], mirrored: Bool = false) throws(ExtractionFailure) -> [Float16] {
    precondition(points.count == 2 * 68, "68 points")
    let chip = mien_chip(side: FHOGLayout.chipSide, padding: FHOGLayout.chipPadding, cell: FHOGLayout.cellSide)
    let cells = FHOGLayout.chipSide / FHOGLayout.cellSide
    var values = Array(repeating: Float(0), count: cells * cells * FHOGLayout.channels)
    var (rows, columns) = (0, 0)
    try Shim.check { message in
      values.withUnsafeMutableBufferPointer { values in
        mien_fhog(handle, points, chip, mirrored, values.baseAddress, values.count, &rows, &columns, message)
      }
    }
    return values.prefix(rows * columns * FHOGLayout.channels).map(Float16.init)
  }

  /// The `keypoint_fhog` descriptor.
  private func keypointFHOG(points: [Double]) throws(ExtractionFailure) -> [Float16] {
    precondition(points.count == 2 * 68, "68 points")
    let chip = mien_chip(side: FHOGLayout.chipSide, padding: FHOGLayout.chipPadding, cell: KeypointPatches.cellSide)
    var values = Array(repeating: Float(0), count: KeypointPatches.columns)
    var written = 0
    try Shim.check { message in
      values.withUnsafeMutableBufferPointer { values in
        mien_keypoint_fhog(
          handle, points, chip, KeypointPatches.keypoints, KeypointPatches.keypoints.count, KeypointPatches.layout.side,
          values.baseAddress, values.count, &written, message)
      }
    }
    precondition(written == values.count, "cells as expected")
    return values.map(Float16.init)
  }
}

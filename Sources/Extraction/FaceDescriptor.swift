import CDlib
import Landmarks

extension Picture {
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
}

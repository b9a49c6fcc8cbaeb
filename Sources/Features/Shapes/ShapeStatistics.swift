import Basics
import Landmarks
import Learning

/// Mean and spread of each class's faces as shapes: where a face stood, how large it was and how it leaned are taken out.
public struct ShapeStatistics: Hashable, Sendable, Codable {
  /// How a point's places vary.
  public struct Covariance: Hashable, Sendable, Codable {
    /// The variance of x.
    public let xx: Double
    /// The covariance of x and y.
    public let xy: Double
    /// The variance of y.
    public let yy: Double
  }

  /// The shapes of one class.
  public struct ClassShape: Hashable, Sendable, Codable {
    /// The class.
    public let name: String
    /// Its faces.
    public let rows: Int
    /// x and y of each point, `2 × points` numbers; empty without faces.
    public let mean: [Double]
    /// How each point varies about its mean; zeros for a single face.
    public let covariances: [Covariance]
  }

  /// Whether faces are turned upright; points of an unknown scheme are centered and scaled only.
  public let isTurned: Bool
  /// The mean of all faces, `2 × points` numbers; the root mean square distance of a face's points from its center is 1.
  public let mean: [Double]
  /// The classes that have faces, in the order of the tables.
  public let classes: [ClassShape]

  /// The statistics of a dataset's faces.
  ///
  /// - Throws: `DataError` when there are no faces.
  /// - Complexity: O(rows × points).
  public init(_ dataset: LandmarkDataset) throws {
    self.init(dataset, shapes: try Shapes.aligned(dataset))
  }

  /// - Parameter shapes: the dataset's faces as shapes, `(rows, 2 × points)`.
  package init(_ dataset: LandmarkDataset, shapes: Matrix<Float>) {
    isTurned = Shapes.areTurned(dataset.scheme)
    var first = 0
    var classes: [ClassShape] = []
    for table in dataset.tables {
      let rows = first..<first + table.rowCount
      first = rows.upperBound
      guard !rows.isEmpty else { continue }
      let mean = Self.mean(shapes, rows)
      classes.append(
        ClassShape(
          name: table.className, rows: rows.count, mean: mean, covariances: Self.covariances(shapes, rows, about: mean))
      )
    }
    self.classes = classes
    mean = Self.mean(shapes, 0..<shapes.rows)
  }

  private static func mean(_ shapes: Matrix<Float>, _ rows: Range<Int>) -> [Double] {
    var sums = Array(repeating: 0.0, count: shapes.columns)
    for row in rows {
      for column in 0..<shapes.columns { sums[column] += Double(shapes[row, column]) }
    }
    return sums.map { $0 / Double(max(1, rows.count)) }
  }

  private static func covariances(
    _ shapes: Matrix<Float>, _ rows: Range<Int>, about mean: [Double]
  ) -> [Covariance] {
    var sums = Array(repeating: (xx: 0.0, xy: 0.0, yy: 0.0), count: mean.count / 2)
    for row in rows {
      for point in sums.indices {
        let x = Double(shapes[row, 2 * point]) - mean[2 * point]
        let y = Double(shapes[row, 2 * point + 1]) - mean[2 * point + 1]
        sums[point] = (sums[point].xx + x * x, sums[point].xy + x * y, sums[point].yy + y * y)
      }
    }
    let divisor = Double(max(1, rows.count - 1))
    return sums.map { Covariance(xx: $0.xx / divisor, xy: $0.xy / divisor, yy: $0.yy / divisor) }
  }

  /// `class,rows,point,mean_x,mean_y,variance_x,covariance_xy,variance_y`, a line a class and point.
  package var csv: String {
    var csv = CSVText(
      header: ["class", "rows", "point", "mean_x", "mean_y", "variance_x", "covariance_xy", "variance_y"])
    for shape in classes {
      for (point, covariance) in shape.covariances.enumerated() {
        csv.append(
          [shape.name, "\(shape.rows)", "\(point + 1)"]
            + [shape.mean[2 * point], shape.mean[2 * point + 1]].map { DecimalText.text($0, 5) }
            + [covariance.xx, covariance.xy, covariance.yy].map { DecimalText.text($0, 7) })
      }
    }
    return csv.text
  }

  /// The root mean square distance between the points of two shapes.
  package static func distance(_ first: [Double], _ second: [Double]) -> Double {
    let squares = zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / Double(max(1, first.count / 2))).squareRoot()
  }
}

/// Faces as shapes.
package enum Shapes {
  package static func areTurned(_ scheme: LandmarkScheme) -> Bool { scheme.mirror != nil }

  /// Faces centered, of unit size and, where the scheme is known, upright, `(rows, 2 × points)`.
  ///
  /// - Throws: `DataError` when there are no faces.
  package static func aligned(_ dataset: LandmarkDataset) throws -> Matrix<Float> {
    guard dataset.rowCount > 0 else { throw DataError("no faces to inspect: all tables are empty") }
    let faces = Faces(scheme: dataset.scheme, coordinates: dataset.tables.flatMap(\.coordinates))
    if areTurned(dataset.scheme) {
      return try FeaturePipeline(stageNames: [FeaturePipeline.FeatureSet.aligned.rawValue]).features(of: faces)
    }
    let width = 2 * dataset.scheme.pointCount
    var values: [Float] = []
    values.reserveCapacity(faces.coordinates.count)
    for face in 0..<faces.count { values += scaled(faces.coordinates[face * width..<(face + 1) * width]) }
    return Matrix(rows: faces.count, columns: width, values: values)
  }

  /// A face with its center at the origin and a root mean square distance of 1 from it; zeros if its points coincide.
  private static func scaled(_ face: ArraySlice<Float>) -> [Float] {
    let points = Double(max(1, face.count / 2))
    var center = (x: 0.0, y: 0.0)
    for (place, value) in face.enumerated() {
      if place % 2 == 0 { center.x += Double(value) / points } else { center.y += Double(value) / points }
    }
    let moved = face.enumerated().map { Double($1) - ($0 % 2 == 0 ? center.x : center.y) }
    let size = (moved.reduce(0) { $0 + $1 * $1 } / points).squareRoot()
    return moved.map { size > 0 ? Float($0 / size) : 0 }
  }
}

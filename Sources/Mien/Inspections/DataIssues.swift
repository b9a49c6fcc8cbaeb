import Basics
import Features
import Landmarks
import Learning

/// A row that looks wrong, and why.
public struct DataIssue: Hashable, Sendable, Codable {
  /// Why a row is suspected.
  public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
    /// Many points lie in the same place as another. The measure is how many.
    case coincidentPoints = "coincident_points"
    /// An eye or the mouth has no size. The measure is its longer side as a share of the face's.
    case collapsedRegion = "collapsed_region"
    /// Points lie far outside the face's box. The measure is how far, as a share of the box's longer side.
    case outsideBox = "outside_box"
    /// The shape is like few others. The measure is its Mahalanobis distance from the mean shape.
    case outlier
    /// The landmarks are those of an earlier row, to the digit. The measure is how many rows have them.
    case sameLandmarks = "same_landmarks"
    /// The picture is nearly that of an earlier row, by its difference hash. The measure is how many rows look alike.
    case nearDuplicate = "near_duplicate"
  }

  /// The row, from 0, in the order of the tables.
  public let row: Int
  /// Whether it is a row of the test tables.
  public let isTest: Bool
  /// The image, as the table names it; empty if it does not.
  public let image: String
  /// The class.
  public let className: String
  /// Why it is suspected.
  public let reason: Reason
  /// How much; what it measures depends on the reason.
  public let measure: Double
  /// The region that has no size, or the row and image that it repeats; empty otherwise.
  public let detail: String
}

/// The rows of tables that look wrong.
public struct DataIssues: Hashable, Sendable, Codable {
  /// Each row and reason, by reason, the farthest off first. A row may have several reasons.
  public let found: [DataIssue]
  /// What makes a shape an outlier; `nil` where there are too few rows to say.
  public let outlierRule: OutlierRule?
  /// Rows with the very landmarks of one of another class: labels that contradict each other.
  public let contradictions: Int
  /// Test rows that repeat a row of the tables: a model that has learned from these knows them.
  public let leaks: Int

  /// Looks at all rows of tables and test tables.
  ///
  /// - Parameter space: the tables' shapes along their principal components; `nil` where there are none.
  /// - Parameter testShapes: the test tables' shapes, `(rows, 2 × points)`.
  /// - Complexity: O(rows × points); O(rows²) comparisons of 64 bits if there are difference hashes.
  init(
    _ dataset: LandmarkDataset, test: LandmarkDataset?, space: ShapeSpace?, testShapes: Matrix<Float>?
  ) throws {
    let rows = InspectedRows(dataset, test: test)
    var found: [DataIssue] = []
    for row in 0..<rows.count {
      for fault in ShapeFault.faults(of: rows.face(row), scheme: dataset.scheme, box: rows.box(row)) {
        found.append(rows.suspect(row, fault.reason, fault.measure, detail: fault.detail))
      }
    }
    let rule = space.flatMap(OutlierRule.init)
    if let rule, let space {
      let scores = [space.scores] + (try testShapes.map { [try space.scores(of: $0)] } ?? [])
      let distances = scores.flatMap(rule.squaredDistances)
      for (row, distance) in distances.enumerated() where distance > rule.squaredLimit {
        found.append(rows.suspect(row, .outlier, distance.squareRoot()))
      }
    }
    let repeats = RepeatedRows(rows)
    for repetition in repeats.found {
      found.append(
        rows.suspect(
          repetition.row, repetition.isExact ? .sameLandmarks : .nearDuplicate, Double(repetition.size),
          detail: rows.name(repetition.first)))
    }
    self.found = found.sorted { first, second in
      let order = DataIssue.Reason.allCases
      let places = (order.firstIndex(of: first.reason) ?? 0, order.firstIndex(of: second.reason) ?? 0)
      if places.0 != places.1 { return places.0 < places.1 }
      if first.measure != second.measure { return Self.isFarther(first, than: second) }
      return (first.isTest ? 1 : 0, first.row) < (second.isTest ? 1 : 0, second.row)
    }
    outlierRule = rule
    contradictions = repeats.found.count { repetition in
      repetition.isExact && repetition.all.contains { rows.className($0) != rows.className(repetition.row) }
    }
    leaks = repeats.found.count { repetition in
      repetition.row >= rows.trainingCount && repetition.all.contains { $0 < rows.trainingCount }
    }
  }

  private static func isFarther(_ first: DataIssue, than second: DataIssue) -> Bool {
    first.reason == .collapsedRegion ? first.measure < second.measure : first.measure > second.measure
  }

  /// How many rows have a reason.
  public func count(_ reason: DataIssue.Reason) -> Int { found.count { $0.reason == reason } }

  /// `row,image,class,reason,measure,detail,part`, each row and reason on a line.
  package var csv: String {
    var csv = CSVText(header: ["row", "image", "class", "reason", "measure", "detail", "part"])
    for suspect in found {
      csv.append([
        "\(suspect.row)", suspect.image, suspect.className, suspect.reason.rawValue,
        DecimalText.text(suspect.measure, 3),
        suspect.detail, suspect.isTest ? "test" : "tables",
      ])
    }
    return csv.text
  }
}

/// The rows of tables, and after them those of test tables.
struct InspectedRows: Sendable {
  let trainingCount: Int
  let count: Int
  private let width: Int
  private let coordinates: [Float]
  private let labels: [String]
  private let images: [String]
  private let boxes: [FaceBox?]
  /// The difference hashes; empty text where there is none.
  let hashes: [String]

  init(_ dataset: LandmarkDataset, test: LandmarkDataset?) {
    let parts = [dataset] + (test.map { [$0] } ?? [])
    trainingCount = dataset.rowCount
    count = parts.reduce(0) { $0 + $1.rowCount }
    width = 2 * dataset.scheme.pointCount
    coordinates = parts.flatMap { $0.tables.flatMap(\.coordinates) }
    labels = parts.flatMap { part in part.labels.map { part.classes[$0] } }
    images = parts.flatMap { $0.metadata("image") }
    hashes = parts.flatMap { $0.metadata(NearDuplicates.column) }
    boxes = parts.flatMap { part in
      let columns = ["left", "top", "width", "height"].map { part.metadata($0) }
      return (0..<part.rowCount).map { row in FaceBox(columns.map { $0[row] }) }
    }
  }

  func face(_ row: Int) -> ArraySlice<Float> { coordinates[row * width..<(row + 1) * width] }
  func box(_ row: Int) -> FaceBox? { boxes[row] }
  func className(_ row: Int) -> String { labels[row] }

  /// Whether two rows are faces of the same image.
  func isOfOneImage(_ first: Int, _ second: Int) -> Bool {
    !images[first].isEmpty && images[first] == images[second] && labels[first] == labels[second]
      && (first < trainingCount) == (second < trainingCount)
  }

  /// A row in words: `row 12 (happy/im3.png)`, or `test row 7`.
  func name(_ row: Int) -> String {
    let isTest = row >= trainingCount
    let image = images[row].isEmpty ? labels[row] : labels[row] + "/" + images[row]
    return "\(isTest ? "test row" : "row") \(isTest ? row - trainingCount : row) (\(image))"
  }

  func suspect(_ row: Int, _ reason: DataIssue.Reason, _ measure: Double, detail: String = "") -> DataIssue {
    let isTest = row >= trainingCount
    return DataIssue(
      row: isTest ? row - trainingCount : row, isTest: isTest, image: images[row], className: labels[row],
      reason: reason, measure: measure, detail: detail)
  }
}

/// The box of a face, in pixels.
struct FaceBox: Hashable, Sendable {
  let left: Double
  let top: Double
  let width: Double
  let height: Double

  /// A box from left, top, width and height as tables have them; `nil` where one is no number.
  init?(_ fields: [String]) {
    let numbers = fields.compactMap(Double.init)
    guard numbers.count == 4, numbers.allSatisfy(\.isFinite), numbers[2] > 0, numbers[3] > 0 else { return nil }
    (left, top, width, height) = (numbers[0], numbers[1], numbers[2], numbers[3])
  }
}

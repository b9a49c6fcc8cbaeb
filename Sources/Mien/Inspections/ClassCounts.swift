import Basics
import Landmarks

/// How many faces each class has.
public struct ClassCounts: Hashable, Sendable, Codable {
  /// The classes of all tables, sorted by code point.
  public let classes: [String]
  /// The faces of each class in the tables.
  public let rows: [Int]
  /// The faces of each class in the test tables, if there are any.
  public let testRows: [Int]?

  /// Counts the faces of tables, and of test tables if there are any; a class of one alone has 0 in the other.
  public init(_ dataset: LandmarkDataset, test: LandmarkDataset?) {
    let names = Set(dataset.classes + (test?.classes ?? []))
    let classes = names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    func counts(_ dataset: LandmarkDataset) -> [Int] {
      classes.map { name in dataset.tables.first { $0.className == name }?.rowCount ?? 0 }
    }
    self.classes = classes
    rows = counts(dataset)
    testRows = test.map(counts)
  }

  /// `class,rows,share` and `test_rows,test_share` where there are test tables.
  package var csv: String {
    let parts = [rows] + (testRows.map { [$0] } ?? [])
    var csv = CSVText(header: ["class", "rows", "share"] + (testRows == nil ? [] : ["test_rows", "test_share"]))
    for (index, name) in classes.enumerated() {
      csv.append(
        [name]
          + parts.flatMap { counts in
            let all = max(1, counts.reduce(0, +))
            return ["\(counts[index])", DecimalText.text(Double(counts[index]) / Double(all), 4)]
          })
    }
    return csv.text
  }
}

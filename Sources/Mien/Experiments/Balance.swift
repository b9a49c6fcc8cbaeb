import Features
import Landmarks
import Learning
import ModelSelection

/// How a search makes up for classes with fewer rows than others. Only what is learned from changes: every row is evaluated
/// once, as it is.
public enum Balance: String, Sendable, CaseIterable {
  /// Classes are left as they are.
  case none
  /// Smaller classes get copies of their rows, mirrored and turned a little, until all have as many as the largest.
  case oversample
  /// Of larger classes only as many rows are learned from as the smallest has.
  case undersample
  /// Rows of smaller classes count more: `class_weight: balanced` for every learner.
  case classWeight = "class_weight"
}

extension Balance {
  /// The largest turn of a copy in degrees, either way.
  static let maxTurn = 10.0

  /// What is learned from and evaluated on when `rows` of a dataset are searched, balanced over all of them; folds take
  /// their part of it and so are balanced to within a few rows.
  ///
  /// - Parameters:
  ///   - scored: the features of the rows that are not held out.
  ///   - rows: where these stand in the dataset.
  /// - Throws: `DataError` when copies would need pictures.
  func trainingRows(
    _ scored: LabeledRows, rows: [Int], dataset: LandmarkDataset, features: FeaturePipeline, seed: UInt64
  ) throws -> SearchData {
    let places = Self.shuffledPlaces(of: scored, seed: seed)
    let sizes = places.map(\.count).filter { $0 > 0 }
    switch self {
    case .none, .classWeight: return SearchData(scored)
    case .undersample:
      let learned = places.flatMap { $0.prefix(sizes.min() ?? 0) }.sorted()
      return SearchData(scored, copiedFrom: [], learned: learned)
    case .oversample:
      guard features.descriptors.isEmpty else { throw DataError(Self.copiesHaveNoPictures(features.stages)) }
      let largest = sizes.max() ?? 0
      let copiedFrom = places.flatMap { places in
        places.isEmpty
          ? [] : (0..<largest - places.count).map { (place: places[$0 % places.count], copy: $0 / places.count) }
      }
      guard !copiedFrom.isEmpty else { return SearchData(scored) }
      let faces = dataset.tables.flatMap { table in (0..<table.rowCount).map(table.face) }
      let coordinates = copiedFrom.flatMap { place, copy in
        Self.copy(copy, ofRow: rows[place], seed: seed).coordinates(of: faces[rows[place]], scheme: dataset.scheme)
      }
      let copies = try features.features(ofCoordinates: coordinates, scheme: dataset.scheme)
      let whole = try LabeledRows(
        features: Matrix(
          rows: scored.count + copies.rows, columns: copies.columns, values: scored.features.values + copies.values),
        labels: scored.labels + copiedFrom.map { scored.labels[$0.place] }, classes: scored.classes)
      return SearchData(whole, copiedFrom: copiedFrom.map(\.place), learned: Array(0..<whole.count))
    }
  }

  /// Why rows of some stages cannot be oversampled.
  static func copiesHaveNoPictures(_ stages: [FeaturePipeline.FeatureSet]) -> String {
    let names = stages.filter { $0.descriptor != nil }.map(\.rawValue)
    return "balance: oversample adds copies without images, which \(names.joined(separator: " and ")) "
      + (names.count == 1 ? "needs: " : "need: ")
      + "use class_weight or undersample"
  }

  /// The places of each class's rows, in an order that the seed fixes.
  private static func shuffledPlaces(of rows: LabeledRows, seed: UInt64) -> [[Int]] {
    var places: [[Int]] = Array(repeating: [], count: rows.classes.count)
    for (place, label) in rows.labels.enumerated() { places[label].append(place) }
    for label in places.indices {
      var random = KeyedRandom(seed: seed, orderStream, UInt64(label))
      places[label].shuffle(using: &random)
    }
    return places
  }

  /// A row's copies are mirrored and plain in turn, each turned by an angle of its own.
  private static func copy(_ number: Int, ofRow row: Int, seed: UInt64) -> LandmarkAugmentation {
    var random = KeyedRandom(seed: seed, copyStream, UInt64(row), UInt64(number))
    return LandmarkAugmentation(isMirrored: number.isMultiple(of: 2), degrees: (2 * random.unit() - 1) * maxTurn)
  }

  private static let orderStream: UInt64 = 4
  private static let copyStream: UInt64 = 5
}

import Basics
import Landmarks
import Learning
import ModelSelection

extension Experiment {
  /// Which rows are held out, and the folds of the others: given, grouped, or scikit-learn's stratified ones.
  func splits(of dataset: LandmarkDataset) throws -> (HoldOut, StratifiedFolds) {
    if let splitsFile { return try GivenSplits(path: splitsFile).splits(of: dataset) }
    let (labels, classes) = (dataset.labels, dataset.classes)
    guard let groups else {
      let holdOut = try HoldOut(labels: labels, classes: classes, testSize: testSize, seed: seed)
      let training = holdOut.training.map { labels[$0] }
      return (holdOut, try StratifiedFolds(labels: training, classes: classes, count: foldCount))
    }
    let groupOfRow = try Self.groupNames(groups, of: dataset)
    let holdOut = try HoldOut(
      labels: labels, classes: classes, testSize: testSize, seed: seed, groups: groupOfRow)
    let folds = try StratifiedFolds(
      labels: holdOut.training.map { labels[$0] }, classes: classes, count: foldCount,
      groups: holdOut.training.map { groupOfRow[$0] })
    return (holdOut, folds)
  }

  /// The value of `groups` that asks for groups of pictures that look alike.
  static let nearDuplicateGroups = "near_duplicates"

  /// The group of each row: a metadata column, or the near duplicates that hashes of the pictures show.
  private static func groupNames(_ groups: String, of dataset: LandmarkDataset) throws -> [String] {
    let column = groups == nearDuplicateGroups ? NearDuplicates.column : groups
    for table in dataset.tables where table.metadata(column) == nil {
      throw DataError(
        "groups: table \(table.className).csv has no column \"\(column)\""
          + (groups == nearDuplicateGroups ? "; mien extract writes it" : ""))
    }
    let values = dataset.metadata(column)
    guard groups == nearDuplicateGroups else { return values }
    // Of the same length, so that their order is that of the numbers.
    return NearDuplicates.groups(hashes: values).map { "\(1_000_000_000 + $0)" }
  }

  /// What makes results look better than they are, in words: copies of one face on both sides of a split.
  package func warnings(on dataset: LandmarkDataset, holdOut: HoldOut, folds: StratifiedFolds) -> [String] {
    var partOfFace: [ArraySlice<Float>: Int] = [:]
    var acrossHoldOut = 0
    var acrossFolds = 0
    let faces = dataset.tables.flatMap { table in (0..<table.rowCount).map(table.face) }
    for (row, fold) in zip(holdOut.training, folds.foldOfRow) {
      if let known = partOfFace[faces[row]] {
        if known != fold { acrossFolds += 1 }
      } else {
        partOfFace[faces[row]] = fold
      }
    }
    for row in holdOut.test where partOfFace[faces[row]] != nil { acrossHoldOut += 1 }
    var warnings: [String] = []
    if acrossHoldOut > 0 {
      warnings.append("\(acrossHoldOut) held-out rows have the same landmarks as a training row")
    }
    if acrossFolds > 0 {
      warnings.append("\(acrossFolds) rows have the same landmarks as a row in another fold")
    }
    let copies = dataset.metadata("augmented_from").count { !$0.isEmpty }
    if copies > 0, groups == nil, splitsFile == nil {
      warnings.append(
        "\(copies) rows are augmented copies that groups do not keep with their originals: scores are optimistic "
          + "(leakage)")
    }
    // Components have one size together, and what each adds is what it should weigh.
    let unscaled = candidates.lazy
      .filter { $0.family.name == "svc" && $0.values["scale"]?.textValue ?? "none" == "none" }
      .compactMap { candidate in
        let list = features[candidate.key.place]
        return zip(list.stages, list.options).first { $1.scale == .none && $1.componentCount == nil }?.0
      }.first
    if componentCount == nil, let unscaled {
      // A scale after them would undo what stages say for themselves.
      let areAlike = features.allSatisfy { $0.options.allSatisfy(\.areNone) }
      warnings.append(
        "svc is sensitive to the scale of features, and they are not scaled: try "
          + (areAlike ? "scale: standard" : "\(unscaled.rawValue): {scale: standard}"))
    }
    if calibration == .isotonic, !ensembles.isEmpty, folds.count == 2 {
      warnings.append(
        "with two folds, isotonic calibration and ensemble weights are learned from the same rows, which favors members that "
          + "overfit: use cv: 3 or more, or calibration: temperature")
    }
    let stopsEarly = candidates.contains { $0.values["early_stopping_rounds"]?.integerValue != nil }
    if stopsEarly, balance == .oversample || isMirrored || groups != nil {
      warnings.append(
        "rows set aside for early stopping may have copies, mirror images or group members among the training rows: "
          + "early stopping will be late")
    }
    return warnings
  }
}

/// Splits read from a `splits.csv`, as runs write them.
private struct GivenSplits {
  private let path: String
  private var training: [Int] = []
  private var folds: [Int] = []
  private var test: [Int] = []
  private var labels: [String] = []

  init(path: String) throws {
    self.path = path
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    let records = CSVText.records(text).filter { $0 != [""] }
    guard let header = records.first, header.first == "row",
      Array(header.dropFirst(2).prefix(3)) == ["label", "split", "fold"]
    else { throw GivenSplits.error(path, 1, "expected the header row,image,label,split,fold") }
    for (index, fields) in records.dropFirst().enumerated() {
      let tail = Array(fields.dropFirst(2))
      // Copies are made anew by the experiment's own balancing.
      if header.count > 5, header[5] == "augmented_from", tail.count > 3, !tail[3].isEmpty { continue }
      guard fields.count == header.count, Int(fields[0]) == index else {
        throw GivenSplits.error(path, index + 2, "expected row \(index)")
      }
      labels.append(tail[0])
      switch (tail[1], Int(tail[2])) {
      case ("test", _): test.append(index)
      case ("train", let fold?) where fold >= 0 && fold < 1_000_000:
        training.append(index)
        folds.append(fold)
      default: throw GivenSplits.error(path, index + 2, "expected the split test, or train and a fold")
      }
    }
  }

  func splits(of dataset: LandmarkDataset) throws -> (HoldOut, StratifiedFolds) {
    let expected = dataset.labels.map { dataset.classes[$0] }
    guard expected.count == labels.count else {
      throw DataError("\(path): \(labels.count) rows, the tables have \(expected.count)")
    }
    if let row = expected.indices.first(where: { expected[$0] != labels[$0] }) {
      throw GivenSplits.error(path, row + 2, "row \(row) is \(labels[row]) here and \(expected[row]) in the tables")
    }
    let count = (folds.max() ?? 0) + 1
    guard count >= 2 else { throw DataError("\(path): at least two folds are needed") }
    return (HoldOut(training: training, test: test), try StratifiedFolds(foldOfRow: folds, count: count))
  }

  private static func error(_ path: String, _ line: Int, _ reason: String) -> DataError {
    DataError("\(path):\(line): \(reason)")
  }
}

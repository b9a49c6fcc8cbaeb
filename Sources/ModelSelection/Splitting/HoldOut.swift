import Learning

/// Rows kept apart for the last evaluation, with the same share of every class.
public struct HoldOut: Hashable, Sendable {
  /// The rows to learn from, in the order in which scikit-learn returns them.
  public let training: [Int]
  /// The rows to judge on; empty when nothing is held out.
  public let test: [Int]

  /// The split of `train_test_split(test_size=testSize, random_state=seed, stratify=labels)`, to the row.
  ///
  /// `testSize` 0 holds nothing out and leaves the rows in their order.
  ///
  /// - Throws: `ParameterError` for a size outside 0 ..< 1 or a seed that numpy cannot take; `DataError` when a class
  ///   has fewer than two rows, or a part would have fewer rows than there are classes.
  public init(labels: [Int], classes: [String], testSize: Double, seed: UInt64) throws {
    guard testSize >= 0, testSize < 1 else {
      throw ParameterError(parameter: "test_size", requirement: "must be from 0 to below 1", was: .real(testSize))
    }
    guard testSize > 0 else {
      self.init(training: Array(labels.indices), test: [])
      return
    }
    guard let numpySeed = UInt32(exactly: seed) else {
      throw ParameterError(parameter: "seed", requirement: "must be below 2³², was \(seed)")
    }
    let rowsOfClass = Self.rowsOfClass(labels, classCount: classes.count)
    let testCount = Int((testSize * Double(labels.count)).rounded(.up))
    let trainingCount = labels.count - testCount
    for (rows, name) in zip(rowsOfClass, classes) where rows.count == 1 {
      throw DataError("class \"\(name)\" has 1 row; a hold-out needs at least 2: add rows or set test_size to 0")
    }
    let present = rowsOfClass.count { !$0.isEmpty }
    guard trainingCount >= present, testCount >= present else {
      throw DataError(
        "test_size \(testSize) of \(labels.count) rows leaves \(trainingCount) training and \(testCount) "
          + "held-out rows; each part needs at least one row for each of the \(present) classes")
    }

    // Classes without rows do not exist for scikit-learn; they take no draws.
    let populated = rowsOfClass.filter { !$0.isEmpty }
    var random = MersenneTwister(seed: numpySeed)
    let counts = populated.map(\.count)
    let trainingShares = Self.approximateMode(counts, draws: trainingCount, &random)
    let left = zip(counts, trainingShares).map { $0 - $1 }
    let testShares = Self.approximateMode(left, draws: testCount, &random)
    var training: [Int] = []
    var test: [Int] = []
    for (index, rows) in populated.enumerated() {
      let shuffled = random.permutation(rows.count).map { rows[$0] }
      training += shuffled[..<trainingShares[index]]
      test += shuffled[trainingShares[index]..<trainingShares[index] + testShares[index]]
    }
    random.shuffle(&training)
    random.shuffle(&test)
    self.init(training: training, test: test)
  }

  /// A split in which the rows of a group stay together. Groups are dealt to 1 ÷ `testSize` parts, rounded, of which
  /// one is held out; the seed says which. Both sides keep the order of the rows.
  ///
  /// - Throws: `ParameterError` for a size outside 0 ..< 1; `DataError` when there are fewer groups than parts.
  public init(labels: [Int], classes: [String], testSize: Double, seed: UInt64, groups: [String]) throws {
    guard testSize >= 0, testSize < 1 else {
      throw ParameterError(parameter: "test_size", requirement: "must be from 0 to below 1", was: .real(testSize))
    }
    guard testSize > 0 else {
      self.init(training: Array(labels.indices), test: [])
      return
    }
    let parts = max(2, Int((1 / testSize).rounded()))
    let groupCount = Set(groups).count
    guard groupCount >= parts else {
      throw DataError("\(groupCount) groups; a test_size of \(testSize) needs at least \(parts)")
    }
    let partOfRow = StratifiedGroupPartition.parts(
      labels: labels, classCount: classes.count, groups: groups, count: parts)
    let held = Int(seed % UInt64(parts))
    self.init(
      training: partOfRow.indices.filter { partOfRow[$0] != held },
      test: partOfRow.indices.filter { partOfRow[$0] == held })
  }

  /// A split as it is given.
  public init(training: [Int], test: [Int]) {
    self.training = training
    self.test = test
  }

  private static func rowsOfClass(_ labels: [Int], classCount: Int) -> [[Int]] {
    labels.enumerated().reduce(into: Array(repeating: [], count: classCount)) { $0[$1.element].append($1.offset) }
  }

  /// How many of `draws` fall to each class: proportional shares rounded down, the rest to the largest remainders,
  /// equal remainders in random order.
  private static func approximateMode(_ counts: [Int], draws: Int, _ random: inout MersenneTwister) -> [Int] {
    let total = Double(counts.reduce(0, +))
    let exact = counts.map { Double($0) / total * Double(draws) }
    var shares = exact.map { Int($0.rounded(.down)) }
    var missing = draws - shares.reduce(0, +)
    let remainders = zip(exact, shares).map { $0 - Double($1) }
    for remainder in Set(remainders).sorted(by: >) where missing > 0 {
      let tied = remainders.indices.filter { remainders[$0] == remainder }
      let chosen = random.permutation(tied.count).prefix(missing)
      for index in chosen { shares[tied[index]] += 1 }
      missing -= chosen.count
    }
    return shares
  }
}

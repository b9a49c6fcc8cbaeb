extension LandmarkTable {
  /// The mean of each coordinate over all faces, `2 × points` numbers in pixels; empty for a table without rows.
  ///
  /// - Complexity: O(rows × points).
  public var meanShape: [Double] {
    guard rowCount > 0 else { return [] }
    let width = 2 * scheme.pointCount
    var sums = Array(repeating: 0.0, count: width)
    for row in 0..<rowCount {
      for (column, value) in face(row).enumerated() { sums[column] += Double(value) }
    }
    return sums.map { $0 / Double(rowCount) }
  }
}

extension LandmarkDataset {
  /// The mean of each coordinate over the faces of all classes, `2 × points` numbers in pixels.
  public var meanShape: [Double] {
    var sums = Array(repeating: 0.0, count: 2 * scheme.pointCount)
    for table in tables {
      for (column, mean) in table.meanShape.enumerated() { sums[column] += mean * Double(table.rowCount) }
    }
    return sums.map { $0 / Double(max(1, rowCount)) }
  }
}

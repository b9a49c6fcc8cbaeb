import Landmarks

/// Rows that repeat an earlier one.
struct RepeatedRows: Sendable {
  struct Repetition: Hashable, Sendable {
    let row: Int
    /// The first row of the group.
    let first: Int
    /// Whether the landmarks are the same to the digit, or the pictures look alike.
    let isExact: Bool
    /// The rows of the group.
    let size: Int
    /// The first rows of all groups that the row is in, by landmarks, by pictures, and by those of the row whose landmarks it
    /// has.
    let all: [Int]
  }

  /// Each repeating row once, rising: by its landmarks if they are repeated, else by its picture.
  let found: [Repetition]

  /// - Complexity: O(rows × points); O(rows²) comparisons of 64 bits if there are difference hashes.
  init(_ rows: InspectedRows) {
    var firstOfFace: [ArraySlice<Float>: Int] = [:]
    let exact = (0..<rows.count).map { row in
      let face = rows.face(row)
      if let first = firstOfFace[face] { return first }
      firstOfFace[face] = row
      return row
    }
    let hasHashes = rows.hashes.contains { !$0.isEmpty }
    let near = hasHashes ? NearDuplicates.groups(hashes: rows.hashes) : Array(0..<rows.count)
    func sizes(_ groups: [Int]) -> [Int: Int] { groups.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    let (exactSizes, nearSizes) = (sizes(exact), sizes(near))
    found = (0..<rows.count).compactMap { row in
      let all = [exact[row], near[row], near[exact[row]]].filter { $0 != row && !rows.isOfOneImage(row, $0) }
      if exact[row] != row {
        return Repetition(row: row, first: exact[row], isExact: true, size: exactSizes[exact[row]] ?? 1, all: all)
      }
      // Faces of one picture share its hash and do not repeat each other.
      guard near[row] != row, !rows.isOfOneImage(row, near[row]) else { return nil }
      return Repetition(row: row, first: near[row], isExact: false, size: nearSizes[near[row]] ?? 1, all: all)
    }
  }
}

/// Finds pictures that are the same but for small changes, by the difference hashes that extraction writes.
public enum NearDuplicates {
  /// The metadata column of the hashes.
  public static let column = "dhash"

  /// The most bits, of 64, in which the hashes of two such pictures differ.
  public static let maxDifferentBits = 2

  /// A hash as tables have it: 16 hexadecimal digits.
  package static func text(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// For each row the number of its group: rows of one group are joined by a chain of near duplicates. Rows without a hash
  /// stand alone.
  ///
  /// - Complexity: O(rows²) comparisons of 64 bits.
  public static func groups(hashes: [String]) -> [Int] {
    let known = hashes.map { $0.count == 16 ? UInt64($0, radix: 16) : nil }
    var parents = Array(hashes.indices)
    func root(_ row: Int) -> Int {
      var row = row
      while parents[row] != row {
        parents[row] = parents[parents[row]]
        row = parents[row]
      }
      return row
    }
    let rows = known.indices.filter { known[$0] != nil }
    let values = rows.map { known[$0] ?? 0 }
    for first in rows.indices {
      for second in first + 1..<max(first + 1, rows.count)
      where (values[first] ^ values[second]).nonzeroBitCount <= maxDifferentBits {
        let (a, b) = (root(rows[first]), root(rows[second]))
        // The first row of a group names it.
        parents[max(a, b)] = min(a, b)
      }
    }
    return hashes.indices.map(root)
  }
}

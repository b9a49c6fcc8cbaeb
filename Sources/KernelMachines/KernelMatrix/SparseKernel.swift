import Learning
import Vectors

/// A kernel of which hardly any values count, as of rows that are far from one another beside 1/γ: those that do, row by row.
package final class SparseKernel: KernelMatrix {
  package let count: Int
  package let diagonal: [Double]
  /// Where each row's values begin, and where the last one's end.
  private let starts: [Int]
  private let columns: [Int32]
  private let values: [Float]
  /// Rows that were asked for last, spread out; the one whose last use is the longest ago first.
  private var rowCache: [(row: Int, values: UnsafeMutablePointer<Float>)]

  /// Which share of a problem's values may count.
  private static let maxShare = 1.0 / 32

  /// The kernel between rows, given as ranges of the bases' rows that stand one after the other; `nil` if more of its values
  /// count than are worth this.
  ///
  /// - Complexity: O(rows²); less for a kernel of which many values count, as soon as that is known.
  package init?(_ bases: PairwiseTerms, ranges: [Range<Int>], kernel: Kernel, diagonal: [Double]) {
    let count = diagonal.count
    guard let reach = kernel.reach(among: count) else { return nil }
    // What counts of the upper half.
    var upper: (columns: [Int32], distances: [Float], ends: [Int]) = ([], [], [])
    let found = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, count))
    defer { found.deallocate() }
    var row = 0
    for (place, range) in ranges.enumerated() {
      for index in range {
        var column = row
        for others in [index..<range.upperBound] + ranges[(place + 1)...] {
          guard let source = bases.row(index, with: others).baseAddress else { continue }
          let near = vectorRoutines.indicesBelow(reach, source, others.count, found, others.count)
          for place in 0..<near {
            upper.columns.append(Int32(column) + found[place])
            upper.distances.append(source[Int(found[place])])
          }
          column += others.count
        }
        row += 1
        upper.ends.append(upper.columns.count)
        guard Double(upper.columns.count) <= Self.maxShare / 2 * Double(count) * Double(row + 64) else { return nil }
      }
    }
    self.count = count
    self.diagonal = diagonal
    var values = upper.distances
    kernel.apply(to: upper.distances, &values, count: values.count)
    (starts, columns, self.values) = Self.mirrored(ends: upper.ends, columns: upper.columns, values: values)
    let stride = (count + 15) & ~15
    rowCache = (0..<3).map { _ in
      let line = UnsafeMutablePointer<Float>.allocate(alignedCapacity: stride)
      line.initialize(repeating: 0, count: stride)
      return (-1, line)
    }
  }

  deinit { for line in rowCache { line.values.deallocate() } }

  /// All rows' values from those that do not stand before the diagonal.
  private static func mirrored(
    ends: [Int], columns: [Int32], values: [Float]
  ) -> (starts: [Int], columns: [Int32], values: [Float]) {
    func forEach(_ body: (_ row: Int, _ column: Int, _ value: Float) -> Void) {
      var place = 0
      for (row, end) in ends.enumerated() {
        while place < end {
          body(row, Int(columns[place]), values[place])
          place += 1
        }
      }
    }
    var starts = Array(repeating: 0, count: ends.count + 1)
    forEach { row, column, _ in
      starts[row + 1] += 1
      if column != row { starts[column + 1] += 1 }
    }
    for row in ends.indices { starts[row + 1] += starts[row] }
    var places = starts
    var all = (columns: Array(repeating: Int32(0), count: starts[ends.count]), values: [Float]())
    all.values = Array(repeating: 0, count: all.columns.count)
    func put(_ row: Int, _ column: Int, _ value: Float) {
      all.columns[places[row]] = Int32(column)
      all.values[places[row]] = value
      places[row] += 1
    }
    // By rows, so that what is mirrored stands before what is not, in order.
    forEach { row, column, value in
      put(row, column, value)
      if column != row { put(column, row, value) }
    }
    return (starts, all.columns, all.values)
  }

  package var isResident: Bool { true }

  package func row(_ index: Int) -> UnsafePointer<Float> {
    let found = rowCache.firstIndex { $0.row == index }
    var line = rowCache.remove(at: found ?? 0)
    if found == nil {
      if line.row >= 0 { for place in places(of: line.row) { line.values[Int(columns[place])] = 0 } }
      for place in places(of: index) { line.values[Int(columns[place])] = values[place] }
      line.row = index
    }
    rowCache.append(line)
    return UnsafePointer(line.values)
  }

  private func places(of row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  package func kernel(among rows: [Int]) -> DenseKernel { DenseKernel(copying: rows, of: self) }

  package func weightedSum(_ coefficients: [Double]) -> [Double] {
    var sums = Array(repeating: 0.0, count: count)
    for row in 0..<count where coefficients[row] != 0 {
      for place in places(of: row) { sums[Int(columns[place])] += coefficients[row] * Double(values[place]) }
    }
    return sums
  }
}

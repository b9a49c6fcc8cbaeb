/// First and second derivatives of rows, summed by bin: in the high 32 bits of a cell the first, in the low 32 bits the
/// second. One addition sums both, and integers give the same sum in any order. Nothing overflows, as derivatives are
/// scaled so that the absolute values of all rows together stay below 2³¹.
package typealias GradientCell = Int64

extension GradientCell {
  /// A cell from scaled derivatives, the second not negative.
  package init(first: Int32, second: Int32) { self = Int64(first) << 32 &+ Int64(second) }

  /// The sum of first derivatives.
  package var first: Int64 { self >> 32 }
  /// The sum of second derivatives.
  package var second: Int64 { self & 0xFFFF_FFFF }
}

/// Adds the rows of a node to the cells of one tile.
///
/// - Parameters:
///   - words: the tile's bins by place.
///   - gradients: the derivatives of the node's rows, in the order of `places`.
///   - cells: `(8 × stride)`.
func addRows(
  _ places: UnsafeBufferPointer<UInt32>, words: UnsafePointer<UInt64>, gradients: UnsafeBufferPointer<GradientCell>,
  to cells: UnsafeMutablePointer<GradientCell>, stride: Int
) {
  forEachRow(places, words: words) { index, word in
    let gradient = gradients[index]
    forEachBin(of: word, cells: cells, stride: stride) { $0.pointee &+= gradient }
  }
}

/// Takes the rows of a node from the cells of one tile.
func subtractRows(
  _ places: UnsafeBufferPointer<UInt32>, words: UnsafePointer<UInt64>, gradients: UnsafeBufferPointer<GradientCell>,
  from cells: UnsafeMutablePointer<GradientCell>, stride: Int
) {
  forEachRow(places, words: words) { index, word in
    let gradient = gradients[index]
    forEachBin(of: word, cells: cells, stride: stride) { $0.pointee &-= gradient }
  }
}

/// Calls `body` with the index and the word of each of a node's rows.
///
/// Words of rows that lie apart are first brought side by side: such a loop is so short that the processor waits for
/// many of them at once, which it cannot when each is followed by eight sums.
@inline(__always)
private func forEachRow(
  _ places: UnsafeBufferPointer<UInt32>, words: UnsafePointer<UInt64>, _ body: (Int, UInt64) -> Void
) {
  let blockRows = 512
  withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blockRows) { block in
    for first in Swift.stride(from: 0, to: places.count, by: blockRows) {
      let count = min(blockRows, places.count &- first)
      for index in 0..<count { block[index] = words[Int(places[first &+ index])] }
      for index in 0..<count { body(first &+ index, block[index]) }
    }
  }
}

/// Calls `body` with the cell of each of the eight bins in a word.
@inline(__always)
private func forEachBin(
  of word: UInt64, cells: UnsafeMutablePointer<GradientCell>, stride: Int,
  _ body: (UnsafeMutablePointer<GradientCell>) -> Void
) {
  body(cells + Int(word & 255))
  body(cells + (stride &+ Int(word >> 8 & 255)))
  body(cells + (2 &* stride &+ Int(word >> 16 & 255)))
  body(cells + (3 &* stride &+ Int(word >> 24 & 255)))
  body(cells + (4 &* stride &+ Int(word >> 32 & 255)))
  body(cells + (5 &* stride &+ Int(word >> 40 & 255)))
  body(cells + (6 &* stride &+ Int(word >> 48 & 255)))
  body(cells + (7 &* stride &+ Int(word >> 56)))
}

/// Adds all rows to the cells of one tile for four outputs at once: the first nodes of their trees have the same rows.
///
/// - Parameters:
///   - gradients: four derivatives a row, by place.
///   - cells: `(8 × stride)` cells of four outputs each.
func addRowsOfFourOutputs(
  _ places: UnsafeBufferPointer<UInt32>, words: UnsafePointer<UInt64>,
  gradients: UnsafePointer<SIMD4<GradientCell>>, to cells: UnsafeMutablePointer<SIMD4<GradientCell>>, stride: Int
) {
  for place in places {
    let gradient = gradients[Int(place)]
    var word = words[Int(place)]
    var cell = cells
    for _ in 0..<BinnedRows.tileWidth {
      cell[Int(word & 255)] &+= gradient
      word >>= 8
      cell += stride
    }
  }
}

/// Takes one histogram from another: what is left are the rows of the sibling.
func subtract(
  _ cells: UnsafePointer<GradientCell>, from others: UnsafeMutablePointer<GradientCell>, count: Int
) {
  for index in 0..<count { others[index] &-= cells[index] }
}

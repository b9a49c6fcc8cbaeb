/// Copies what some rows of a square have above the diagonal below it, tile by tile, so that both sides stay in the cache.
///
/// - Parameters:
///   - values: `(count × count)`, rows `stride` apart.
///   - rows: begin at a multiple of 4, and end at one or with the last row.
package func mirrorUpperHalf(_ values: UnsafeMutablePointer<Float>, rows: Range<Int>, count: Int, stride: Int) {
  let tile = 32
  let whole = count & ~3
  for top in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: tile) {
    for left in Swift.stride(from: top, to: count, by: tile) {
      for row in Swift.stride(from: top, to: min(top + tile, rows.upperBound, whole), by: 4) {
        for column in Swift.stride(from: max(left, row + 4), to: min(left + tile, whole), by: 4) {
          transpose(values + (row &* stride &+ column), to: values + (column &* stride &+ row), stride: stride)
        }
      }
    }
  }
  // Blocks on the diagonal, and what is left of whole blocks.
  for row in rows {
    for column in row + 1..<max(row + 1, min((row & ~3) + 4, count)) {
      values[column * stride + row] = values[row * stride + column]
    }
    for column in max(row + 1, whole)..<max(count, row + 1) {
      values[column * stride + row] = values[row * stride + column]
    }
  }
}

/// Four rows of four numbers become four columns.
@inline(__always)
private func transpose(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, stride: Int) {
  let from = UnsafeRawPointer(source)
  let into = UnsafeMutableRawPointer(target)
  let step = stride &* 4
  let a = from.loadUnaligned(as: SIMD4<Float>.self)
  let b = from.loadUnaligned(fromByteOffset: step, as: SIMD4<Float>.self)
  let c = from.loadUnaligned(fromByteOffset: 2 &* step, as: SIMD4<Float>.self)
  let d = from.loadUnaligned(fromByteOffset: 3 &* step, as: SIMD4<Float>.self)
  into.storeBytes(of: SIMD4(a[0], b[0], c[0], d[0]), as: SIMD4<Float>.self)
  into.storeBytes(of: SIMD4(a[1], b[1], c[1], d[1]), toByteOffset: step, as: SIMD4<Float>.self)
  into.storeBytes(of: SIMD4(a[2], b[2], c[2], d[2]), toByteOffset: 2 &* step, as: SIMD4<Float>.self)
  into.storeBytes(of: SIMD4(a[3], b[3], c[3], d[3]), toByteOffset: 3 &* step, as: SIMD4<Float>.self)
}

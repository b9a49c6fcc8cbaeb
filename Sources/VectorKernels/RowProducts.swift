/// Products of rows with others, which stand sixteen by sixteen: numbers of sixteen rows side by side, feature after feature.
///
/// Each product is the sum of sums over 256 features, in their order, whatever stands beside it and whatever the processor,
/// which those of a BLAS are not.
///
/// - Parameters:
///   - rows: `(count × width)`, a row `rowStride` after the one before it.
///   - panels: `(panelCount × width × 16)`.
///   - target: a row's products stand `stride` after those of the row before it.
///   - columns: how many products a row has; the last panel may be of fewer than 16.
package func rowProducts(
  _ rows: UnsafePointer<Float>, count: Int, rowStride: Int, panels: UnsafePointer<Float>, columns: Int, width: Int,
  into target: UnsafeMutablePointer<Float>, stride: Int
) {
  for column in Swift.stride(from: 0, to: columns, by: 16) {
    let lanes = min(16, columns &- column)
    // Once, with nothing to sum, for rows without features.
    for first in Swift.stride(from: 0, to: max(1, width), by: 256) {
      let features = min(256, width &- first)
      let panel = UnsafeRawPointer(panels + (column &* width &+ first &* 16))
      var row = 0
      while row &+ 8 <= count {
        addEight(
          rows + (row &* rowStride &+ first), rowStride: rowStride, panel, features: features, isFirst: first == 0,
          to: target + (row &* stride &+ column), stride: stride, lanes: lanes)
        row &+= 8
      }
      while row < count {
        let x = rows + (row &* rowStride &+ first)
        var sum = SIMD16<Float>(repeating: 0)
        for feature in 0..<features {
          sum += panel.loadUnaligned(fromByteOffset: feature &* 64, as: SIMD16<Float>.self) * x[feature]
        }
        put(sum, target + (row &* stride &+ column), isFirst: first == 0, lanes: lanes)
        row &+= 1
      }
    }
  }
}

@inline(__always)
private func addEight(
  _ x: UnsafePointer<Float>, rowStride: Int, _ panel: UnsafeRawPointer, features: Int, isFirst: Bool,
  to target: UnsafeMutablePointer<Float>, stride: Int, lanes: Int
) {
  let (x1, x2, x3) = (x + rowStride, x + 2 &* rowStride, x + 3 &* rowStride)
  let (x4, x5, x6, x7) = (x + 4 &* rowStride, x + 5 &* rowStride, x + 6 &* rowStride, x + 7 &* rowStride)
  var (a, b, c, d) = (SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>())
  var (e, f, g, h) = (SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>())
  for feature in 0..<features {
    let others = panel.loadUnaligned(fromByteOffset: feature &* 64, as: SIMD16<Float>.self)
    a += others * x[feature]
    b += others * x1[feature]
    c += others * x2[feature]
    d += others * x3[feature]
    e += others * x4[feature]
    f += others * x5[feature]
    g += others * x6[feature]
    h += others * x7[feature]
  }
  put(a, target, isFirst: isFirst, lanes: lanes)
  put(b, target + stride, isFirst: isFirst, lanes: lanes)
  put(c, target + 2 &* stride, isFirst: isFirst, lanes: lanes)
  put(d, target + 3 &* stride, isFirst: isFirst, lanes: lanes)
  put(e, target + 4 &* stride, isFirst: isFirst, lanes: lanes)
  put(f, target + 5 &* stride, isFirst: isFirst, lanes: lanes)
  put(g, target + 6 &* stride, isFirst: isFirst, lanes: lanes)
  put(h, target + 7 &* stride, isFirst: isFirst, lanes: lanes)
}

/// Sets products, or adds to those that are there.
@inline(__always)
private func put(_ sums: SIMD16<Float>, _ target: UnsafeMutablePointer<Float>, isFirst: Bool, lanes: Int) {
  if lanes == 16 {
    let place = UnsafeMutableRawPointer(target)
    let old = isFirst ? SIMD16<Float>() : place.loadUnaligned(as: SIMD16<Float>.self)
    place.storeBytes(of: old + sums, as: SIMD16<Float>.self)
  } else {
    for lane in 0..<lanes { target[lane] = (isFirst ? 0 : target[lane]) + sums[lane] }
  }
}

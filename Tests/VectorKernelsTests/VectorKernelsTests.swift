import Foundation
import Learning
import Testing

import VectorKernels
import Vectors

#if arch(x86_64)
  import VectorKernelsAVX2
#endif

/// Each loop against its definition, and its two compilations against each other, bit for bit.
@Suite struct VectorKernelsTests {
  private struct Problem {
    var kernel: [Float]
    var other: [Float]
    var gradients: [Float]
    var diagonal: [Float]
    var rise: [Float]
    var fall: [Float]

    init(_ count: Int, seed: UInt64) {
      var random = KeyedRandom(seed: seed)
      // Few different values, so that there are ties.
      func values(_ scale: Float) -> [Float] { (0..<count).map { _ in Float(random.below(7)) * scale } }
      (kernel, other, gradients) = (values(0.1), values(0.15), values(0.5))
      diagonal = Array(repeating: 1, count: count)
      rise = (0..<count).map { _ in random.below(3) == 0 ? .infinity : 0 }
      fall = (0..<count).map { _ in random.below(3) == 0 ? -.infinity : 0 }
    }
  }

  #if arch(x86_64)
    private static let isWide =
      (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains(" avx2") ?? false
  #endif

  @Test func theBestPartnerIsTheOneByDefinition() {
    for seed in 0..<300 as Range<UInt64> {
      let count = 16 * (1 + Int(seed % 9))
      let problem = Problem(count, seed: seed)
      let own = Float(seed % 5) * 0.5
      var best = (index: -1, score: Float(0))
      var gap = -Float.infinity
      for row in 0..<count {
        let distance = problem.gradients[row] + problem.fall[row] - own
        gap = max(gap, distance)
        guard distance > 0 else { continue }
        let bend = max(problem.diagonal[row] + 1 - (problem.kernel[row] + problem.kernel[row]), 1e-12)
        let score = distance * distance / bend
        if score > best.score { best = (row, score) }
      }
      let found = VectorKernels.selectSecondIndex(
        kernel: problem.kernel, gradients: problem.gradients, barriers: problem.fall, diagonal: problem.diagonal,
        count: count, gradient: own, curvature: 1, minCurvature: 1e-12)
      #expect(found == (best.index, gap), "seed \(seed)")
      #if arch(x86_64)
        if Self.isWide {
          let avx2 = VectorKernelsAVX2.selectSecondIndex(
            kernel: problem.kernel, gradients: problem.gradients, barriers: problem.fall, diagonal: problem.diagonal,
            count: count, gradient: own, curvature: 1, minCurvature: 1e-12)
          #expect(found == avx2, "seed \(seed)")
        }
      #endif
    }
  }

  @Test func gradientsMoveAndTheLeastIsFound() {
    for seed in 0..<300 as Range<UInt64> {
      let count = 16 * (1 + Int(seed % 9))
      let problem = Problem(count, seed: seed)
      let expected = (0..<count).map {
        problem.gradients[$0] + (problem.kernel[$0] - problem.other[$0]) * 0.25
      }
      let free = (0..<count).filter { problem.rise[$0] == 0 }
      let least = free.min { (expected[$0], $0) < (expected[$1], $1) }
      var moved = problem.gradients
      let found = VectorKernels.moveGradients(
        &moved, barriers: problem.rise, count: count, step: 0.25, first: problem.kernel, second: problem.other)
      #expect(moved == expected, "seed \(seed)")
      #expect(found.index == least ?? -1, "seed \(seed)")
      #expect(found.gradient == least.map { expected[$0] } ?? .infinity, "seed \(seed)")
      #if arch(x86_64)
        if Self.isWide {
          var avx2 = problem.gradients
          let same = VectorKernelsAVX2.moveGradients(
            &avx2, barriers: problem.rise, count: count, step: 0.25, first: problem.kernel, second: problem.other)
          #expect(avx2 == moved && same == found, "seed \(seed)")
        }
      #endif
    }
  }

  @Test func exponentialsAreThoseOfTheLibraryToSinglePrecision() {
    var random = KeyedRandom(seed: 5)
    for count in [1, 7, 8, 9, 64, 1003] {
      let bases = (0..<count).map { _ in Float(random.unit()) * 100 }
      var values = Array(repeating: Float(0), count: count)
      VectorKernels.negativeExponentials(bases, factor: 0.7, &values, count: count)
      for (base, value) in zip(bases, values) {
        // Three units in the last place: of the product, the reduction and the polynomial.
        let exact = exp(-Double(base * 0.7))
        #expect(abs(Double(value) - exact) <= 4e-7 * exact, "\(base)")
      }
      #if arch(x86_64)
        if Self.isWide {
          var avx2 = Array(repeating: Float(0), count: count)
          VectorKernelsAVX2.negativeExponentials(bases, factor: 0.7, &avx2, count: count)
          #expect(avx2 == values)
        }
      #endif
    }
  }

  @Test func whatIsAboveTheDiagonalIsMirroredAtAnySize() {
    for count in 1...70 {
      let stride = count + 3
      var values = (0..<count * stride).map { Float($0) }
      let before = values
      let middle = count / 8 * 4
      for rows in [0..<middle, middle..<count] {
        VectorKernels.mirrorUpperHalf(&values, rows: rows, count: count, stride: stride)
      }
      for row in 0..<count {
        for column in 0..<stride {
          let expected = column < row ? before[column * stride + row] : before[row * stride + column]
          #expect(values[row * stride + column] == expected, "\(count): \(row), \(column)")
        }
      }
    }
  }

  @Test func scaledValuesAreAdded() {
    var random = KeyedRandom(seed: 6)
    for count in [1, 7, 8, 9, 100] {
      let values = (0..<count).map { _ in Float(random.unit()) }
      let start = (0..<count).map { _ in random.unit() }
      var sums = start
      VectorKernels.addScaled(values, factor: 0.3, to: &sums, count: count)
      #expect(sums == zip(start, values).map { $0 + Double($1) * 0.3 })
      #if arch(x86_64)
        if Self.isWide {
          var avx2 = start
          VectorKernelsAVX2.addScaled(values, factor: 0.3, to: &avx2, count: count)
          #expect(avx2 == sums)
        }
      #endif
    }
  }

  @Test func fourScaledRowsAreAddedOneAfterTheOther() {
    var random = KeyedRandom(seed: 8)
    for count in [1, 7, 8, 9, 100] {
      let rows = (0..<4).map { _ in (0..<count).map { _ in Float(random.unit()) } }
      let factors = SIMD4<Double>(0.3, -2, 1e6, 0.7)
      let start = (0..<count).map { _ in random.unit() }
      var (byHand, sums) = (start, start)
      for place in 0..<4 { VectorKernels.addScaled(rows[place], factor: factors[place], to: &byHand, count: count) }
      rows[0].withUnsafeBufferPointer { a in
        rows[1].withUnsafeBufferPointer { b in
          rows[2].withUnsafeBufferPointer { c in
            rows[3].withUnsafeBufferPointer { d in
              guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress, let d = d.baseAddress else {
                return
              }
              VectorKernels.addScaled((a, b, c, d), factors: factors, to: &sums, count: count)
              #expect(sums == byHand)
              #if arch(x86_64)
                if Self.isWide {
                  var avx2 = start
                  VectorKernelsAVX2.addScaled((a, b, c, d), factors: factors, to: &avx2, count: count)
                  #expect(avx2 == sums)
                }
              #endif
            }
          }
        }
      }
    }
  }

  @Test func distancesComeFromProductsUnlessRowsAreNear() {
    var random = KeyedRandom(seed: 9)
    for count in [1, 15, 63, 64, 65, 200] {
      let squares = (0..<count).map { _ in Float(1 + random.unit()) }
      // Every seventh row is near.
      let products = squares.enumerated().map { ($1 + 2) / 2 * ($0 % 7 == 0 ? 0.99 : Float(random.unit()) * 0.9) }
      func distances(
        _ run: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, (Int) -> Float) -> Void
      ) -> (values: [Float], asked: [Int]) {
        var (values, asked) = (products, [Int]())
        run(&values, squares) {
          asked.append($0)
          return -Float($0)
        }
        return (values, asked)
      }
      let found = distances {
        VectorKernels.squaredDistances($0, square: 2, squares: $1, count: count, nearness: 0.0625, exact: $2)
      }
      #expect(found.asked == (0..<count).filter { $0 % 7 == 0 })
      for place in 0..<count {
        let byHand = place % 7 == 0 ? -Float(place) : squares[place] + 2 - (products[place] + products[place])
        #expect(found.values[place] == byHand, "\(count) \(place)")
      }
      #if arch(x86_64)
        if Self.isWide {
          let avx2 = distances {
            VectorKernelsAVX2.squaredDistances($0, square: 2, squares: $1, count: count, nearness: 0.0625, exact: $2)
          }
          #expect(avx2 == found)
        }
      #endif
    }
  }

  @Test func numbersBelowALimitAreFoundAsLongAsThereIsRoom() {
    var random = KeyedRandom(seed: 11)
    for (count, share) in [(1, 0.5), (127, 0.1), (128, 0), (129, 0.01), (1000, 0.02), (1024, 0.9)] {
      let values = (0..<count).map { _ in random.unit() < share ? Float(random.unit()) : 1 + Float(random.unit()) }
      let below = values.indices.filter { values[$0] < 1 }
      for most in [0, below.count / 2, below.count, count] {
        func found(
          _ run: (Float, UnsafePointer<Float>, Int, UnsafeMutablePointer<Int32>, Int) -> Int
        ) -> (count: Int, indices: [Int]) {
          var indices = Array(repeating: Int32(-1), count: count + 1)
          let found = run(1, values, count, &indices, most)
          return (found, indices.prefix { $0 >= 0 }.map(Int.init))
        }
        let ours = found { VectorKernels.indicesBelow($0, of: $1, count: $2, into: $3, most: $4) }
        #expect(ours.count == (below.count > most ? most + 1 : below.count))
        #expect(ours.indices == Array(below.prefix(most)))
        #if arch(x86_64)
          if Self.isWide {
            let avx2 = found { VectorKernelsAVX2.indicesBelow($0, of: $1, count: $2, into: $3, most: $4) }
            #expect(avx2 == ours)
          }
        #endif
      }
    }
  }

  @Test func productsAreTheSameSumsWhateverStandsBesideThem() {
    var random = KeyedRandom(seed: 12)
    for (count, others, width) in [(1, 1, 1), (7, 15, 5), (8, 16, 256), (9, 17, 700), (20, 40, 3)] {
      let rowStride = width + 2
      let rows = (0..<count * rowStride).map { _ in Float(random.unit() - 0.5) }
      let targets = (0..<others * width).map { _ in Float(random.unit() - 0.5) }
      let packed = PackedRows(targets, count: others, width: width)
      var products = Array(repeating: Float(-9), count: count * (others + 1))
      packed.products(
        of: rows, count, rowStride: rowStride, with: 0..<others, into: &products, stride: others + 1)
      for row in 0..<count {
        for other in 0..<others {
          let byHand = stride(from: 0, to: width, by: 256).reduce(Float(0)) { sum, first in
            sum
              + (first..<min(first + 256, width)).reduce(Float(0)) {
                $0 + targets[other * width + $1] * rows[row * rowStride + $1]
              }
          }
          #expect(products[row * (others + 1) + other] == byHand, "\(count) \(others) \(width): \(row) \(other)")
        }
        #expect(products[row * (others + 1) + others] == -9, "nothing beyond the last")
      }
      #if arch(x86_64)
        if Self.isWide {
          var panels = Array(repeating: Float(0), count: (others + 15) / 16 * 16 * width)
          for other in 0..<others {
            for feature in 0..<width {
              panels[other / 16 * 16 * width + feature * 16 + other % 16] = targets[other * width + feature]
            }
          }
          var base = Array(repeating: Float(-9), count: products.count)
          var avx2 = base
          VectorKernels.rowProducts(
            rows, count: count, rowStride: rowStride, panels: panels, columns: others, width: width, into: &base,
            stride: others + 1)
          VectorKernelsAVX2.rowProducts(
            rows, count: count, rowStride: rowStride, panels: panels, columns: others, width: width, into: &avx2,
            stride: others + 1)
          #expect(avx2 == products && base == products)
        }
      #endif
    }
  }

  @Test func aSquaredDistanceIsTheSumOfSquaredDifferences() {
    var random = KeyedRandom(seed: 10)
    for count in [1, 7, 8, 9, 136] {
      let (x, y) = ((0..<count).map { _ in random.unit() }, (0..<count).map { _ in random.unit() })
      let byHand = zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let distance = VectorKernels.squaredDistance(x, y, count: count)
      #expect(abs(distance - byHand) <= 1e-14 * byHand)
      #if arch(x86_64)
        if Self.isWide { #expect(VectorKernelsAVX2.squaredDistance(x, y, count: count) == distance) }
      #endif
    }
  }
}

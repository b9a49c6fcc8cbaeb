import Basics

/// The derivatives of the loss with respect to every training row's margins, as integers.
struct LossGradients: Sendable {
  /// For each output the cells by place.
  private(set) var cells: [[GradientCell]]
  /// For each output how its derivatives were scaled.
  private(set) var scales: [GradientScale] = []

  private let rowCount: Int
  private let outputCount: Int
  private var firsts: [Float]
  private var seconds: [Float]
  /// The cells of four outputs side by side, `(groups of four × places)`.
  private var outputGroups: [SIMD4<GradientCell>]

  init(rowCount: Int, outputCount: Int) {
    self.rowCount = rowCount
    self.outputCount = outputCount
    cells = Array(repeating: Array(repeating: 0, count: rowCount), count: outputCount)
    firsts = Array(repeating: 0, count: rowCount * outputCount)
    seconds = firsts
    let groups = outputCount > 1 ? (outputCount + 3) / 4 : 0
    outputGroups = Array(repeating: .zero, count: groups * rowCount)
  }

  /// Computes the derivatives of some rows.
  mutating func compute(rows: [UInt32], labels: [UInt16], weights: [Float], margins: UnsafeBufferPointer<Float>) {
    var largest = Array(repeating: (first: Float(0), second: Float(0)), count: outputCount)
    let outputCount = outputCount
    rows.withUnsafeBufferPointer { rows in
      labels.withUnsafeBufferPointer { labels in
        weights.withUnsafeBufferPointer { weights in
          firsts.withUnsafeMutableBufferPointer { firsts in
            seconds.withUnsafeMutableBufferPointer { seconds in
              lossDerivatives(
                rows: rows, labels: labels, weights: weights, margins: margins, outputCount: outputCount,
                firsts: firsts, seconds: seconds, largest: &largest)
            }
          }
        }
      }
    }
    scales = largest.map {
      GradientScale(largestFirst: $0.first, largestSecond: $0.second, rows: rows.count)
    }
    for output in 0..<outputCount {
      let scale = scales[output]
      cells[output].withUnsafeMutableBufferPointer { cells in
        firsts.withUnsafeBufferPointer { firsts in
          seconds.withUnsafeBufferPointer { seconds in
            for row in rows {
              let place = Int(row)
              cells[place] = scale.cell(
                first: firsts[place &* outputCount &+ output], second: seconds[place &* outputCount &+ output])
            }
          }
        }
      }
    }
    guard !outputGroups.isEmpty else { return }
    for output in 0..<outputCount {
      let first = output / 4 * rowCount
      outputGroups.withUnsafeMutableBufferPointer { outputGroups in
        cells[output].withUnsafeBufferPointer { cells in
          for row in rows { outputGroups[first &+ Int(row)][output & 3] = cells[Int(row)] }
        }
      }
    }
  }

  /// The histogram of all rows for each output, four outputs in one pass; none for a single output, which gains nothing.
  func rootHistograms(of rows: [UInt32], bins: BinnedRows, threads: Int) throws -> [[GradientCell]] {
    guard !outputGroups.isEmpty else { return [] }
    let tileCells = BinnedRows.tileWidth * bins.stride
    let tiles = try Parallel.map(count: bins.tileCount, threads: threads) { tile in
      stride(from: 0, to: outputCount, by: 4).flatMap { first -> [[GradientCell]] in
        let cells = withUnsafeTemporaryAllocation(of: SIMD4<GradientCell>.self, capacity: tileCells) { cells in
          cells.initialize(repeating: .zero)
          rows.withUnsafeBufferPointer { rows in
            bins.words.withUnsafeBufferPointer { words in
              outputGroups.withUnsafeBufferPointer { outputGroups in
                if let words = words.baseAddress, let outputGroups = outputGroups.baseAddress,
                  let cells = cells.baseAddress
                {
                  addRowsOfFourOutputs(
                    rows, words: words + tile * bins.rowCount, gradients: outputGroups + first / 4 * rowCount,
                    to: cells,
                    stride: bins.stride)
                }
              }
            }
          }
          return (0..<min(4, outputCount - first)).map { lane in cells.map { $0[lane] } }
        }
        return cells
      }
    }
    return (0..<outputCount).map { output in tiles.flatMap { $0[output] } }
  }
}

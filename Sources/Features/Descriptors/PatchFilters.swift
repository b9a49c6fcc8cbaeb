import Basics
import Foundation
import Landmarks
import Learning
import Vectors

/// A face as counts of visual words (Coates, Lee & Ng 2011, AISTATS 15): how strongly each filter answers to the patches in each
/// part of the face.
///
/// A patch of 6 × 6 pixels is brought to mean 0 and, but for faint ones, unit contrast; a filter's answer is their product,
/// of which what exceeds a threshold counts, for each sign by itself. Answers are summed up over the patches of each cell of
/// the face, where a patch on the border of two cells counts for both in part, and square roots taken. The filters are centers of patches of faces after whitening (`scripts/make-patch-filters.py`
/// made them, from pictures without their classes), multiplied by the whitening, together with their mirror images.
package struct PatchFilters: Sendable {
  /// Pixels of a patch's sides.
  static let side = 6
  /// Cells in a row, and rows of cells.
  static let cells = 4
  /// What an answer must exceed.
  static let threshold: Float = 0.5
  /// Squared gray levels that are added to a patch's variance, so that what is flat stays faint.
  static let minVariance: Float = 10

  /// Filter after filter, row after row of a patch.
  package let filters: [Float]
  private let packed: PackedRows
  /// The number of filters.
  package let count: Int

  /// - Precondition: whole filters.
  package init(filters: [Float]) {
    precondition(filters.count % (Self.side * Self.side) == 0, "whole filters")
    self.filters = filters
    count = filters.count / (Self.side * Self.side)
    packed = PackedRows(filters, count: count, width: Self.side * Self.side)
  }

  /// Filters from 16-bit floats, low byte first.
  init(base64: String) {
    let bytes = [UInt8](Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
    self.init(
      filters: stride(from: 0, to: bytes.count, by: 2).map {
        Float(Float16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8))
      })
  }

  /// The numbers of a face.
  package var columns: Int { Self.cells * Self.cells * 2 * count }

  /// The names of the numbers, counted from 1: `r<row>_c<column>_f<filter>` for answers, `r<row>_c<column>_f<filter>_neg` for
  /// the opposite.
  package var names: [String] {
    (1...Self.cells).flatMap { row in
      (1...Self.cells).flatMap { column in
        (1...count).map { "r\(row)_c\(column)_f\($0)" } + (1...count).map { "r\(row)_c\(column)_f\($0)_neg" }
      }
    }
  }

  /// The numbers of faces from their chips, `(faces, columns)` row after row.
  ///
  /// - Throws: `DataError` for chips of another size.
  /// - Complexity: O(faces × pixels × filters).
  package func values(of chips: DescriptorTable) throws -> [Float] {
    guard DescriptorKind.chip.isPossible(columns: chips.columns) else {
      throw DataError("chips of \(chips.columns) numbers; \(DescriptorKind.chip.standardColumns) are expected")
    }
    let blocks = (chips.rows + Self.blockFaces - 1) / Self.blockFaces
    let parts = Parallel.values(count: blocks, threads: Parallel.availableThreads) { block in
      let first = block * Self.blockFaces
      var scratch = Scratch(filters: count)
      return (first..<min(first + Self.blockFaces, chips.rows)).flatMap { row in
        values(ofChip: chips.values[row * chips.columns..<(row + 1) * chips.columns], &scratch)
      }
    }
    var all: [Float] = []
    all.reserveCapacity(chips.rows * columns)
    for part in parts { all += part }
    return all
  }

  private static let blockFaces = 64

  /// Patches in a row, and rows of patches.
  private static let positions = DescriptorKind.chipSide - side + 1

  /// For each position along a side the cells that it lies in, with its shares: a position on the border of two cells counts
  /// for both, so that a face and its mirror image have the same cells.
  private static let cellsOfPosition: [[(cell: Int, share: Float)]] = (0..<positions).map { position in
    let (first, last) = (position * cells, (position + 1) * cells)
    let (cell, next) = (first / positions, (last - 1) / positions)
    if cell == next { return [(cell, 1)] }
    let share = Float(next * positions - first) / Float(cells)
    return [(cell, share), (next, 1 - share)]
  }

  private struct Scratch {
    var patches = Array(repeating: Float(0), count: positions * positions * side * side)
    var answers: [Float]

    init(filters: Int) { answers = Array(repeating: 0, count: positions * positions * filters) }
  }

  private func values(ofChip chip: ArraySlice<Float16>, _ scratch: inout Scratch) -> [Float] {
    let (side, positions) = (Self.side, Self.positions)
    let size = side * side
    let pixels = chip.map(Float.init)
    for row in 0..<positions {
      for column in 0..<positions {
        let target = (row * positions + column) * size
        var (sum, squares) = (Float(0), Float(0))
        for y in 0..<side {
          let source = (row + y) * DescriptorKind.chipSide + column
          for x in 0..<side {
            let value = pixels[source + x]
            scratch.patches[target + y * side + x] = value
            sum += value
            squares += value * value
          }
        }
        let mean = sum / Float(size)
        let variance = max(squares / Float(size) - mean * mean, 0)
        let factor = 1 / (variance + Self.minVariance).squareRoot()
        for place in target..<target + size { scratch.patches[place] = (scratch.patches[place] - mean) * factor }
      }
    }
    packed.products(
      of: scratch.patches, positions * positions, rowStride: size, with: 0..<count, into: &scratch.answers,
      stride: count)
    var sums = Array(repeating: Float(0), count: columns)
    let width = 2 * count
    sums.withUnsafeMutableBufferPointer { sums in
      scratch.answers.withUnsafeBufferPointer { answers in
        for row in 0..<positions {
          for column in 0..<positions {
            let source = (row * positions + column) * count
            for (down, height) in Self.cellsOfPosition[row] {
              for (right, length) in Self.cellsOfPosition[column] {
                let (target, share) = ((down * Self.cells + right) * width, height * length)
                for filter in 0..<count {
                  let answer = answers[source &+ filter]
                  sums[target &+ filter] += share * max(answer - Self.threshold, 0)
                  sums[target &+ count &+ filter] += share * max(-answer - Self.threshold, 0)
                }
              }
            }
          }
        }
      }
    }
    let patchesOfCell = Float(positions * positions) / Float(Self.cells * Self.cells)
    return sums.map { ($0 / patchesOfCell).squareRoot() }
  }
}

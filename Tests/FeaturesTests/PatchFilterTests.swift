import Features
import Foundation
import Landmarks
import Learning
import Testing

@Suite struct PatchFilterTests {
  private let chip: [Float16] = {
    var random = KeyedRandom(seed: 7)
    return (0..<48 * 48).map { Float16((Int(random.below(120)) + $0 / 48 * 2) % 256) }
  }()

  private func values(_ chips: [[Float16]], _ filters: PatchFilters = .standard) throws -> [Float] {
    try filters.values(of: DescriptorTable(rows: chips.count, columns: 48 * 48, values: chips.flatMap { $0 }))
  }

  /// The part of a position of 43 that lies in a cell of four along a side of equal lengths.
  private func overlap(_ position: Int, _ cell: Int) -> Double {
    let length = 43.0 / 4
    let (from, to) = (
      max(Double(position), Double(cell) * length), min(Double(position + 1), Double(cell + 1) * length)
    )
    return max(to - from, 0)
  }

  /// The definition, patch by patch and filter by filter.
  private func defined(_ chip: [Float16], _ filters: PatchFilters) -> [Double] {
    var sums = Array(repeating: 0.0, count: 16 * 2 * filters.count)
    for top in 0..<43 {
      for left in 0..<43 {
        let patch = (0..<36).map { Double(chip[(top + $0 / 6) * 48 + left + $0 % 6]) }
        let mean = patch.reduce(0, +) / 36
        let variance = patch.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 36
        for filter in 0..<filters.count {
          let answer = (0..<36).reduce(0) {
            $0 + (patch[$1] - mean) / (variance + 10).squareRoot() * Double(filters.filters[filter * 36 + $1])
          }
          for cell in 0..<16 {
            let share = overlap(top, cell / 4) * overlap(left, cell % 4)
            sums[cell * 2 * filters.count + filter] += share * max(answer - 0.5, 0)
            sums[cell * 2 * filters.count + filters.count + filter] += share * max(-answer - 0.5, 0)
          }
        }
      }
    }
    return sums.map { ($0 / (43 * 43 / 16)).squareRoot() }
  }

  @Test func numbersAreWhatTheDefinitionSays() throws {
    let some = PatchFilters(filters: Array(PatchFilters.standard.filters.prefix(5 * 36)))
    for (own, defined) in zip(try values([chip], some), defined(chip, some)) {
      #expect(abs(Double(own) - defined) < 1e-3 * (1 + defined))
    }
  }

  @Test func filtersComeInPairsThatAMirrorTurnsIntoEachOther() {
    let filters = PatchFilters.standard
    #expect(filters.count == 128 && filters.columns == 4096 && filters.names.count == filters.columns)
    for filter in 0..<64 {
      let own = Array(filters.filters[filter * 36..<(filter + 1) * 36])
      let other = Array(filters.filters[(filter + 64) * 36..<(filter + 65) * 36])
      var flipped: [Float] = []
      for row in 0..<6 {
        flipped += own[row * 6..<(row + 1) * 6].reversed()
      }
      #expect(other == flipped)
      #expect(own.contains { $0 != 0 })
    }
  }

  @Test func aFaceAndItsMirrorImageHaveEachOthersNumbers() throws {
    var flipped: [Float16] = []
    for row in 0..<48 {
      flipped += chip[row * 48..<(row + 1) * 48].reversed()
    }
    let both = try values([chip, flipped])
    let columns = PatchFilters.standard.columns
    for cell in 0..<16 {
      for filter in 0..<256 {
        let mirroredCell = cell / 4 * 4 + 3 - cell % 4
        let mirroredFilter = filter / 128 * 128 + (filter + 64) % 128
        let own: Float = both[cell * 256 + filter]
        let mirrored: Float = both[columns + mirroredCell * 256 + mirroredFilter]
        #expect(abs(own - mirrored) < 1e-3 * (1 + own), "cell \(cell), filter \(filter)")
      }
    }
  }

  @Test func aFlatFaceHasNothingAndABrighterOneTheSame() throws {
    let own = try values([chip, chip.map { $0 + 16 }, Array(repeating: 100, count: 48 * 48)])
    let columns = PatchFilters.standard.columns
    #expect(own[..<columns].contains { $0 > 0.1 })
    for (dark, bright) in zip(own[..<columns], own[columns..<2 * columns]) {
      #expect(abs(dark - bright) < 0.02, "\(dark) \(bright)")
    }
    #expect(own[(2 * columns)...].allSatisfy { $0 == 0 })
  }

  @Test func aFacesNumbersDoNotDependOnItsCompany() throws {
    let others = (0..<70).map { shift in (0..<48 * 48).map { chip[($0 + 97 * shift) % (48 * 48)] } }
    let together = try values(others)
    let columns = PatchFilters.standard.columns
    #expect(try values([others[69]]) == Array(together[(69 * columns)...]))
  }

  @Test func chipsOfAnotherSizeAreRefused() {
    #expect(throws: DataError.self) {
      try PatchFilters.standard.values(of: DescriptorTable(rows: 1, columns: 4, values: [1, 2, 3, 4]))
    }
  }

  @Test func aChipsMirrorImageIsTheMirroredFaces() throws {
    let faces = Faces(
      scheme: .ibug68, coordinates: (0..<136).map { Float($0) },
      descriptors: [.chip: DescriptorTable(rows: 1, columns: 48 * 48, values: chip)])
    let mirrored = try #require(try faces.mirrored().descriptors[.chip]?.values)
    #expect(mirrored[0] == chip[47] && mirrored[48 * 5 + 3] == chip[48 * 5 + 44])
  }
}

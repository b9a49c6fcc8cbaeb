import Basics
import Foundation
import Landmarks
import Testing

@Suite struct DescriptorTableTests {
  private let path = NSTemporaryDirectory() + "mien-\(UUID().uuidString).npy"

  @Test func whatIsWrittenIsRead() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (rows, columns) in [(0, 3), (1, 1), (3, 62), (20, 6076)] {
      let table = DescriptorTable(
        rows: rows, columns: columns, values: (0..<rows * columns).map { Float16(Float($0 % 997) / 64 - 3) })
      try table.write(to: path)
      #expect(try DescriptorTable(contentsOf: path) == table)
    }
  }

  @Test func namesSayWhereANumberIsAndMirrorImagesAreAcrossTheRow() {
    let layout = FHOGLayout.standard
    let names = layout.names
    #expect(names.count == layout.columns && Set(names).count == layout.columns)
    func cell(_ name: String) -> [Int] { name.split(separator: "_").prefix(2).compactMap { Int($0.dropFirst()) } }
    for (place, from) in layout.mirror.enumerated() {
      let (own, image) = (cell(names[place]), cell(names[from]))
      #expect(own.count == 2 && image == [own[0], layout.side + 1 - own[1]])
    }
  }

  /// The bytes that numpy.save writes for numpy.array([[1, -2, 0.5]], numpy.float16).
  @Test func aFileIsNumPysOwn() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try DescriptorTable(rows: 1, columns: 3, values: [1, -2, 0.5]).write(to: path)
    var expected = Data([0x93] + "NUMPY".utf8 + [1, 0, 118, 0])
    let header = "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 3), }"
    expected.append(contentsOf: (header + String(repeating: " ", count: 117 - header.utf8.count) + "\n").utf8)
    expected.append(contentsOf: [0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == expected)
  }

  @Test func everyTruncationAndEveryForeignFileIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try DescriptorTable(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6]).write(to: path)
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in 0..<data.count {
      try data.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(throws: TableError.self, "\(length) bytes") { try DescriptorTable(contentsOf: path) }
    }
    var notFinite = data
    notFinite[notFinite.count - 1] = 0x7C
    notFinite[notFinite.count - 2] = 0
    for foreign in [data + Data([0]), notFinite, Data("1,2,3\n".utf8)] {
      try foreign.write(to: URL(fileURLWithPath: path))
      #expect(throws: TableError.self) { try DescriptorTable(contentsOf: path) }
    }
  }
}

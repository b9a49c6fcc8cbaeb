import Landmarks
import Testing

@Suite struct NearDuplicatesTests {
  @Test func rowsAreJoinedByChainsOfFewDifferentBits() {
    let base: UInt64 = 0x0123_4567_89AB_CDEF
    let hashes = [
      base, base ^ 0x3, base ^ 0xF,  // 2 bits from one to the next, 4 from the first to the last
      ~base, ~base ^ 1 << 63, ~base ^ 0x1F << 10,
    ].map(NearDuplicates.text)
    #expect(NearDuplicates.groups(hashes: hashes) == [0, 0, 0, 3, 3, 5])
  }

  @Test func rowsWithoutAHashStandAlone() {
    #expect(NearDuplicates.groups(hashes: ["", "", "xyz", "00000000000000ff", "00000000000000fe"]) == [0, 1, 2, 3, 3])
  }
}

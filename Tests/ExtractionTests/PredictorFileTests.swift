import Extraction
import Foundation
import Landmarks
import TestSupport
import Testing

/// A predictor's file, written as dlib writes it.
fileprivate struct PredictorBytes {
  var version = 1
  var points = 2
  var shape: [Float] = [0.25, 0.5, 0.75, 0.5]
  /// The two features and the threshold of each split of the only tree.
  var splits: [(Int, Int, Float)] = [(0, 1, 10)]
  var leafRows = 4
  var leaves = 2
  var anchors = [0, 1]
  var deltaCount = 2
  var trailing: [UInt8] = []

  var data: Data {
    var bytes: [UInt8] = []
    func integer(_ value: Int) {
      var rest = value.magnitude
      var digits: [UInt8] = []
      repeat {
        digits.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      } while rest > 0
      bytes.append(UInt8(digits.count) | (value < 0 ? 0x80 : 0))
      bytes += digits
    }
    func number(_ value: Float) {
      guard value != 0 else {
        integer(0)
        integer(40)
        return
      }
      var mantissa = Int(value.significand * 0x1p23)
      var exponent = Int(value.exponent) - 23
      while mantissa & 0xFF == 0 {
        mantissa >>= 8
        exponent += 8
      }
      integer(value < 0 ? -mantissa : mantissa)
      integer(exponent)
    }
    func column(_ values: [Float]) {
      integer(-values.count)
      integer(-1)
      values.forEach(number)
    }
    integer(version)
    column(shape)
    integer(1)  // cascades
    integer(1)  // trees
    integer(splits.count)
    for split in splits {
      integer(split.0)
      integer(split.1)
      number(split.2)
    }
    integer(leaves)
    for leaf in 0..<leaves { column((0..<leafRows).map { Float($0) / 128 - Float(leaf) / 64 }) }
    integer(1)
    integer(anchors.count)
    anchors.forEach(integer)
    integer(1)
    integer(deltaCount)
    for delta in 0..<2 * deltaCount { number(Float(delta) / 16) }
    return Data(bytes + trailing)
  }
}

@Suite struct PredictorFileTests {
  private func load(_ data: Data) throws -> LandmarkPredictor {
    let folder = try TemporaryFolder()
    try data.write(to: URL(fileURLWithPath: folder.path + "/p.dat"))
    return try LandmarkPredictor(path: folder.path + "/p.dat")
  }

  private func refusal(_ data: Data) -> String? {
    do {
      _ = try load(data)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func faces(_ predictor: LandmarkPredictor) throws -> [FaceLandmarks] {
    try FaceLandmarkDetector(predictor: predictor, options: ExtractionOptions(faceBox: .image))
      .faces(inImageAt: Repository.samples + "/faces/happy/tiny_gray.png")
  }

  @Test func aPredictorOfAnyNumberOfPointsIsUsed() throws {
    let predictor = try load(PredictorBytes().data)
    #expect(predictor.scheme.pointCount == 2)
    let points = try #require(try faces(predictor).first).points
    #expect(points.count == 4 && points.allSatisfy(\.isFinite))
  }

  fileprivate static let faults: [(claim: String, change: @Sendable (inout PredictorBytes) -> Void)] = [
    ("a split's index of 2^40", { $0.splits[0].0 = 1 << 40 }), ("a split's index of 65535", { $0.splits[0].1 = 65535 }),
    ("a split's index of the number of features", { $0.splits[0].0 = 2 }),
    ("a negative index", { $0.splits[0].0 = -1 }), ("an anchor that is no point", { $0.anchors[1] = 2 }),
    ("a threshold that is huge", { $0.splits[0].2 = 1e30 }), ("a missing leaf", { $0.leaves = 1 }),
    ("a leaf too many", { $0.leaves = 3 }), ("leaves of other dimensions", { $0.leafRows = 6 }),
    ("a shape of odd length", { $0.shape.removeLast() }), ("no points", { $0.shape = [] }),
    ("other deltas than anchors", { $0.deltaCount = 3 }), ("another version", { $0.version = 2 }),
    ("bytes behind its end", { $0.trailing = [0] }),
    ("numbers that are huge", { $0.shape[0] = 1e20 }),
  ]

  @Test(arguments: 0..<15)
  func aPredictorWithAFaultIsRefused(index: Int) throws {
    #expect(Self.faults.count == 15)
    var bytes = PredictorBytes()
    Self.faults[index].change(&bytes)
    let text = try #require(refusal(bytes.data), "\(Self.faults[index].claim) is accepted")
    #expect(text.contains("not a dlib shape predictor, or damaged: at byte"))
  }

  @Test func everyTruncationIsRefused() {
    let whole = PredictorBytes().data
    for length in 0..<whole.count { #expect(refusal(whole.prefix(length)) != nil, "\(length)") }
  }

  /// What remains after a flipped bit is refused, or another predictor that is as safe to use.
  @Test func noFlippedBitLeadsToACrash() throws {
    let whole = PredictorBytes().data
    var accepted = 0
    for bit in 0..<8 * whole.count {
      var changed = whole
      changed[bit / 8] ^= 1 << (bit % 8)
      guard let predictor = try? load(changed) else { continue }
      accepted += 1
      #expect(try faces(predictor).first?.points.allSatisfy(\.isFinite) == true, "bit \(bit)")
    }
    #expect(accepted < 4 * whole.count, "\(accepted) of \(8 * whole.count)")
  }

  @Test func aDamagedCopyOfTheUsualPredictorIsTold() throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: LandmarkPredictor.defaultPath))
    // The last byte but two is the mantissa of a delta: another number, and nothing else is wrong with it.
    bytes[bytes.count - 3] ^= 2
    #expect(try #require(refusal(bytes)).contains("damaged"))
    #expect(try #require(refusal(bytes.prefix(1_000_000))).contains("the file ends too early"))
  }

  @Test func aCompressedPredictorIsToBeUnpacked() throws {
    #expect(try #require(refusal(Data("BZh91AY&SY".utf8))).contains("unpack it: bunzip2 --keep"))
  }
}

import Basics
import Extraction
import Features
import Foundation
import ImageDecoding
import Landmarks
import Mien
import ModelFiles

/// Runs libFuzzer on one of the readers of files that come from outside; `scripts/fuzz.sh` builds and calls it.
///
///     MIEN_FUZZ_TARGET=image MienFuzz -max_total_time=60 CORPUS
///
/// Errors are what readers are to answer with; a trap, a sanitizer's finding or a time-out is not.
@main
enum MienFuzz {
  /// What reads the bytes, by name.
  static let targets: [String: @Sendable (Data) throws -> Void] = [
    "image": { data in
      var limits = ImageFile.Limits()
      // As many as are decoded in little time.
      limits.maxPixels = 1_000_000
      limits.maxScanPixels = 20_000_000
      let file = try ImageFile(bytes: data, limits: limits)
      _ = try? file.uprightSize()
      _ = try file.decoded()
    },
    "predictor": { data in
      let predictor = try LandmarkPredictor(bytes: data, path: "x.dat")
      let picture = try Picture(width: 16, height: 16, rgb: (0..<768).map { UInt8(truncatingIfNeeded: $0 * 7) })
      let points = try predictor.points(inWhole: picture)
      precondition(points.allSatisfy(\.isFinite), "points are numbers")
    },
    "table": { data in
      let table = try LandmarkTable(csv: data, path: "x.csv")
      // Numbers are written with fewer digits, so points may come together; anything else must be read again.
      if table.rowCount > 0, table.coordinates.allSatisfy({ $0 == $0.rounded() }) {
        _ = try LandmarkTable(csv: Data(table.csv.utf8), path: "x.csv")
      }
    },
    "experiment": { data in
      let experiment = try Experiment(yaml: String(decoding: data, as: UTF8.self), path: "x.yaml")
      _ = experiment.candidates.count
      _ = try Experiment(yaml: experiment.yaml(relativeTo: "."), path: "x.yaml")
    },
    "model": { data in
      let model = try TrainedModel(fileData: TrainedModel.file(holding: data), path: "x.mien")
      guard model.features.descriptors.isEmpty, model.scheme.pointCount < 500 else { return }
      let coordinates = (0..<2 * model.scheme.pointCount).map { Float($0 * 37 % 100) }
      let faces = Faces(scheme: model.scheme, coordinates: coordinates, descriptors: [:])
      let probabilities = try model.probabilities(of: faces)
      precondition(probabilities.values.allSatisfy(\.isFinite), "probabilities are numbers")
    },
  ]

  static let target = targets[ProcessInfo.processInfo.environment["MIEN_FUZZ_TARGET"] ?? ""]

  static func main() {
    guard target != nil else {
      print("set MIEN_FUZZ_TARGET to one of \(targets.keys.sorted().joined(separator: ", "))")
      exit(64)
    }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runFuzzer(&count, &arguments) { bytes, count in
        try? MienFuzz.target?(Data(bytes: bytes, count: count))
        return 0
      })
  }
}

/// libFuzzer's own main function, for programs that have another.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

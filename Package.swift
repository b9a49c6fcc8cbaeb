// swift-tools-version: 6.2
import PackageDescription

// Continuous integration sets CI; there a warning is an error.
let isStrict = Context.environment["CI"] != nil
let swiftSettings: [SwiftSetting] =
  isStrict ? [.treatAllWarnings(as: .error)] : []

/// A library target of our own, with the settings that all of them share.
func library(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: swiftSettings)
}

// The same loops once more for processors with AVX2 and with AVX-512, chosen at run time. The compiler fuses no operations
// of its own accord, so all give the same bits.
#if arch(x86_64)
  let wideKernels: [Target.Dependency] = ["VectorKernelsAVX2", "VectorKernelsAVX512"]
  let wideTargets: [Target] = [
    .target(
      name: "VectorKernelsAVX2", dependencies: ["CPrefetch"],
      swiftSettings: swiftSettings + [.unsafeFlags(["-Xcc", "-mavx2"])]),
    .target(
      name: "VectorKernelsAVX512", dependencies: ["CPrefetch"],
      swiftSettings: swiftSettings + [.unsafeFlags(["-Xcc", "-mavx512f"])]),
  ]
#else
  let wideKernels: [Target.Dependency] = []
  let wideTargets: [Target] = []
#endif

// Fuzz targets need libFuzzer and instrumented code: scripts/fuzz.sh sets this and builds in a folder of its own.
let fuzzTargets: [Target] =
  Context.environment["MIEN_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "MienFuzz",
      dependencies: ["Mien", "Extraction", "ImageDecoding", "Landmarks", "Features", "ModelFiles", "Basics"],
      path: "Tests/Fuzz")
  ]

let package = Package(
  name: "Mien",
  products: [
    .library(name: "Mien", targets: ["Mien"]),
    .library(name: "Landmarks", targets: ["Landmarks"]),
    .library(name: "Extraction", targets: ["Extraction"]),
    .executable(name: "mien", targets: ["MienCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The detector is unusable unoptimised (70 times slower), so the shim is optimised in debug builds too.
    .target(
      name: "CDlib",
      cxxSettings: [.unsafeFlags(["-O2"])],
      linkerSettings: [.linkedLibrary("dlib"), .linkedLibrary("openblas")]),

    // Decoders in C, optimized in debug builds too.
    .target(
      name: "CImageCodecs", cSettings: [.unsafeFlags(["-O2"])],
      linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("exif")]),
    library("ImageDecoding", ["CImageCodecs"]),

    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    library("Basics", ["COpenSSL"]),
    library("Landmarks", ["Basics"]),
    library("Extraction", ["CDlib", "ImageDecoding", "Landmarks", "Basics"]),
    library("Learning", ["COpenBLAS", "Vectors", "Basics"]),
    library("TreeEnsembles", ["Learning", "Basics"]),
    .systemLibrary(name: "CPrefetch"),
    library("VectorKernels", ["CPrefetch"]),
    library("Vectors", ["VectorKernels", "Basics"] + wideKernels),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    library("KernelMachines", ["COpenBLAS", "Learning", "Vectors", "VectorKernels", "Basics"]),
    library("ModelSelection", ["Learning", "Basics"]),
    library("Features", ["Landmarks", "Learning", "Vectors", "Basics"]),
    library("Embedding", ["COpenBLAS", "Learning", "Basics"]),
    library(
      "ModelFiles",
      [
        "Learning", "TreeEnsembles", "KernelMachines", "Features", "Landmarks", "Basics",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["Messages/model.proto"]),
    library(
      "Reporting",
      ["Landmarks", "Learning", "ModelSelection", "Basics", .product(name: "Mustache", package: "swift-mustache")]),
    library(
      "Mien",
      [
        "Landmarks", "Learning", "TreeEnsembles", "KernelMachines", "ModelSelection", "Features", "Embedding",
        "ModelFiles", "Reporting", "ImageDecoding", "Basics",
        .product(name: "Yams", package: "Yams"),
      ]),
    // Replaces the allocation functions of a process: for the program alone, not for libraries.
    .target(name: "CProcess", cSettings: [.unsafeFlags(["-fno-builtin"])]),
    .executableTarget(
      name: "MienCommand",
      dependencies: [
        "CProcess", "Mien", "Extraction", "ImageDecoding", "Landmarks", "Features", "ModelFiles", "ModelSelection",
        "Reporting", "Learning",
        "Basics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),

    .executableTarget(
      name: "MienBenchmark",
      dependencies: [
        "CProcess", "Mien", "Features", "KernelMachines", "Landmarks", "Learning", "ModelSelection", "Reporting",
        "Basics",
      ],
      path: "Benchmarks/MienBenchmark", swiftSettings: swiftSettings),

    .target(
      name: "TestSupport", dependencies: ["Learning"], path: "Tests/TestSupport", swiftSettings: swiftSettings),
    tests("BasicsTests", ["Basics"]),
    tests("LandmarksTests", ["Landmarks", "Basics"]),
    tests("ImageDecodingTests", ["ImageDecoding"]),
    tests("ExtractionTests", ["Extraction", "ImageDecoding", "Landmarks", "Basics"]),
    tests("LearningTests", ["Learning"]),
    tests("VectorKernelsTests", ["VectorKernels", "Vectors", "Learning"] + wideKernels),
    tests("TreeEnsemblesTests", ["TreeEnsembles", "Learning"]),
    tests("KernelMachinesTests", ["KernelMachines", "Learning", "ModelSelection"]),
    tests("ModelSelectionTests", ["ModelSelection", "Learning", "Basics"]),
    tests(
      "ModelFilesTests",
      [
        "ModelFiles", "Features", "Landmarks", "Learning", "TreeEnsembles", "KernelMachines", "Basics",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    tests("FeaturesTests", ["Features", "Landmarks", "Learning"]),
    tests("EmbeddingTests", ["Embedding", "Learning"]),
    tests("ReportingTests", ["Reporting", "Landmarks", "Learning", "ModelSelection", "Basics"]),
    tests(
      "MienTests",
      [
        "Mien", "Extraction", "ImageDecoding", "Features", "Landmarks", "Learning", "ModelFiles", "ModelSelection",
        "TreeEnsembles", "Basics",
      ]),
    tests("MienCommandTests", ["MienCommand", "Learning"]),
  ] + wideTargets + fuzzTargets,
  cxxLanguageStandard: .cxx17
)

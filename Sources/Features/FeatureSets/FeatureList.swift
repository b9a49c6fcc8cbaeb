import Landmarks
import Learning

/// What a learner looks at: stages of features side by side, each in its own scale, reduced and weighed by itself.
public struct FeatureList: Hashable, Sendable, CustomStringConvertible {
  /// The stages.
  public let pipeline: FeaturePipeline
  /// What becomes of the numbers of each stage.
  public let options: [FeatureSetOptions]

  /// A list of stages, whose numbers stay as they are if nothing is said.
  ///
  /// - Precondition: options for every stage.
  public init(_ pipeline: FeaturePipeline, options: [FeatureSetOptions]? = nil) {
    precondition(options.map { $0.count == pipeline.stages.count } ?? true, "options for every stage")
    self.pipeline = pipeline
    self.options = options ?? pipeline.stages.map { _ in FeatureSetOptions() }
  }

  /// The stages, first to last.
  public var stages: [FeaturePipeline.FeatureSet] { pipeline.stages }

  /// Each stage as an experiment writes it: `aligned`, or `fhog: {pca: 300}`.
  public var entries: [String] {
    zip(stages, options).map { $1.areNone ? $0.rawValue : "\($0.rawValue): \($1)" }
  }

  /// The list as an experiment writes it: `[fhog: {pca: 300}, aligned]`.
  public var description: String { "[" + entries.joined(separator: ", ") + "]" }

  /// How the list looks at a table of features.
  ///
  /// - Parameters:
  ///   - columns: those of each stage in the table.
  ///   - componentCount: how many principal components all stages together are reduced to; `nil` for none.
  package func view(
    columns: [FeaturePipeline.FeatureSet: Range<Int>], componentCount: Int?, seed: UInt64
  ) -> FeatureTransform.Settings {
    FeatureTransform.Settings(
      stages: zip(stages, options).map { .init(columns: columns[$0] ?? 0..<0, options: $1) },
      componentCount: componentCount, seed: seed)
  }
}

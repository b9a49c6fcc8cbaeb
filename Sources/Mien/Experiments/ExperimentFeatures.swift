import Features
import Learning
import Yams

/// Lists of stages and their options.
extension ExperimentReader {
  /// A list of stages, or a list of such lists to search over.
  func features() throws -> [FeatureList] {
    guard let value = node("features") else { return [FeatureList(try FeaturePipeline(stageNames: ["raw"]))] }
    guard let items = value.sequence, items.contains(where: { $0.sequence != nil }) else {
      return [try list(value)]
    }
    var lists: [FeatureList] = []
    for item in items {
      guard item.sequence != nil else {
        throw error(item, "features must be stages, or lists of stages to search over, not both", key: "features")
      }
      let list = try list(item)
      guard !lists.contains(list) else {
        throw error(item, "features \(list) stand twice: leave one out", key: "features")
      }
      lists.append(list)
    }
    return lists
  }

  func list(_ value: Node) throws -> FeatureList {
    let entries = try (value.sequence.map(Array.init) ?? [value]).map(stage)
    let pipeline: FeaturePipeline
    do {
      pipeline = try FeaturePipeline(stageNames: entries.map(\.name))
    } catch {
      throw self.error(value, "\(error)", key: "features")
    }
    let list = FeatureList(pipeline, options: entries.map(\.options))
    let isReduced = node("pca").map { !$0.isNull } == true
    for (stage, options) in zip(list.stages, list.options)
    where stage.descriptor != nil && options.componentCount == nil && !isReduced {
      throw error(
        value, "features with \(stage.rawValue) have thousands of numbers: set pca, such as pca: 300", key: "features")
    }
    return list
  }

  /// A stage by its name, or `name: {scale: …, pca: …, weight: …}`.
  func stage(_ value: Node) throws -> (name: String, options: FeatureSetOptions) {
    guard let mapping = value.mapping else { return (Self.shown(value), FeatureSetOptions()) }
    guard mapping.count == 1, let (key, given) = mapping.first, let name = key.string else {
      throw error(
        value, "features must be stages, each alone or as name: {pca: 300}, was \(Self.shown(value))", key: "features")
    }
    guard !given.isNull else { return (name, FeatureSetOptions()) }
    guard let entries = given.mapping else {
      throw error(
        given, "\(name) must have its options as in \(name): {pca: 300}, was \(Self.shown(given))", key: "features",
        or: key)
    }
    var (scale, componentCount, weight) = (FeatureScaler.Method.none, Int?.none, 1.0)
    for (key, value) in entries {
      func refused(_ requirement: String) -> ExperimentError {
        error(
          value, "\(key.string ?? "") of \(name) must be \(requirement), was \(Self.shown(value))", key: "features",
          or: key)
      }
      switch key.string {
      case "scale":
        guard let given = FeatureScaler.Method(rawValue: value.string ?? "") else {
          throw refused("one of " + FeatureScaler.Method.allCases.map(\.rawValue).joined(separator: ", "))
        }
        scale = given
      case "pca":
        guard value.isNull || value.int.map(Self.componentCounts.contains) == true else {
          throw refused("an integer from 1 to 10000, or null")
        }
        componentCount = value.isNull ? nil : value.int
      case "weight":
        guard let given = value.float, Self.weights.contains(given) else {
          throw refused("a number from 0.000001 to 1000000")
        }
        weight = given
      default:
        throw error(
          key, "unknown option \"\(key.string ?? "")\" of \(name); known are scale, pca, weight", key: "features",
          or: value)
      }
    }
    return (name, FeatureSetOptions(scale: scale, componentCount: componentCount, weight: weight))
  }

  /// A learner's scale brings all columns to one size, which undoes what weights and components of stages are for.
  func refuseScale(after lists: [FeatureList], learners: Node) throws {
    let stages = lists.flatMap { zip($0.stages, $0.options) }
    guard let (stage, options) = stages.first(where: { $1.weight != 1 || $1.componentCount != nil }) else { return }
    let grids = (learners.mapping ?? [:]).flatMap { _, grid in
      (grid.mapping ?? [:]).filter { $0.key.string == "scale" }
        .flatMap { key, value in (value.sequence.map(Array.init) ?? [value]).map { (value: $0, fallback: key) } }
    }
    let whole = node("scale").map { [(value: $0, fallback: $0)] } ?? []
    for (key, scales) in [("scale", whole), ("learners", grids)] {
      for (value, fallback) in scales where !value.isNull && value.string != FeatureScaler.Method.none.rawValue {
        throw error(
          value,
          "scale: \(Self.shown(value)) would undo the \(options.weight != 1 ? "weight" : "components") of "
            + "\(stage.rawValue): give stages a scale of their own, as in aligned: {scale: standard}", key: key,
          or: fallback)
      }
    }
  }
}

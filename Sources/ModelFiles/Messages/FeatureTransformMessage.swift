import Features
import Landmarks
import Learning

extension Mien_StageMap {
  init(_ map: FeatureTransform.Map) {
    self.init()
    switch map {
    case .unchanged: break
    case .scaled(let scaler):
      scaling = .with {
        $0.offset = scaler.offsets
        $0.factor = scaler.factors
      }
    case .reduced(let components, let weight):
      reduction = .with {
        $0.components = Mien_PrincipalComponents(components)
        $0.weight = weight
      }
    }
  }

  /// The map, after every number has been checked; `nil` for numbers that stay as they are and of which it is not known how
  /// many there are.
  fileprivate func map(featureCount expected: Int?) throws(InvalidModel) -> FeatureTransform.Map? {
    let map: FeatureTransform.Map
    switch kind {
    case nil: return expected.map { .unchanged(count: $0) }
    case .scaling(let scaling):
      // As wide as those of support vector machines.
      guard !scaling.offset.isEmpty, scaling.offset.count == scaling.factor.count,
        (scaling.offset + scaling.factor).allSatisfy({ abs($0) <= 1e31 })
      else { throw InvalidModel(reason: "a scale that no stage has") }
      map = .scaled(FeatureScaler(offsets: scaling.offset, factors: scaling.factor))
    case .reduction(let reduction):
      guard reduction.weight > 0, reduction.weight <= 1e9 else {
        throw InvalidModel(reason: "a weight of \(reduction.weight)")
      }
      map = .reduced(try PrincipalComponents(reduction.components), weight: reduction.weight)
    }
    guard expected == nil || map.featureCount == expected else {
      throw InvalidModel(reason: "a stage of \(map.featureCount) features, expected \(expected ?? 0)")
    }
    return map
  }
}

extension FeatureTransform {
  /// What becomes of a model's features, after every number has been checked; `nil` where they stay as they are.
  static func checked(
    _ message: Mien_Model, features: FeaturePipeline, scheme: LandmarkScheme
  ) throws(InvalidModel) -> FeatureTransform? {
    guard message.stageMaps.isEmpty || message.stageMaps.count == features.stages.count else {
      throw InvalidModel(reason: "\(message.stageMaps.count) stage maps for \(features.stages.count) stages")
    }
    let components = message.hasComponents ? try PrincipalComponents(message.components) : nil
    let columns = features.columns(for: scheme)
    var maps: [Map?] = []
    for (place, stage) in features.stages.enumerated() {
      let form = message.stageMaps.isEmpty ? Mien_StageMap() : message.stageMaps[place]
      // How many numbers a descriptor has is known from what becomes of them.
      maps.append(try form.map(featureCount: stage == .fhog ? nil : columns[place].count))
    }
    let known = maps.reduce(0) { $0 + ($1?.count ?? 0) }
    let left = (components?.featureCount ?? known) - known
    // No stage stands twice, so that no more than one is unknown.
    guard maps.contains(where: { $0 == nil }) ? left > 0 : left == 0 else {
      throw InvalidModel(reason: "components of \(components?.featureCount ?? 0) features, expected \(known)")
    }
    let stages = maps.map { $0 ?? .unchanged(count: left) }
    return stages.allSatisfy(\.isUnchanged) && components == nil
      ? nil : FeatureTransform(stages: stages, components: components)
  }
}

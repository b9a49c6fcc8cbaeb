/// What becomes of the numbers of one stage of features before they stand beside those of others: they are scaled, then
/// reduced to principal components, then multiplied by a weight, as in scikit-learn's `ColumnTransformer`.
public struct FeatureSetOptions: Hashable, Sendable {
  /// What the numbers are brought to first, by the training rows.
  public let scale: FeatureScaler.Method
  /// How many principal components they are reduced to, by the training rows; `nil` for none.
  public let componentCount: Int?
  /// What they are multiplied by in the end, above 0.
  public let weight: Double

  /// Options from their parts.
  ///
  /// - Precondition: one component or more, a finite weight above 0.
  public init(scale: FeatureScaler.Method = .none, componentCount: Int? = nil, weight: Double = 1) {
    precondition(componentCount ?? 1 > 0, "one component or more")
    precondition(weight > 0 && weight.isFinite, "a finite weight above 0")
    self.scale = scale
    self.componentCount = componentCount
    self.weight = weight
  }

  /// Whether the numbers stay as they are.
  public var areNone: Bool { self == FeatureSetOptions() }
}

extension FeatureSetOptions: CustomStringConvertible {
  /// What differs from nothing, as YAML writes it: `{pca: 300, weight: 0.5}`.
  public var description: String { "{" + entries.map { "\($0): \($1)" }.joined(separator: ", ") + "}" }

  /// What differs from nothing, in the order in which it is done.
  package var entries: [(name: String, value: ParameterValue)] {
    var entries: [(name: String, value: ParameterValue)] = []
    if scale != .none { entries.append(("scale", .text(scale.rawValue))) }
    if let componentCount { entries.append(("pca", .integer(componentCount))) }
    if weight != 1 { entries.append(("weight", .real(weight))) }
    return entries
  }
}

/// A parameter's value, as it stands in an experiment.
public enum ParameterValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case text(String)
  /// Class names and their weights.
  case weights([String: Double])
}

extension ParameterValue: CustomStringConvertible {
  /// The value as YAML writes it.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .text(let value): value
    case .weights(let weights):
      "{" + weights.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }
}

/// The values of a candidate by parameter name, in scikit-learn's and XGBoost's spelling.
public struct ParameterValues: Hashable, Sendable {
  private var values: [String: ParameterValue]

  /// Values by name.
  public init(_ values: [String: ParameterValue] = [:]) { self.values = values }

  /// The value of a parameter, or `nil` when it is left at its default.
  public subscript(_ name: String) -> ParameterValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Names and values, sorted by name as scikit-learn lists them.
  public var sorted: [(name: String, value: ParameterValue)] {
    values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
  }
}

extension ParameterValues {
  /// The values as YAML writes them, by name.
  public var texts: [String: String] { values.mapValues(\.description) }
}

extension ParameterValues: CustomStringConvertible {
  /// `max_depth 6, n_estimators 300`.
  public var description: String { sorted.map { "\($0.name) \($0.value)" }.joined(separator: ", ") }
}

/// What a parameter may be. Rules are data: one list serves checking, documentation and tests of refusals.
public struct ParameterConstraint: Sendable {
  /// One set of allowed values; a parameter may have several.
  public enum Domain: Sendable {
    case null
    case bool
    case integer(ClosedRange<Int>)
    /// Reals above the first bound and up to the second.
    case real(above: Double, upTo: Double)
    /// Reals above the first bound and below the second.
    case realBetween(Double, Double)
    /// Integers and reals above 0 and up to the bound.
    case positive(upTo: Double)
    /// Integers and reals from 0 up to the bound.
    case nonNegative(upTo: Double)
    /// Integers and reals between the bounds, these included.
    case number(from: Double, to: Double)
    case choice([String])
    /// Class names with weights from 10⁻⁹ to 10⁹.
    case weights
  }

  /// The name in an experiment, such as `max_depth`.
  public let name: String
  /// The sets of allowed values.
  public let domains: [Domain]
  /// What is taken when nothing is said.
  public let defaultValue: ParameterValue
  /// One sentence on what the parameter does.
  public let summary: String

  /// A rule from its parts.
  public init(_ name: String, _ domains: [Domain], default defaultValue: ParameterValue, _ summary: String) {
    self.name = name
    self.domains = domains
    self.defaultValue = defaultValue
    self.summary = summary
  }

  /// Whether a value is in one of the sets.
  public func allows(_ value: ParameterValue) -> Bool {
    domains.contains { domain in
      switch (domain, value) {
      case (.null, .null), (.bool, .bool): true
      case (.integer(let range), .integer(let number)): range.contains(number)
      case (.real(let lower, let upper), .real(let number)): number > lower && number <= upper
      case (.realBetween(let lower, let upper), .real(let number)): number > lower && number < upper
      case (.positive(let upper), .integer), (.positive(let upper), .real):
        value.realValue.map { $0 > 0 && $0 <= upper } ?? false
      case (.nonNegative(let upper), .integer), (.nonNegative(let upper), .real):
        value.realValue.map { $0 >= 0 && $0 <= upper } ?? false
      case (.number(let lower, let upper), .integer), (.number(let lower, let upper), .real):
        value.realValue.map { $0 >= lower && $0 <= upper } ?? false
      case (.choice(let names), .text(let name)): names.contains(name)
      case (.weights, .weights(let weights)): !weights.isEmpty && weights.values.allSatisfy((1e-9...1e9).contains)
      default: false
      }
    }
  }

  /// The allowed values in words: `an integer ≥ 1 or null`.
  public var requirement: String {
    domains.map { domain in
      switch domain {
      case .null: "null"
      case .bool: "true or false"
      case .integer(let range) where range.upperBound == .max: "an integer ≥ \(range.lowerBound)"
      case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
      case .real(let lower, let upper): "a number > \(lower) and ≤ \(upper)"
      case .realBetween(let lower, let upper): "a number > \(lower) and < \(upper)"
      case .positive(let upper): "a number > 0 and ≤ \(upper)"
      case .nonNegative(let upper): "a number ≥ 0 and ≤ \(upper)"
      case .number(let lower, let upper): "a number from \(lower) to \(upper)"
      case .choice(let names): names.joined(separator: ", ")
      case .weights: "weights by class name from 1e-9 to 1e9"
      }
    }.joined(separator: " or ")
  }
}

/// A parameter that cannot be used: its name, what it must be, and what it was.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The parameter as experiments spell it.
  public let parameter: String
  /// What is asked of it.
  public let requirement: String
  /// The value that was given, when that is what is wrong.
  public let was: ParameterValue?

  /// An error from its parts.
  public init(parameter: String, requirement: String, was: ParameterValue? = nil) {
    self.parameter = parameter
    self.requirement = requirement
    self.was = was
  }

  /// `max_depth must be an integer ≥ 1 or null, was 0`.
  public var description: String { "\(parameter) \(requirement)" + (was.map { ", was \($0)" } ?? "") }
}

extension ParameterValue {
  /// The value when it is an integer.
  public var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }
  /// The value when it is a number.
  public var realValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }
  /// The value when it is text.
  public var textValue: String? { if case .text(let value) = self { value } else { nil } }
}

import Learning

/// One point of a grid: a family of learners and values for its parameters.
public struct Candidate: Sendable {
  /// Which of several lists of features a candidate looks at.
  public struct Features: Hashable, Sendable {
    /// The place of the list among those that are searched.
    public let place: Int
    /// What tables call it, such as `[aligned, distances]`.
    public let name: String

    /// A choice from its parts.
    public init(place: Int, name: String) {
      self.place = place
      self.name = name
    }
  }

  /// What is fitted.
  public let family: any LearnerDescriptor
  /// The values that the grid sets; other parameters keep their defaults.
  public let values: ParameterValues
  /// What is looked at; `nil` where there is no choice.
  public let features: Features?

  /// A candidate from its parts.
  public init(family: any LearnerDescriptor, values: ParameterValues, features: Features? = nil) {
    self.family = family
    self.values = values
    self.features = features
  }

  /// A learner and the features that it looks at.
  public struct Key: Hashable, Sendable {
    /// The name of the family.
    public let family: String
    /// The place of its list among those that are searched.
    public let place: Int
  }

  /// The candidate's learner with its features.
  public var key: Key { Key(family: family.name, place: features?.place ?? 0) }

  /// What sets the candidate apart from others of its family: the grid's values, and `features` where there is a choice.
  public var choices: ParameterValues {
    var choices = values
    if let features { choices["features"] = .text(features.name) }
    return choices
  }
}

extension Candidate: CustomStringConvertible {
  /// `random_forest: max_depth 6, n_estimators 300`.
  public var description: String { "\(family.name): \(choices)" }
}

/// Lists of values by parameter; every combination is a candidate.
public struct ParameterGrid: Hashable, Sendable {
  /// The values to try for each parameter.
  public let lists: [String: [ParameterValue]]

  /// A grid from its lists.
  public init(_ lists: [String: [ParameterValue]]) { self.lists = lists }

  /// All combinations in the order of scikit-learn's `ParameterGrid`: names sorted, the last one fastest.
  public var combinations: [ParameterValues] {
    lists.sorted { $0.key < $1.key }.reduce([ParameterValues()]) { combinations, list in
      combinations.flatMap { combination in
        list.value.map { value in
          var extended = combination
          extended[list.key] = value
          return extended
        }
      }
    }
  }
}

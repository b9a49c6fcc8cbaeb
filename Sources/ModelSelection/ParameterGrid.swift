import Learning

/// One point of a grid: a family of learners and values for its parameters.
public struct Candidate: Sendable {
  /// What is fitted.
  public let family: any LearnerFamily
  /// The values that the grid sets; other parameters keep their defaults.
  public let values: ParameterValues

  /// A candidate from its parts.
  public init(family: any LearnerFamily, values: ParameterValues) {
    self.family = family
    self.values = values
  }
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

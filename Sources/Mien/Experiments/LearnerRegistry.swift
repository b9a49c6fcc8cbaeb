import KernelMachines
import Learning
import TreeEnsembles

/// The learners that an experiment can name.
public enum LearnerRegistry {
  /// Every family there is.
  public static let all: [any LearnerDescriptor] = [
    RandomForestDescriptor(), GradientBoostingDescriptor(), SupportVectorMachineDescriptor(),
  ]

  /// The family with this name in experiments, or `nil`.
  public static func named(_ name: String) -> (any LearnerDescriptor)? { all.first { $0.name == name } }
}

import KernelMachines
import Learning
import TreeEnsembles

/// The learners that an experiment can name.
public enum LearnerFamilies {
  /// Every family there is.
  public static let all: [any LearnerFamily] = [RandomForestFamily(), GradientBoostingFamily(), SupportVectorFamily()]

  /// The family with this name in experiments, or `nil`.
  public static func named(_ name: String) -> (any LearnerFamily)? { all.first { $0.name == name } }
}

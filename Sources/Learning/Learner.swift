/// Parameters of a learning method, checked and ready to be fitted. Fitting returns a model of another type, so a
/// model that is not fitted cannot be written.
///
/// Learners that are equal are the same problem: a search solves them once.
public protocol Learner: Hashable, Sendable {
  /// What fitting gives.
  associatedtype Model: Classifier

  /// Fits a model.
  ///
  /// The same rows and seed give the same model, to the bit, at any number of threads.
  ///
  /// - Throws: `DataError` when the rows cannot be learned from.
  func fit(_ rows: LabeledRows, seed: UInt64, threads: Int) throws -> Model
}

/// A kind of learner as an experiment names it: what its parameters are called, and how values become a learner.
public protocol LearnerDescriptor: Sendable {
  /// The name in experiments, such as `random_forest`.
  var name: String { get }
  /// Every parameter that an experiment may set.
  var parameters: [ParameterConstraint] { get }

  /// The learner with these values; parameters not named keep their defaults.
  ///
  /// - Throws: `ParameterError` naming the parameter, what it must be and what it was.
  func learner(_ values: ParameterValues) throws -> any Learner
}

extension LearnerDescriptor {
  /// Checks names and values against `parameters`.
  package func check(_ values: ParameterValues) throws(ParameterError) {
    for (name, value) in values.sorted {
      guard let rule = parameters.first(where: { $0.name == name }) else {
        throw ParameterError(
          parameter: name,
          requirement: "is not a parameter of \(self.name); it has "
            + parameters.map(\.name).joined(separator: ", "))
      }
      guard rule.allows(value) else {
        throw ParameterError(parameter: name, requirement: "must be \(rule.requirement)", was: value)
      }
    }
  }
}

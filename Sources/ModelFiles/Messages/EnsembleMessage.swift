import Landmarks
import Learning

extension Mien_Ensemble {
  init(_ ensemble: Ensemble) {
    self.init()
    members = ensemble.members.map(Mien_Model.init)
    switch ensemble.combination {
    case .voting(let weights): voting = .with { $0.weight = weights }
    case .stacking(let regression):
      stacking = .with {
        $0.coefficient = regression.coefficients
        $0.intercept = regression.intercepts
      }
    }
  }

  /// The ensemble, after every number has been checked.
  func ensemble(classes: [String], scheme: LandmarkScheme) throws(InvalidModel) -> Ensemble {
    guard !members.isEmpty else { throw InvalidModel(reason: "an ensemble without members") }
    var decoded: [TrainedModel] = []
    for (number, member) in members.enumerated() {
      if case .ensemble = member.learner { throw InvalidModel(reason: "member \(number) is an ensemble itself") }
      let model = try TrainedModel(member)
      guard model.classes == classes, model.scheme == scheme else {
        throw InvalidModel(reason: "member \(number) has other classes or points")
      }
      decoded.append(model)
    }
    return Ensemble(members: decoded, combination: try checkedCombination(classCount: classes.count))
  }

  /// No regression that was fitted has a number beyond this.
  private static let maxNumber = 1e6

  private func checkedCombination(classCount: Int) throws(InvalidModel) -> EnsembleRule {
    switch combination {
    case .voting(let voting):
      guard voting.weight.count == members.count, voting.weight.allSatisfy({ $0 >= 0 && $0 <= 1 }),
        abs(voting.weight.reduce(0, +) - 1) <= 1e-9
      else { throw InvalidModel(reason: "the weights are not shares of \(members.count) members") }
      return .voting(weights: voting.weight)
    case .stacking(let stacking):
      guard stacking.coefficient.count == members.count * classCount * classCount,
        stacking.intercept.count == classCount,
        (stacking.coefficient + stacking.intercept).allSatisfy({ abs($0) <= Self.maxNumber })
      else { throw InvalidModel(reason: "the regression is not one of \(members.count) members") }
      return .stacking(
        MultinomialRegression(coefficients: stacking.coefficient, intercepts: stacking.intercept))
    case nil: throw InvalidModel(reason: "an ensemble without weights, or of a newer Mien")
    }
  }
}

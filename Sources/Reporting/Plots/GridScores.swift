import Basics
import Learning
import ModelSelection

/// What the candidates of one learner scored, by the parameters in which they differ.
package struct GridScores: Sendable {
  /// A parameter with more than one value.
  package struct Parameter: Sendable {
    package let name: String
    /// Numbers by size, then all others in the order of the grid; `nil` where the grid does not set the parameter.
    package let values: [ParameterValue?]

    /// Whether all values are numbers, so that distances between them mean something.
    package var isNumeric: Bool { values.allSatisfy { $0?.realValue?.isFinite == true } }

    /// A value as pictures show it: shortened, if all values can be told apart then.
    func label(_ value: Int) -> String {
      let whole = values.map { $0?.description ?? "default" }
      let short = whole.map { Gnuplot.shortened($0, to: 18) }
      return Set(short).count == Set(whole).count ? short[value] : whole[value]
    }
  }

  /// One candidate.
  package struct Entry: Sendable {
    /// The index of its value in each parameter.
    package let places: [Int]
    package let mean: Double
    package let std: Double
    package let values: ParameterValues
  }

  package let learner: String
  /// The name of the score.
  package let scoring: String
  package let foldCount: Int
  /// Sorted by name.
  package let parameters: [Parameter]
  /// In the order of the candidates.
  package let entries: [Entry]

  /// The parameters of three numbers or more whose smallest or largest the best candidate has, and does better by than with
  /// the next one.
  package var edges: [String] {
    guard let best else { return [] }
    return parameters.indices.filter { index in
      let (parameter, place) = (parameters[index], best.places[index])
      guard parameter.isNumeric, parameter.values.count > 2, place == 0 || place == parameter.values.count - 1 else {
        return false
      }
      var next = best.places
      next[index] = place == 0 ? 1 : place - 1
      return !entries.contains { $0.places == next && $0.mean == best.mean }
    }.map { parameters[$0].name }
  }

  /// One for each learner, in the order of the candidates.
  package static func all(of results: SearchResults) -> [GridScores] {
    var learners: [String] = []
    for result in results.candidates where !learners.contains(result.candidate.family.name) {
      learners.append(result.candidate.family.name)
    }
    return learners.map { learner in
      let candidates = results.candidates.filter { $0.candidate.family.name == learner }
      return GridScores(
        learner: learner, scoring: candidates.first?.scoring.rawValue ?? "score", foldCount: results.folds.count,
        candidates: candidates.map { ($0.candidate.choices, $0.meanScore, $0.stdScore) })
    }
  }

  /// The scores of candidates.
  package init(
    learner: String, scoring: String, foldCount: Int, candidates: [(values: ParameterValues, mean: Double, std: Double)]
  ) {
    self.learner = learner
    self.scoring = scoring
    self.foldCount = foldCount
    let names = Set(candidates.flatMap { $0.values.sorted.map(\.name) }).sorted()
    let parameters = names.map { name in
      Parameter(name: name, values: Self.distinctValues(candidates.map { $0.values[name] }))
    }.filter { $0.values.count > 1 }
    self.parameters = parameters
    entries = candidates.map { candidate in
      Entry(
        places: parameters.map { $0.values.firstIndex(of: candidate.values[$0.name]) ?? 0 }, mean: candidate.mean,
        std: candidate.std, values: candidate.values)
    }
  }

  private static func distinctValues(_ values: [ParameterValue?]) -> [ParameterValue?] {
    var distinct: [ParameterValue?] = []
    var seen: Set<ParameterValue?> = []
    for value in values where seen.insert(value).inserted { distinct.append(value) }
    let numbers = distinct.filter { $0?.realValue != nil }
      .sorted { ($0?.realValue ?? 0) < ($1?.realValue ?? 0) }
    return numbers + distinct.filter { $0?.realValue == nil }
  }

  /// The best candidate, the first of equals.
  package var best: Entry? { entries.min { $0.mean > $1.mean } }

  /// For each value of a parameter, the best of the candidates that have it: the parameter's validation curve.
  package func curve(_ parameter: Int) -> [(value: Int, entry: Entry)] {
    parameters[parameter].values.indices.compactMap { value in
      entries.filter { $0.places[parameter] == value }.min { $0.mean > $1.mean }.map { (value, $0) }
    }
  }

  /// The parameters of the two axes of a map: numbers before others, then those with the most values.
  package var axes: (x: Int, y: Int)? {
    guard parameters.count > 1 else { return nil }
    let order = parameters.indices.sorted { first, second in
      let (a, b) = (parameters[first], parameters[second])
      if a.isNumeric != b.isNumeric { return a.isNumeric }
      return a.values.count != b.values.count ? a.values.count > b.values.count : first < second
    }
    return (order[0], order[1])
  }

  /// The values of an entry that are the same within a map.
  func placesOffAxes(_ entry: Entry, _ axes: (x: Int, y: Int)) -> [Int] {
    entry.places.indices.filter { $0 != axes.x && $0 != axes.y }.map { entry.places[$0] }
  }

  /// The parameters that stay the same within a map, in words: `criterion gini`.
  func panelTitle(_ entry: Entry, axes: (x: Int, y: Int)) -> String {
    parameters.indices.filter { $0 != axes.x && $0 != axes.y }
      .map { "\(parameters[$0].name) \(parameters[$0].label(entry.places[$0]))" }.joined(separator: ", ")
  }

  /// `mean accuracy of 5 folds`.
  var scoreLabel: String { "mean \(scoring) of \(foldCount) folds" }
}

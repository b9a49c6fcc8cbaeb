import Basics
import Learning
import ModelSelection

extension SearchResults {
  /// The table of `GridSearchCV.cv_results_`: scikit-learn's columns, one row a candidate, after a `learner` column.
  ///
  /// A parameter that a candidate's grid does not set is empty; `param_features` is there when features are searched over;
  /// `params` is a JSON object; `shared_with` is the row of
  /// the candidate (from 0) that is the same problem and whose results these are. Then come every score, named as
  /// scikit-learn names them when there are several, and `peak_memory_bytes`: the most that the process held while one of
  /// the candidate's fits was at work, empty where that is not known.
  package var csv: String {
    let parameterNames = Set(candidates.flatMap { $0.candidate.choices.sorted.map(\.name) }).sorted()
    let foldCount = folds.count
    var csv = CSVText(
      header: ["learner", "mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"]
        + parameterNames.map { "param_\($0)" } + ["params"]
        + (0..<foldCount).map { "split\($0)_test_score" }
        + ["mean_test_score", "std_test_score", "rank_test_score", "shared_with"]
        + Scoring.allCases.flatMap {
          ["mean_test_\($0.rawValue)", "std_test_\($0.rawValue)", "rank_test_\($0.rawValue)"]
        } + ["peak_memory_bytes"])
    for result in candidates {
      let times = [result.folds.map(\.fitTime), result.folds.map(\.scoreTime)].flatMap { times in
        [CandidateResult.mean(times), CandidateResult.standardDeviation(times)]
      }
      csv.append(
        [result.candidate.family.name] + times.map { DecimalText.text($0, 6) }
          + parameterNames.map { result.candidate.choices[$0]?.description ?? "" }
          + [result.candidate.choices.json] + result.foldScores.map { "\($0)" }
          + ["\(result.meanScore)", "\(result.stdScore)", "\(result.rank)"]
          + [result.sharedWith.map { "\($0)" } ?? ""]
          + Scoring.allCases.flatMap { scoring in
            let rank = 1 + candidates.count { $0.mean(scoring) > result.mean(scoring) }
            return [
              "\(result.mean(scoring))", "\(CandidateResult.standardDeviation(result.scores(scoring)))", "\(rank)",
            ]
          } + [result.peakMemory.map { "\($0)" } ?? ""])
    }
    return csv.text
  }
}

extension ParameterValues {
  /// The values as a JSON object, sorted by name.
  package var json: String { "{" + sorted.map { "\"\($0.name)\": \($0.value.json)" }.joined(separator: ", ") + "}" }
}

extension ParameterValue {
  fileprivate var json: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .weights(let weights):
      "{" + weights.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)): \($0.value)" }.joined(separator: ", ")
        + "}"
    default: description
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
  }
}

extension Reliability {
  /// `from,to,rows,mean_probability,accuracy,accuracy_low,accuracy_high`, one line a bin that holds predictions.
  package var csv: String {
    var csv = CSVText(
      header: ["from", "to", "rows", "mean_probability", "accuracy", "accuracy_low", "accuracy_high"])
    for bin in bins {
      let interval = bin.accuracy.interval
      csv.append(
        [DecimalText.text(bin.range.lowerBound, 4), DecimalText.text(bin.range.upperBound, 4), "\(bin.accuracy.rows)"]
          + [bin.confidence, bin.accuracy.accuracy, interval.lowerBound, interval.upperBound].map { "\($0)" })
    }
    return csv.text
  }
}

extension ConfusionMatrix {
  /// The matrix as a table: true classes down, predicted classes across.
  package var csv: String {
    var csv = CSVText(header: ["true"] + classes)
    for (name, row) in zip(classes, counts) { csv.append([name] + row.map(String.init)) }
    return csv.text
  }
}

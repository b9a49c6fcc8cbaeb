import Basics
import ModelSelection

extension ClassificationReport {
  /// The report in the layout of scikit-learn's `classification_report`, two digits after the point by default.
  package func text(digits: Int = 2) -> String {
    let nameWidth = max((classes + ["weighted avg"]).map(\.count).max() ?? 0, digits)
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func line(_ name: String, _ fields: [String]) -> String {
      right(name, nameWidth) + " " + fields.map { " " + right($0, 9) }.joined() + "\n"
    }
    func scores(_ name: String, _ scores: Scores) -> String {
      line(
        name, [scores.precision, scores.recall, scores.f1].map { DecimalText.text($0, digits) } + ["\(scores.support)"])
    }
    var text = line("", ["precision", "recall", "f1-score", "support"]) + "\n"
    for (name, classScores) in zip(classes, perClass) { text += scores(name, classScores) }
    text += "\n" + line("accuracy", ["", "", DecimalText.text(accuracy.accuracy, digits), "\(accuracy.rows)"])
    text += scores("macro avg", macroAverage) + scores("weighted avg", weightedAverage)
    return text
  }

  /// The report as a table: `class,precision,recall,f1_score,support`.
  package var csv: String {
    var csv = CSVText(header: ["class", "precision", "recall", "f1_score", "support"])
    let rows = Array(zip(classes, perClass)) + [("macro avg", macroAverage), ("weighted avg", weightedAverage)]
    for (name, scores) in rows {
      csv.append([name, "\(scores.precision)", "\(scores.recall)", "\(scores.f1)", "\(scores.support)"])
    }
    return csv.text
  }
}

import Basics
import Foundation
import ModelSelection

/// The report of a run as one HTML file that needs nothing else: figures are inside it.
package struct ReportPage: Sendable {
  package struct Figure: Sendable {
    package var name: String
    package var svg: String
    package var caption: String

    package init(name: String, svg: String, caption: String) {
      self.name = name
      self.svg = svg
      self.caption = caption
    }
  }

  private let title: String
  private let facts: [(String, String)]
  private let notes: [String]
  private let results: SearchResults
  private let classificationReport: String
  private let figures: [Figure]

  package init(
    title: String, facts: [(String, String)], notes: [String], results: SearchResults, classificationReport: String,
    figures: [Figure]
  ) {
    self.title = title
    self.facts = facts
    self.notes = notes
    self.results = results
    self.classificationReport = classificationReport
    self.figures = figures
  }

  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Self.escaped(title)) – Mien</title>
    <style>
    body { font: 16px/1.5 "DejaVu Sans", "Helvetica Neue", sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ccc; }
    table { border-collapse: collapse; } th, td { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top; }
    thead th { border-bottom: 1px solid #888; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
    tr.best { background: #eaf2fa; } pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; }
    figure { margin: 1.5rem 0; } figure svg { max-width: 100%; height: auto; } figcaption { color: #555; }
    .note { background: #fff6dd; padding: .4rem .8rem; }
    @media print { body { margin: 0; max-width: none; } figure { break-inside: avoid; } }
    </style>
    </head>
    <body>
    <h1>\(Self.escaped(title))</h1>
    <table>
    \(facts.map { "<tr><th>\(Self.escaped($0))</th><td>\(Self.escaped($1))</td></tr>" }.joined(separator: "\n"))
    </table>
    \(notes.map { "<p class=\"note\">\(Self.escaped($0))</p>" }.joined(separator: "\n"))
    <h2>Candidates</h2>
    \(candidateTable)
    <h2>Classification report</h2>
    <pre>\(Self.escaped(classificationReport))</pre>
    <h2>Figures</h2>
    \(figures.map(Self.figure).joined(separator: "\n"))
    </body>
    </html>

    """
  }

  private var candidateTable: String {
    let rows = results.candidates.sorted { $0.rank < $1.rank }.map { result in
      """
      <tr\(result.rank == 1 ? " class=\"best\"" : "")><td class="number">\(result.rank)</td>\
      <td>\(Self.escaped(result.candidate.family.name))</td><td>\(Self.escaped(result.candidate.choices.description))</td>\
      <td class="number">\(Decimal.text(result.meanScore, 4))</td>\
      <td class="number">\(Decimal.text(result.stdScore, 4))</td></tr>
      """
    }
    return """
      <table><thead><tr><th class="number">rank</th><th>learner</th><th>parameters</th>\
      <th class="number">mean \(results.candidates.first?.scoring.rawValue ?? "score")</th><th class="number">std</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table>
      """
  }

  /// An SVG file inside a page: without its XML prologue, and with ids of its own, as every gnuplot file uses the same.
  private static func figure(_ figure: Figure) -> String {
    var svg = figure.svg
    if let start = svg.range(of: "<svg") { svg = String(svg[start.lowerBound...]) }
    for marker in ["id=\"", "id='", "href='#", "href=\"#", "url(#"] {
      svg = svg.split(separator: marker, omittingEmptySubsequences: false).joined(separator: marker + figure.name + "_")
    }
    return "<figure>\n\(svg)\n<figcaption>\(escaped(figure.caption))</figcaption>\n</figure>"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

import Basics
import Learning
import ModelSelection
import Reporting

/// What an ensemble is made of, for files and pages.
struct MemberTable {
  let ensemble: String
  /// From the largest share down.
  let members: [Metrics.Member]

  /// The members of an ensemble; `nil` for a candidate.
  init?(_ result: any RankedModel, _ experiment: Experiment) {
    guard let result = result as? EnsembleResult else { return nil }
    ensemble = result.name
    let order = result.members.indices.sorted {
      (result.members[$0].share, $1) > (result.members[$1].share, $0)
    }
    members = order.map { place in
      let candidate = result.members[place].result.candidate
      return Metrics.Member(
        learner: candidate.family.name, features: experiment.features[candidate.key.place].description,
        parameters: candidate.values.texts, weight: result.members[place].share)
    }
  }

  private static let columns = ["member", "features", "parameters", "weight"]

  /// `C 10, gamma 0.003`.
  private static func text(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// `ensemble,member,features,parameters,weight`, ensemble by ensemble.
  static func csv(_ tables: [MemberTable]) -> String {
    var csv = CSVText(header: ["ensemble"] + columns)
    for table in tables {
      for member in table.members {
        csv.append([table.ensemble, member.learner, member.features, text(member.parameters), "\(member.weight)"])
      }
    }
    return csv.text
  }

  var pageTable: PageTable {
    PageTable(
      caption: "Members of \(ensemble), and the share of the answer that comes from each",
      columns: Self.columns.map { .init($0, isNumber: $0 == "weight") },
      rows: members.map {
        [$0.learner, $0.features, Self.text($0.parameters), DecimalText.text($0.weight, 3)]
      })
  }
}

extension ExperimentOutcome {
  /// The members of each ensemble.
  var memberTables: [MemberTable] { selected.compactMap { MemberTable($0.result, experiment) } }
}

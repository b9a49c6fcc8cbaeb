import Learning
import ModelSelection
import Yams

/// Learners and what is tried of each.
extension ExperimentReader {
  func grids(_ node: Node) throws -> [Experiment.LearnerGrid] {
    guard let mapping = node.mapping, !mapping.isEmpty else {
      throw error(node, "learners must name at least one learner with its grid", key: "learners")
    }
    return try mapping.map { key, value in
      guard let family = LearnerRegistry.named(key.string ?? "") else {
        let known = LearnerRegistry.all.map(\.name).joined(separator: ", ")
        throw error(key, "unknown learner \"\(key.string ?? "")\"; this version has \(known)", key: "learners")
      }
      return Experiment.LearnerGrid(family: family, grid: try grid(value, family: family))
    }
  }

  func grid(_ node: Node, family: any LearnerDescriptor) throws -> ParameterGrid {
    if node.isNull { return ParameterGrid([:]) }
    guard let mapping = node.mapping else {
      throw error(node, "the grid of \(family.name) must be parameters with lists of values", key: "learners")
    }
    var lists: [String: [ParameterValue]] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      let items = value.sequence.map(Array.init) ?? [value]
      guard !items.isEmpty else { throw error(value, "\(name) has no values to try", key: "learners") }
      for item in items {
        let parameter = try parameterValue(item, name)
        // The family knows what each parameter may be; the reader knows where it stands.
        do {
          _ = try family.learner(ParameterValues([name: parameter]))
        } catch let problem as ParameterError {
          throw error(item, "\(family.name): \(problem)", key: "learners", or: key)
        }
        lists[name, default: []].append(parameter)
      }
    }
    let size = lists.values.reduce(1.0) { $0 * Double($1.count) }
    guard size <= Self.maxCandidates else {
      throw error(
        node, "a grid of \(Int(min(size, 1e18))) candidates; at most \(Int(Self.maxCandidates))", key: "learners")
    }
    return ParameterGrid(lists)
  }

  func parameterValue(_ node: Node, _ name: String) throws -> ParameterValue {
    if node.isNull { return .null }
    if let mapping = node.mapping {
      var weights: [String: Double] = [:]
      for (key, value) in mapping {
        guard let label = key.string, let weight = value.float else {
          throw error(value, "\(name) must give each class a number", key: "learners")
        }
        weights[label] = weight
      }
      return .weights(weights)
    }
    if node.tag == Tag(.bool), let value = node.bool { return .bool(value) }
    if node.tag == Tag(.int), let value = node.int { return .integer(value) }
    if node.tag == Tag(.float), let value = node.float { return .real(value) }
    guard let text = node.string else { throw error(node, "\(name) must be a list of plain values", key: "learners") }
    return .text(text)
  }
}

/// Exact Shapley values of one tree (Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9, algorithm 2): features that are
/// not known are averaged over by the rows that the tree was grown on.
///
/// - Complexity: O(leaves × depth²) for a row.
struct TreeShapley {
  let feature: [Int32]
  let rightChild: [Int32]
  /// How many rows, or how much of them, went through each node.
  let cover: [Double]

  /// A feature that decides on the way to a leaf.
  private struct Step {
    var feature: Int
    /// The share of rows that go this way when the feature is not known.
    var unknown: Double
    /// Whether the row itself goes this way: 1 or 0.
    var known: Double
    /// The weight of all subsets with as many known features as the step's place says.
    var weight: Double
  }

  /// Adds the values of a row to `contributions`, by feature.
  ///
  /// - Parameters:
  ///   - value: what a leaf predicts.
  ///   - goesLeft: where the row goes at an inner node.
  func add(value: (Int) -> Double, goesLeft: (Int) -> Bool, to contributions: inout [Double]) {
    visit(
      0, path: [], entering: Step(feature: -1, unknown: 1, known: 1, weight: 1), value: value, goesLeft: goesLeft,
      to: &contributions)
  }

  /// What the tree predicts when nothing is known.
  func expectation(of value: (Int) -> Double) -> Double {
    var sum = 0.0
    var total = 0.0
    for node in feature.indices where feature[node] < 0 {
      sum += cover[node] * value(node)
      total += cover[node]
    }
    return total > 0 ? sum / total : 0
  }

  private func visit(
    _ node: Int, path: [Step], entering step: Step, value: (Int) -> Double, goesLeft: (Int) -> Bool,
    to contributions: inout [Double]
  ) {
    var path = path
    Self.extend(&path, step)
    guard feature[node] >= 0 else {
      let value = value(node)
      for index in path.indices.dropFirst() {
        let step = path[index]
        contributions[step.feature] += Self.weightWithout(path, index) * (step.known - step.unknown) * value
      }
      return
    }
    var (unknown, known) = (1.0, 1.0)
    if let earlier = path.indices.dropFirst().first(where: { path[$0].feature == Int(feature[node]) }) {
      (unknown, known) = (path[earlier].unknown, path[earlier].known)
      Self.remove(&path, earlier)
    }
    let children = [node + 1, Int(rightChild[node])]
    let total = children.reduce(0) { $0 + cover[$1] }
    let taken = goesLeft(node) ? children[0] : children[1]
    for child in children {
      visit(
        child, path: path,
        entering: Step(
          feature: Int(feature[node]), unknown: unknown * (total > 0 ? cover[child] / total : 0.5),
          known: child == taken ? known : 0, weight: 0),
        value: value, goesLeft: goesLeft, to: &contributions)
    }
  }

  /// Adds a feature to the end of a path: every subset goes on without it and with it.
  private static func extend(_ path: inout [Step], _ step: Step) {
    let length = path.count
    path.append(step)
    path[length].weight = length == 0 ? 1 : 0
    for index in stride(from: length - 1, through: 0, by: -1) {
      path[index + 1].weight += step.known * path[index].weight * Double(index + 1) / Double(length + 1)
      path[index].weight *= step.unknown * Double(length - index) / Double(length + 1)
    }
  }

  /// Undoes the extension by the feature at a place: later features move up, weights belong to places.
  private static func remove(_ path: inout [Step], _ place: Int) {
    let weights = weights(path, without: place)
    path.remove(at: place)
    for index in path.indices { path[index].weight = weights[index] }
  }

  private static func weightWithout(_ path: [Step], _ place: Int) -> Double {
    weights(path, without: place).reduce(0, +)
  }

  /// The weights of a path from which one feature is taken out again.
  private static func weights(_ path: [Step], without place: Int) -> [Double] {
    let length = path.count - 1
    let step = path[place]
    var weights = Array(repeating: 0.0, count: length)
    var next = path[length].weight
    for index in stride(from: length - 1, through: 0, by: -1) {
      if step.known != 0 {
        weights[index] = next * Double(length + 1) / (Double(index + 1) * step.known)
        next = path[index].weight - weights[index] * step.unknown * Double(length - index) / Double(length + 1)
      } else {
        weights[index] = path[index].weight * Double(length + 1) / (step.unknown * Double(length - index))
      }
    }
    return weights
  }
}

import Learning

/// Which fits a search really needs: equal learners once, and learners that share work together.
public struct SearchPlan: Sendable {
  /// What is tried, in the order of the result table.
  public let candidates: [Candidate]
  /// For each candidate the first one that is the same problem, when that is another one.
  public let sharedWith: [Int?]
  /// The candidates that are fitted together, which look at the same features; each problem stands in one group.
  public let groups: [[Int]]

  private let learners: [any Learner]

  /// A plan for candidates, all of whose values are checked here.
  ///
  /// - Throws: `ParameterError` naming the parameter.
  public init(_ candidates: [Candidate]) throws {
    let learners = try candidates.map { try $0.family.learner($0.values) }
    var firstOfProblem: [OnFeatures: Int] = [:]
    var sharedWith: [Int?] = []
    var groups: [[Int]] = []
    var groupOfPath: [OnFeatures: Int] = [:]
    for (index, learner) in learners.enumerated() {
      let features = candidates[index].features
      let problem = OnFeatures(features: features, what: AnyHashable(learner))
      if let first = firstOfProblem[problem] {
        sharedWith.append(first)
        continue
      }
      firstOfProblem[problem] = index
      sharedWith.append(nil)
      guard let path = (learner as? any SharingLearner).map({ OnFeatures(features: features, what: $0.erasedPath) })
      else {
        groups.append([index])
        continue
      }
      if let group = groupOfPath[path] {
        groups[group].append(index)
      } else {
        groupOfPath[path] = groups.count
        groups.append([index])
      }
    }
    self.candidates = candidates
    self.learners = learners
    self.sharedWith = sharedWith
    self.groups = groups
  }

  /// The groups whose candidates look at the list of features in this place.
  package func groups(lookingAt place: Int) -> [[Int]] {
    groups.filter { candidates[$0[0]].key.place == place }
  }

  /// What a fit of any of some groups takes, of so many at once on so many threads.
  func fitMemory(
    of groups: [[Int]], classCounts: [Int], features: Int, fits: Int, threads: Int
  ) -> FitMemory {
    groups.compactMap { learners[$0[0]] as? any MemoryTakingLearner }.reduce(FitMemory()) {
      $0.union($1.fitMemory(classCounts: classCounts, features: features, fits: fits, threads: threads))
    }
  }

  /// Some of the groups ready to be fitted on folds of `features`, with what they share computed.
  func fitGroups(_ groups: [[Int]], on features: Matrix<Float>, threads: Int) throws -> [any FitGroup] {
    var tables: [ObjectIdentifier: any Sendable] = [:]

    func single<L: Learner>(_ learner: L, _ member: Int) -> any FitGroup { SingleFit(member: member, learner: learner) }

    func path<L: SharingLearner>(_ first: L, _ members: [Int]) throws -> any FitGroup {
      let kind = ObjectIdentifier(L.self)
      let table = try tables[kind] as? L.Table ?? L.table(of: features, threads: threads)
      tables[kind] = table
      return PathFit(members: members, learners: members.compactMap { learners[$0] as? L }, table: table)
    }

    return try groups.map { members in
      let first = learners[members[0]]
      return try (first as? any SharingLearner).map { try path($0, members) } ?? single(first, members[0])
    }
  }
}

extension SharingLearner {
  /// The path together with the kind of learner, so that paths of different learners never match.
  fileprivate var erasedPath: AnyHashable { AnyHashable(KindAndPath(kind: ObjectIdentifier(Self.self), path: path)) }
}

/// A learner or path together with the features that are looked at.
private struct OnFeatures: Hashable {
  let features: Candidate.Features?
  let what: AnyHashable
}

private struct KindAndPath<Path: Hashable>: Hashable {
  let kind: ObjectIdentifier
  let path: Path
}

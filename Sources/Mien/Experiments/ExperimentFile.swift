import Basics
import Features
import Foundation
import Learning
import ModelSelection
import Yams

/// What is wrong with an experiment file, and where.
public struct ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `file:line:column: what, and the cure`.
  public let description: String
  /// Whether it is a value given beside the file that is wrong.
  public var isInOverride = false
}

extension Experiment {
  /// Reads an experiment from a YAML file. Paths in it are relative to the file.
  ///
  /// - Parameter overrides: `key=value` texts that replace top-level keys, the value in YAML; paths in them are
  ///   relative to the working folder.
  /// - Throws: `ExperimentError` with line and column; `FileError` when the file cannot be read.
  public init(contentsOf path: String, overrides: [String] = []) throws {
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    try self.init(yaml: text, path: path, overrides: overrides)
  }

  package init(yaml: String, path: String, overrides: [String] = []) throws {
    var reader = try ExperimentReader(yaml: yaml, path: path)
    for override in overrides { try reader.override(override) }
    self = try reader.experiment()
  }

  /// The experiment as YAML with every key, `data` relative to `folder`; parameters that no grid names have the
  /// defaults of this version, which the manifest lists.
  package func yaml(relativeTo folder: String) throws -> String {
    let learners = Node(
      self.learners.map { learner in
        let lists = learner.grid.lists.sorted { $0.key < $1.key }
        return (
          Node(learner.family.name),
          Node(lists.map { (Node($0.key), Node($0.value.map(\.node), Tag(.seq), .flow)) })
        )
      })
    let pairs: [(Node, Node)] = [
      (Node("name"), Node(name)), (Node("data"), Node(Paths.relative(dataFolder, to: folder))),
      (Node("features"), features.count == 1 ? features[0].node : Node(features.map(\.node), Tag(.seq), .flow)),
      (Node("scale"), Node(scale.rawValue)),
      (Node("pca"), componentCount.map { Node("\($0)", Tag(.int)) } ?? Node("null", Tag(.null))),
      (Node("mirror"), Node("\(isMirrored)", Tag(.bool))), (Node("balance"), Node(balance.rawValue)),
      (Node("test_size"), Node("\(testSize)", Tag(.float))), (Node("cv"), Node("\(foldCount)", Tag(.int))),
      (Node("groups"), groups.map { Node($0) } ?? Node("null", Tag(.null))),
      (Node("splits"), splitsFile.map { Node(Paths.relative($0, to: folder)) } ?? Node("null", Tag(.null))),
      (Node("seed"), Node("\(seed)", Tag(.int))), (Node("scoring"), Node(scoring.rawValue)),
      (Node("refit"), Node((refit ?? scoring).rawValue)), (Node("calibration"), Node(calibration.rawValue)),
      (Node("learners"), learners),
      (
        Node("ensembles"),
        ensembles.isEmpty
          ? Node("null", Tag(.null)) : Node(ensembles.map { Node($0.rawValue) }, Tag(.seq), .flow)
      ),
    ]
    return try Yams.serialize(node: Node(pairs))
  }
}

extension FeatureList {
  fileprivate var node: Node {
    Node(
      zip(stages, options).map { stage, options in
        let name = Node(stage.rawValue)
        let entries = options.entries.map { (Node($0.name), $0.value.node) }
        return entries.isEmpty ? name : Node([(name, Node(entries, Tag(.map), .flow))], Tag(.map), .flow)
      }, Tag(.seq), .flow)
  }
}

extension ParameterValue {
  fileprivate var node: Node {
    switch self {
    case .null: Node("null", Tag(.null))
    case .bool: Node(description, Tag(.bool))
    case .integer: Node(description, Tag(.int))
    case .real: Node(description, Tag(.float))
    case .text(let text): Node(text)
    case .weights(let weights):
      Node(
        weights.sorted { $0.key < $1.key }.map { (Node($0.key), Node("\($0.value)", Tag(.float))) }, Tag(.map), .flow)
    }
  }
}

/// Decodes an experiment's YAML, with the place of everything that is wrong.
struct ExperimentReader {
  private let path: String
  private var entries: [(key: String, value: Node)]
  /// The texts that set keys beside the file.
  private var overrides: [String: String] = [:]

  private static let keys = [
    "name", "data", "features", "scale", "pca", "mirror", "balance", "test_size", "cv", "groups", "splits", "seed",
    "scoring", "refit", "calibration", "learners", "ensembles",
  ]

  static let maxCandidates = 100_000.0
  static let componentCounts = 1...10_000
  static let weights = 1e-6...1e6

  init(yaml: String, path: String) throws {
    self.path = path
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml.hasPrefix("\u{FEFF}") ? String(yaml.dropFirst()) : yaml)
    } catch let error as YamlError {
      throw ExperimentError(description: "\(path): not valid YAML: " + Self.oneLine("\(error)"))
    }
    guard let mapping = root?.mapping else {
      throw ExperimentError(description: "\(path): expected keys and values, such as \"data: ../landmarks\"")
    }
    entries = mapping.map { (key: $0.key.string ?? "", value: $0.value) }
    for (key, value) in mapping where !Self.keys.contains(key.string ?? "") {
      throw error(key, "unknown key \"\(key.string ?? "")\"; known are \(Self.keys.joined(separator: ", "))", or: value)
    }
  }

  mutating func override(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, Self.keys.contains(parts[0]) else {
      throw ExperimentError(
        description: "--set \(text): expected key=value with one of \(Self.keys.joined(separator: ", "))",
        isInOverride: true)
    }
    guard let value = try? Yams.compose(yaml: parts[1]) else {
      throw ExperimentError(description: "--set \(text): the value is not valid YAML", isInOverride: true)
    }
    entries.removeAll { $0.key == parts[0] }
    entries.append((parts[0], value))
    overrides[parts[0]] = text
  }

  func experiment() throws -> Experiment {
    guard let data = node("data") else { throw missing("data", "the folder of landmark tables") }
    guard let learners = node("learners") else { throw missing("learners", "a grid for each learner") }
    if let groups = node("groups"), !groups.isNull, let splits = node("splits"), !splits.isNull {
      throw error(groups, "splits and groups exclude each other: remove one", key: "groups")
    }
    let folder = (path as NSString).deletingLastPathComponent
    let dataPath = try text(data, "data", "a path")
    let (features, grids) = (try features(), try grids(learners))
    try refuseScale(after: features, learners: learners)
    return Experiment(
      name: try node("name").map(name)
        ?? ((path as NSString).lastPathComponent as NSString).deletingPathExtension,
      dataFolder: overrides["data"] != nil ? dataPath : Paths.joined(folder, dataPath),
      features: features,
      testSize: try number("test_size", 0.33, "a number from 0 to below 1") { $0 >= 0 && $0 < 1 },
      foldCount: try integer("cv", 5, "an integer ≥ 2") { $0 >= 2 },
      seed: UInt64(try integer("seed", 42, "an integer from 0 to 4294967295") { $0 >= 0 && $0 <= 4_294_967_295 }),
      scoring: try choice("scoring", Scoring.self) ?? .accuracy,
      refit: try choice("refit", Scoring.self),
      balance: try balance(of: learners, features: features),
      scale: try scale(of: learners),
      componentCount: node("pca").flatMap { $0.isNull ? nil : $0 } == nil
        ? nil : try integer("pca", 0, "an integer from 1 to 10000, or null", isValid: Self.componentCounts.contains),
      isMirrored: try mirror(),
      calibration: try choice("calibration", Calibration.Method.self, formerly: ["sigmoid": .temperature])
        ?? .temperature,
      groups: try node("groups").flatMap { $0.isNull ? nil : try text($0, "groups", "a metadata column") },
      splitsFile: try node("splits").flatMap { $0.isNull ? nil : try text($0, "splits", "a path") }
        .map { overrides["splits"] != nil ? $0 : Paths.joined(folder, $0) },
      learners: grids,
      ensembles: try ensembles(memberCount: grids.count * features.count))
  }

  /// A name becomes part of a folder's.
  private func name(_ value: Node) throws -> String {
    let name = try text(value, "name", "a name")
    guard !name.hasPrefix("."), !name.contains("/"), !name.contains(where: \.isNewline) else {
      throw error(value, "name must be fit for a folder, without / and leading dots, was \(name)", key: "name")
    }
    return name
  }

  /// One of an enumeration's names, or of those it had in earlier versions; `nil` when the key is not there or null.
  private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, _: Choice.Type, formerly: [String: Choice] = [:]
  ) throws -> Choice? {
    guard let value = node(key), !value.isNull else { return nil }
    guard let name = value.string, let choice = Choice(rawValue: name) ?? formerly[name] else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(value, "\(key) must be one of \(known), was \(Self.shown(value))", key: key)
    }
    return choice
  }

  private func ensembles(memberCount: Int) throws -> [EnsembleRule.Method] {
    guard let value = node("ensembles"), !value.isNull else { return [] }
    let known = EnsembleRule.Method.allCases.map(\.rawValue).joined(separator: ", ")
    var methods: [EnsembleRule.Method] = []
    for item in value.sequence.map(Array.init) ?? [value] {
      guard let method = EnsembleRule.Method(rawValue: item.string ?? ""), !methods.contains(method) else {
        throw error(item, "ensembles must be different ones of \(known), was \(Self.shown(item))", key: "ensembles")
      }
      methods.append(method)
    }
    guard methods.isEmpty || memberCount > 1 else {
      throw error(
        value, "ensembles need members: two or more learners, or lists of features to search over", key: "ensembles")
    }
    return methods
  }

  private func scale(of learners: Node) throws -> FeatureScaler.Method {
    let scale = try choice("scale", FeatureScaler.Method.self) ?? .none
    for (_, value) in learners.mapping ?? [:] where scale != .none {
      if let given = value.mapping?.first(where: { $0.key.string == "scale" }) {
        throw error(
          given.key, "scale is set both in the grid and for the experiment: remove one", key: "learners")
      }
    }
    return scale
  }

  private func balance(of learners: Node, features: [FeatureList]) throws -> Balance {
    let balance = try choice("balance", Balance.self) ?? .none
    if balance == .oversample, let value = node("balance"),
      let list = features.first(where: { !$0.pipeline.descriptors.isEmpty })
    {
      throw error(value, Balance.copiesHaveNoPictures(list.stages), key: "balance")
    }
    guard balance == .classWeight else { return balance }
    for (key, value) in learners.mapping ?? [:] {
      if let given = value.mapping?.first(where: { $0.key.string == "class_weight" }) {
        throw error(
          given.key, "class_weight is set both in the grid and by balance: remove one", key: "learners")
      }
      let family = LearnerRegistry.named(key.string ?? "")
      if let family, !family.parameters.contains(where: { $0.name == "class_weight" }) {
        throw error(
          key, "balance: class_weight needs a learner with class weights; \(family.name) has none", key: "balance")
      }
    }
    return balance
  }

  private func mirror() throws -> Bool {
    guard let value = node("mirror") else { return false }
    guard let isMirrored = value.bool else {
      throw error(value, "mirror must be true or false, was \(Self.shown(value))", key: "mirror")
    }
    if isMirrored, try choice("balance", Balance.self) == .oversample {
      throw error(value, "mirror and balance: oversample both add copies: remove one", key: "mirror")
    }
    return isMirrored
  }

  func text(_ node: Node, _ key: String, _ requirement: String) throws -> String {
    guard let text = node.string, !text.isEmpty else { throw error(node, "\(key) must be \(requirement)", key: key) }
    return text
  }

  private func number(
    _ key: String, _ standard: Double, _ requirement: String, isValid: (Double) -> Bool
  ) throws -> Double {
    guard let value = node(key) else { return standard }
    guard let number = value.float, isValid(number) else {
      throw error(value, "\(key) must be \(requirement), was \(Self.shown(value))", key: key)
    }
    return number
  }

  private func integer(
    _ key: String, _ standard: Int, _ requirement: String, isValid: (Int) -> Bool
  ) throws -> Int {
    guard let value = node(key) else { return standard }
    guard let number = value.int, isValid(number) else {
      throw error(value, "\(key) must be \(requirement), was \(Self.shown(value))", key: key)
    }
    return number
  }

  func node(_ key: String) -> Node? { entries.first { $0.key == key }?.value }

  private func missing(_ key: String, _ what: String) -> ExperimentError {
    ExperimentError(description: "\(path): key \"\(key)\" is missing: \(what)")
  }

  func error(_ node: Node, _ reason: String, key: String? = nil, or fallback: Node? = nil) -> ExperimentError {
    if let override = key.flatMap({ overrides[$0] }) {
      return ExperimentError(description: "--set \(override): \(reason)", isInOverride: true)
    }
    let place = (node.mark ?? fallback?.mark).map { ":\($0.line):\($0.column)" } ?? ""
    return ExperimentError(description: "\(path)\(place): \(reason)")
  }

  static func shown(_ node: Node) -> String {
    oneLine(node.string ?? (try? Yams.serialize(node: node)) ?? "a structure")
  }

  /// Text as one line that is short enough for a message.
  private static func oneLine(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > maxShownLength ? line.prefix(maxShownLength) + "…" : line
  }

  private static let maxShownLength = 120
}

extension Node {
  var isNull: Bool { scalar != nil && tag == Tag(.null) }
}

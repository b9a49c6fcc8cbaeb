import Learning

/// The content of scikit_learn.json.
package struct ScikitLearnFixtures: Decodable {
  package struct SmallSplit: Decodable {
    package var labels: [Int]
    package var classes: Int
    package var test_size: Double
    package var seed: UInt64
    package var training: [Int]
    package var test: [Int]
    package var folds: [Int]
  }
  package struct GroupFolds: Decodable {
    package var labels: [Int]
    package var classes: Int
    package var groups: [String]
    package var count: Int
    package var folds: [Int]
  }
  package struct LandmarkSplit: Decodable {
    package var training_sha256: String
    package var test_sha256: String
    package var folds_sha256: String
  }
  package struct ExactTree: Decodable {
    package var parameters: [String: Parameter]
    package var features: [[Float]]
    package var labels: [Int]
    package var feature: [Int32]
    package var threshold: [Double]
    package var probabilities: [[Double]]
    package var importances: [Double]
  }
  package struct Report: Decodable {
    package var labels: [Int]
    package var predictions: [Int]
    package var text: String
    package var text4: String
  }
  package struct ForestAccuracy: Decodable {
    package var parameters: [String: Parameter]
    package var accuracies: [Double]
    package var recalls: [Double]
  }

  package var small_splits: [SmallSplit]
  package var group_folds: [GroupFolds]
  package var landmark_split: LandmarkSplit
  package var exact_trees: [ExactTree]
  package var reports: [Report]
  package var grid: [[String: Parameter]]
  package var forest_accuracies: [ForestAccuracy]

  package static let shared = Result { try Repository.fixture("scikit_learn.json", as: ScikitLearnFixtures.self) }
}

/// A parameter's value as JSON has it.
package struct Parameter: Decodable {
  package let value: ParameterValue

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      value = .null
    } else if let bool = try? container.decode(Bool.self) {
      value = .bool(bool)
    } else if let integer = try? container.decode(Int.self) {
      value = .integer(integer)
    } else if let real = try? container.decode(Double.self) {
      value = .real(real)
    } else if let weights = try? container.decode([String: Double].self) {
      value = .weights(weights)
    } else {
      value = .text(try container.decode(String.self))
    }
  }
}

extension ParameterValues {
  package init(_ parameters: [String: Parameter]) { self.init(parameters.mapValues(\.value)) }
}

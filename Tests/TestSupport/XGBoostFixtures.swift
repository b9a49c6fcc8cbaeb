import Learning

/// The content of xgboost.json.
package struct XGBoostFixtures: Decodable {
  package struct Node: Decodable {
    package var feature: Int32
    package var threshold: Float
    package var missing_goes_left: Bool
    package var value: Float
    package var gain: Float
    package var cover: Float
  }
  package struct Case: Decodable {
    package var name: String
    package var parameters: [String: Parameter]
    package var class_weight: [Double]
    package var classes: Int
    package var features: [[Float?]]
    package var labels: [Int]
    /// By round and class, nodes in depth-first order.
    package var trees: [[Node]]
    package var margins: [[Float]]
    /// `(rows, outputs, features + 1)`.
    package var shap: [[[Double]]]
    package var importances: [String: [Double]]

    /// The rows; a class is named by its number.
    package func rows() throws -> LabeledRows {
      try LabeledRows(
        features: Matrix(
          rows: features.count, columns: features[0].count, values: features.joined().map { $0 ?? .nan }),
        labels: labels, classes: (0..<classes).map { "\($0)" })
    }
  }

  package var cases: [Case]

  package static let shared = Result { try Repository.fixture("xgboost.json", as: XGBoostFixtures.self) }
}

import Foundation
import Learning

/// What libsvm makes of small tables, by `Tests/Fixtures/make_libsvm_fixtures.py`.
package struct LibsvmFixtures: Decodable {
  package struct Table: Decodable {
    package var features: [[Float]]
    package var labels: [Int]

    package func rows() throws -> LabeledRows {
      try LabeledRows(
        features: Matrix(rows: features.count, columns: features[0].count, values: features.flatMap { $0 }),
        labels: labels, classes: (0...(labels.max() ?? 0)).map { "class \($0)" })
    }
  }

  package struct Case: Decodable {
    package var table: Int
    package var parameters: [String: JSONValue]
    package var objectives: [Double]
    package var supports: [[Int]]
    package var decisions: [[Double]]
    package var predictions: [Int]
  }

  /// A number or a text.
  package enum JSONValue: Decodable, CustomStringConvertible {
    case number(Double)
    case text(String)

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    package var parameter: ParameterValue {
      switch self {
      case .number(let value): value == value.rounded() && abs(value) < 1e6 ? .integer(Int(value)) : .real(value)
      case .text(let text): .text(text)
      }
    }

    package var description: String { parameter.description }
  }

  package var tables: [Table]
  package var cases: [Case]
}

/// What libsvm makes of harder tables, evaluated by rows that it has not learned from, by the same script.
package struct LibsvmUnseenFixtures: Decodable {
  package struct Table: Decodable {
    package var features: [[Float]]
    package var labels: [String]
    /// The features of the other rows.
    package var unseen: [[Float]]

    /// The rows to learn from, with classes numbered in this order.
    package func rows(classes: [String]) throws -> LabeledRows {
      try LabeledRows(
        features: Self.matrix(features), labels: labels.map { classes.firstIndex(of: $0) ?? -1 }, classes: classes)
    }

    package var unseenRows: Matrix<Float> { Self.matrix(unseen) }

    private static func matrix(_ rows: [[Float]]) -> Matrix<Float> {
      Matrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 })
    }
  }

  package struct Case: Decodable {
    package var table: Int
    package var parameters: [String: Parameter]
    package var classes: [String]
    /// By pair of classes.
    package var objectives: [Double]
    /// By pair the rows whose coefficient is above 10⁻⁶ of their cost.
    package var supports: [[Int]]
    /// `(unseen rows, pairs)`.
    package var decisions: [[Double]]
    package var predictions: [String]
  }

  /// What probabilities for rows out of fold are worth, over scikit-learn's five folds.
  package struct Probabilities: Decodable {
    package struct Case: Decodable {
      /// Rows of other classes are left out.
      package var classes: [String]
      package var parameters: [String: Parameter]
      /// The log loss of libsvm's own probabilities.
      package var libsvm: Double
      /// The log loss of a sigmoid for each class against all others.
      package var calibrated: Double
    }

    package var features: [[Float]]
    package var labels: [String]
    package var cases: [Case]

    /// The rows of some classes, numbered in this order.
    package func rows(classes: [String]) throws -> LabeledRows {
      let chosen = labels.indices.filter { classes.contains(labels[$0]) }
      return try Table(features: chosen.map { features[$0] }, labels: chosen.map { labels[$0] }, unseen: [])
        .rows(classes: classes)
    }
  }

  package var tables: [Table]
  package var cases: [Case]
  package var probabilities: Probabilities
}

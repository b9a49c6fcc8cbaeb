import Basics
import Embedding
import Landmarks
import Learning
import ModelSelection

/// Faces on a plane, neighbors near each other (t-SNE).
public struct Embedding2D: Hashable, Sendable, Codable {
  /// The rows that are laid out, rising.
  public let rows: [Int]
  /// The class of each: an index into the tables' classes.
  public let labels: [Int]
  /// The x of each; units mean nothing.
  public let x: [Float]
  /// The y of each.
  public let y: [Float]
  /// About how many neighbors each row has.
  public let perplexity: Double
  /// The Kullback–Leibler divergence of the layout, in nats.
  public let divergence: Double
  /// All rows, of which these are a part or the whole.
  public let totalRows: Int
  /// The seed of the sample and of the layout's start.
  public let seed: UInt64

  /// The most rows that are laid out; of more, as many are drawn with the same share of every class.
  public static let maxRows = 20_000

  /// Lays shapes out, `(rows, 2 × points)`; `nil` for too few rows.
  ///
  /// - Throws: `DataError` when all shapes are the same.
  init?(
    _ shapes: Matrix<Float>, labels: [Int], classCount: Int, maxRows: Int = Self.maxRows, seed: UInt64, threads: Int,
    report: (_ done: Int, _ total: Int) -> Void
  ) throws {
    let sample = RowSample.stratified(labels: labels, classCount: classCount, count: maxRows, seed: seed)
    guard let perplexity = StochasticNeighborEmbedding.perplexity(forRows: sample.count) else { return nil }
    var embedding = StochasticNeighborEmbedding()
    embedding.perplexity = perplexity
    let layout = try embedding.layout(
      of: shapes.selecting(rows: sample), seed: seed, threads: threads, report: report)
    rows = sample
    self.labels = sample.map { labels[$0] }
    x = sample.indices.map { layout.positions[$0, 0] }
    y = sample.indices.map { layout.positions[$0, 1] }
    self.perplexity = perplexity
    divergence = layout.divergence
    totalRows = labels.count
    self.seed = seed
  }

  /// `row,image,class,x,y`.
  ///
  /// - Parameter images: the image of every row of the tables.
  package func csv(images: [String], classes: [String]) -> String {
    var csv = CSVText(header: ["row", "image", "class", "x", "y"])
    for (place, row) in rows.enumerated() {
      csv.append([
        "\(row)", images[row], classes[labels[place]], DecimalText.text(Double(x[place]), 4),
        DecimalText.text(Double(y[place]), 4),
      ])
    }
    return csv.text
  }
}

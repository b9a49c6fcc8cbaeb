import Basics

extension LandmarkTable {
  /// Digits after the point of a coordinate in a table: a tenth of a pixel is well below the predictor's own error.
  public static let decimals = 1

  /// The table as CSV text: metadata columns, then `1_x,1_y,…`.
  public var csv: String {
    var text = CSVText(header: metadataNames + scheme.columnNames)
    for row in 0..<rowCount {
      text.append(metadata.map { $0[row] } + face(row).map { Decimal.text(Double($0), Self.decimals) })
    }
    return text.text
  }
}

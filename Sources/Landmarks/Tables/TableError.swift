/// What is wrong with a landmark table, and where: `happy.csv:9:4: "0,53" is not a number`.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// The line, from 1; `nil` when the whole file is meant.
  public let line: Int?
  /// The field of the line, from 1; `nil` when the whole line is meant.
  public let column: Int?
  /// What is wrong, and the cure where there is one.
  public let reason: String

  init(path: String, line: Int? = nil, column: Int? = nil, reason: String) {
    self.path = path
    self.line = line
    self.column = column
    self.reason = reason
  }

  /// `path:line:column: reason`.
  public var description: String {
    var place = path
    if let line { place += ":\(line)" }
    if let column { place += ":\(column)" }
    return "\(place): \(reason)"
  }
}

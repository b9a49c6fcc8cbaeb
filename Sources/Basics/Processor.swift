import Foundation

/// What the processor can do.
package enum Processor {
  /// The names that Linux gives its features, such as `avx2`; empty where there is no /proc/cpuinfo.
  package static let features = Set(words(of: "flags") + words(of: "Features"))

  private static let lines =
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []

  private static func words(of name: String) -> [String] {
    lines.first { $0.hasPrefix(name) }?.split(separator: " ").map(String.init) ?? []
  }
}

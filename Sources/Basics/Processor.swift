import Foundation

/// What the processor can do.
package enum Processor {
  /// The names that Linux gives its features, such as `avx2`; empty where there is no /proc/cpuinfo.
  package static let features: Set<String> = {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") || $0.hasPrefix("Features") })
    else { return [] }
    return Set(line.split(separator: " ").map(String.init))
  }()
}

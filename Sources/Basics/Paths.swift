import Foundation

/// Paths as text.
package enum Paths {
  /// `path` seen from `folder`; an absolute path stays as it is.
  package static func joined(_ folder: String, _ path: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }

  /// The way from one folder to another, as in `../../landmarks`.
  package static func relative(_ path: String, to folder: String) -> String {
    let target = components(path)
    let base = components(folder)
    let shared = zip(target, base).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: base.count - shared) + target[shared...]
    return steps.isEmpty ? "." : steps.joined(separator: "/")
  }

  private static func components(_ path: String) -> [String] {
    URL(fileURLWithPath: path).standardizedFileURL.pathComponents
  }
}

import Dispatch
import Glibc

/// Catches Ctrl-C and SIGTERM while a value lives.
final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Calls `handler` on another thread with the signal's number.
  init(_ handler: @escaping @Sendable (Int32) -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { handler(number) }
      source.resume()
      return source
    }
  }

  /// Lets signals end the process again.
  func end() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}

import Dispatch
import Glibc

/// Catches Ctrl-C, SIGTERM and the end of the terminal (SIGHUP) while a value lives.
final class Interruption {
  private let sources: [any DispatchSourceSignal]
  private let numbers: [Int32]

  /// Calls `handler` on another thread with the signal's number.
  init(_ handler: @escaping @Sendable (Int32) -> Void) {
    // nohup has the end of the terminal ignored, and means it.
    let isHangupIgnored = Self.isIgnored(SIGHUP)
    numbers = [SIGINT, SIGTERM] + (isHangupIgnored ? [] : [SIGHUP])
    sources = numbers.map { number in
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
    for number in numbers { signal(number, SIG_DFL) }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

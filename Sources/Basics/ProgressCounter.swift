import Synchronization

/// Counts what is done from any thread, and reports the number, one call at a time.
package final class ProgressCounter: Sendable {
  private let done = Mutex(0)
  private let report: @Sendable (Int) -> Void

  package init(_ report: @escaping @Sendable (Int) -> Void) { self.report = report }

  package func count() {
    done.withLock { done in
      done += 1
      report(done)
    }
  }
}

import Dispatch
import Foundation
import Synchronization

/// Work spread over threads.
public enum Parallel {
  /// The processors that this process may use.
  public static var availableThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// `body(0) … body(count − 1)` in index order, computed by up to `threads` threads that pull the next index
  /// when they are free.
  ///
  /// The first error by index is thrown; after any error no new index is started.
  package static func map<Result: Sendable>(
    count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    try map(count: count, threads: threads, context: { () }, { _, index in try body(index) })
  }

  /// As `map(count:threads:_:)`, with a `context` made once on each thread: a detector, a scratch buffer.
  package static func map<Context, Result: Sendable>(
    count: Int, threads: Int, context: @Sendable () throws -> Context,
    _ body: @Sendable (inout Context, Int) throws -> Result
  ) throws -> [Result] {
    guard count > 0 else { return [] }
    let next = Atomic<Int>(0)
    let failed = Atomic<Bool>(false)
    let outcomes = Mutex<[Swift.Result<Result, any Error>?]>(Array(repeating: nil, count: count))
    let contextError = Mutex<(any Error)?>(nil)

    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      do {
        var state = try context()
        while !failed.load(ordering: .relaxed) {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          let outcome = Swift.Result { try body(&state, index) }
          if case .failure = outcome { failed.store(true, ordering: .relaxed) }
          outcomes.withLock { $0[index] = outcome }
        }
      } catch {
        failed.store(true, ordering: .relaxed)
        contextError.withLock { $0 = $0 ?? error }
      }
    }

    if let error = contextError.withLock({ $0 }) { throw error }
    let finished = outcomes.withLock { $0 }
    for case .failure(let error)? in finished { throw error }
    return try finished.compactMap { try $0?.get() }
  }
}

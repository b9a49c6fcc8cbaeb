import Dispatch
import Foundation
import Synchronization

/// Work spread over threads.
public enum Parallel {
  /// The processors that this process may use.
  public static var availableThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// The threads of the map that this code runs in.
  @TaskLocal private static var workerGroup: WorkerGroup?

  /// How many bodies of the outermost map that this code runs in may be at work at once, and how many threads work at them
  /// and at maps within; `nil` outside of any map.
  package static var workerContext: (bodies: Int, threads: Int)? { workerGroup.map { ($0.bodies, $0.threads) } }

  /// `body(0) … body(count − 1)` in index order, computed by up to `threads` threads that pull the next index
  /// when they are free.
  ///
  /// A map within a map's body starts no threads: it runs on its own one, and threads of the outer map that have nothing
  /// left to do join those that are open then, and their followers, before they leave. The first error by index is thrown; after any error no new index is started.
  package static func map<Result: Sendable>(
    count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    try map(count: count, threads: threads, context: { () }, { _, index in try body(index) })
  }

  /// As `map(count:threads:_:)`, for a body that cannot fail.
  package static func values<Result: Sendable>(
    count: Int, threads: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    (try? map(count: count, threads: threads, body)) ?? []
  }

  /// As `map(count:threads:_:)`, with a `context` made once on each thread: a detector, a scratch buffer.
  package static func map<Context, Result: Sendable>(
    count: Int, threads: Int, context: @Sendable () throws -> Context,
    _ body: @Sendable (inout Context, Int) throws -> Result
  ) throws -> [Result] {
    guard count > 0 else { return [] }
    let outcomes = Mutex<[Swift.Result<Result, any Error>?]>(Array(repeating: nil, count: count))
    let contextError = Mutex<(any Error)?>(nil)

    withoutActuallyEscaping(context) { context in
      withoutActuallyEscaping(body) { body in
        let job = Job(count: count, threads: threads) { job in
          do {
            var state = try context()
            while let index = job.nextIndex() {
              let outcome = Swift.Result { try body(&state, index) }
              if case .failure = outcome { job.stop() }
              outcomes.withLock { $0[index] = outcome }
            }
          } catch {
            job.stop()
            contextError.withLock { $0 = $0 ?? error }
          }
        }
        if let workerGroup {
          workerGroup.share(job)
        } else if threads <= 1 || !canStartThreads(threads - 1) {
          // Maps within find a workerGroup that nobody helps.
          $workerGroup.withValue(WorkerGroup(bodies: 1, threads: 1)) { job.run() }
        } else if count == 1 {
          job.run()
        } else {
          let workerGroup = WorkerGroup(bodies: min(count, threads), threads: threads)
          DispatchQueue.concurrentPerform(iterations: threads) { _ in
            $workerGroup.withValue(workerGroup) {
              job.run()
              workerGroup.assist()
            }
          }
        }
      }
    }

    if let error = contextError.withLock({ $0 }) { throw error }
    let finished = outcomes.withLock { $0 }
    for case .failure(let error)? in finished { throw error }
    return try finished.compactMap { try $0?.get() }
  }
}

extension Parallel {
  /// Whether so many threads have room for their stacks. Dispatch tries for ever to start one that has none; the work is then
  /// done by the calling thread, with the same result.
  private static func canStartThreads(_ count: Int) -> Bool {
    // glibc's default stack and its guard, and what the thread's first allocation maps.
    let size = count * (9 << 20)
    guard let memory = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      memory != MAP_FAILED
    else { return false }
    munmap(memory, size)
    return true
  }
}

/// A map that threads work at together.
private final class Job: Sendable {
  private let count: Int
  private let next = Atomic<Int>(0)
  /// Gone when the map has ended: a helper may keep the job a little longer, but must not keep what it closes over.
  private let work: Mutex<(@Sendable (Job) -> Void)?>
  /// How many more threads may join.
  private let openSlots: Atomic<Int>
  /// Those that have joined.
  let helpers = DispatchGroup()

  init(count: Int, threads: Int, work: @escaping @Sendable (Job) -> Void) {
    self.count = count
    self.work = Mutex(work)
    openSlots = Atomic(max(0, threads - 1))
  }

  func nextIndex() -> Int? {
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }

  /// Starts no further index.
  func stop() { next.store(count, ordering: .relaxed) }

  /// Works as long as there are indices.
  func run() { work.withLock { $0 }?(self) }

  /// Forgets the work, once nobody is at it any more.
  func end() { work.withLock { $0 = nil } }

  /// Takes a place beside the owner, if there is one and something to do.
  func join() -> Bool {
    guard next.load(ordering: .relaxed) < count, openSlots.load(ordering: .relaxed) > 0 else { return false }
    openSlots.wrappingSubtract(1, ordering: .relaxed)
    helpers.enter()
    return true
  }
}

/// Threads that assist each other out.
private final class WorkerGroup: Sendable {
  /// How many bodies of the outer map may be at work at once.
  let bodies: Int
  let threads: Int
  /// Maps within the outer map's body, the newest last.
  private let open = Mutex<[Job]>([])

  init(bodies: Int, threads: Int) {
    self.bodies = bodies
    self.threads = threads
  }

  /// Runs a job on this thread, and lets others join.
  func share(_ job: Job) {
    open.withLock { $0.append(job) }
    job.run()
    // After this nobody joins any more.
    open.withLock { $0.removeAll { $0 === job } }
    job.helpers.wait()
    job.end()
  }

  /// Joins open jobs until none has anything left to do.
  func assist() {
    while let job = open.withLock({ $0.first { $0.join() } }) {
      job.run()
      job.helpers.leave()
    }
  }
}

import Foundation
import Synchronization

/// How much memory work with a choice may take, for the whole process: half of what the machine has, unless it is told.
package enum MemoryBudget {
  private static let told = Atomic<Int>(0)

  /// The budget in bytes.
  package static var bytes: Int {
    let told = told.load(ordering: .relaxed)
    guard told == 0 else { return told }
    return Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
  }

  /// Sets the budget, before any work.
  package static func set(bytes: Int) { told.store(max(1, bytes), ordering: .relaxed) }
}

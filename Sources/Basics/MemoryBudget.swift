import Foundation
import Glibc
import Synchronization

/// How much memory work with a choice may take, for the whole process.
package enum MemoryBudget {
  private static let configured = Atomic<Int>(0)

  /// The budget in bytes: what `set` was called with, or else half of what the process may have by the machine's memory,
  /// its control group and `ulimit -v`, and at most nine tenths of what is free.
  package static var bytes: Int {
    let configured = configured.load(ordering: .relaxed)
    return configured > 0 ? configured : standard
  }

  /// Sets the budget, before any work.
  package static func set(bytes: Int) { configured.store(max(1, bytes), ordering: .relaxed) }

  /// Taken once: a budget that changes while work is on would change how it is done.
  private static let standard = MemoryLimits.current.budget
}

/// How much memory there is for this process, by everything that limits it.
package struct MemoryLimits: Sendable {
  /// The machine's memory in bytes.
  package var physical: Int
  /// The least limit of the control groups that the process is in; `nil` without one.
  package var controlGroup: Int?
  /// What `ulimit -v` leaves: the limit without what is mapped already; `nil` without a limit.
  package var addressSpace: Int?
  /// What the system could give without taking pages from others; `nil` where it does not say.
  package var available: Int?

  package init(physical: Int, controlGroup: Int? = nil, addressSpace: Int? = nil, available: Int? = nil) {
    self.physical = physical
    self.controlGroup = controlGroup
    self.addressSpace = addressSpace
    self.available = available
  }

  /// The limits of this process now.
  package static var current: MemoryLimits {
    MemoryLimits(
      physical: Int(clamping: ProcessInfo.processInfo.physicalMemory), controlGroup: ControlGroup.memoryLimit,
      addressSpace: addressSpaceLeft, available: ProcessMemory.available)
  }

  /// Address space that is taken without being asked for: stacks and heaps of threads, OpenBLAS's buffers.
  private static let addressSpaceOfThread = 200 << 20
  private static let minBudget = 16 << 20

  /// The default budget.
  package var budget: Int {
    var budget = min(physical, controlGroup ?? physical) / 2
    if let addressSpace { budget = min(budget, (addressSpace - Self.addressSpaceOfThread) / 2) }
    if let available { budget = min(budget, available / 10 * 9) }
    return max(Self.minBudget, budget)
  }

  private static var addressSpaceLeft: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else {
      return nil
    }
    return max(0, Int(limit.rlim_cur) - (ProcessMemory.mapped ?? 0))
  }
}

/// The control groups (cgroup v1 and v2) of this process.
package enum ControlGroup {
  /// The least memory limit of the process's group and those above it, in bytes; `nil` without one.
  package static let memoryLimit = limit(
    ofGroupsIn: (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? "", mountedAt: "/sys/fs/cgroup")

  /// - Parameters:
  ///   - list: what `/proc/self/cgroup` says: lines of number, controllers and path.
  ///   - root: where control groups are mounted.
  package static func limit(ofGroupsIn list: String, mountedAt root: String) -> Int? {
    var limits: [Int] = []
    for line in list.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let file: String
      var folder = root
      if parts[1].isEmpty {
        file = "memory.max"
      } else if parts[1].split(separator: ",").contains("memory") {
        file = "memory.limit_in_bytes"
        folder += "/memory"
      } else {
        continue
      }
      // Within a container the path may not be there: its own group is mounted as the root.
      var path = parts[2].split(separator: "/").map(String.init)
      while true {
        let text = try? String(contentsOfFile: ([folder] + path + [file]).joined(separator: "/"), encoding: .utf8)
        if let limit = text.flatMap({ Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }), limit > 0 {
          limits.append(limit)
        }
        guard path.popLast() != nil else { break }
      }
    }
    // Version 1 says "no limit" by a number near 2⁶³.
    return limits.min().flatMap { $0 < 1 << 60 ? $0 : nil }
  }
}

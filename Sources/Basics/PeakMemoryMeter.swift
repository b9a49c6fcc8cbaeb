import Glibc
import Synchronization

/// Peak memory of the process during pieces of work, several of which may run at a time.
///
/// A process knows only the peak of all that it holds. So whenever a piece begins or ends, the peak since the last such
/// moment goes to all that were being done, and counting starts anew: each gets the peak of its own time, with what others
/// held then.
package final class PeakMemoryMeter: Sendable {
  private struct State {
    /// The peak of each piece of work so far, by its number.
    var open: [Int: Int] = [:]
    var begun = 0
    var isKnown = true
  }

  private let state = Mutex(State())
  private let takePeak: @Sendable () -> Int?

  /// - Parameter takePeak: the most bytes held since it was last called; `nil` where that is not known.
  package init(takePeak: @escaping @Sendable () -> Int? = ProcessMemory.takePeak) { self.takePeak = takePeak }

  /// The result of some work and the most bytes that were held meanwhile; `nil` where that is not known.
  package func during<Result>(_ body: () throws -> Result) rethrows -> (result: Result, peak: Int?) {
    let number = state.withLock { state in
      credit(&state)
      state.begun += 1
      state.open[state.begun] = 0
      return state.begun
    }
    var peak: Int?
    let result: Result
    do {
      defer {
        peak = state.withLock { state in
          credit(&state)
          let peak = state.open.removeValue(forKey: number)
          return state.isKnown ? peak : nil
        }
      }
      result = try body()
    }
    return (result, peak)
  }

  private func credit(_ state: inout State) {
    guard state.isKnown, let peak = takePeak() else {
      state.isKnown = false
      return
    }
    for number in state.open.keys { state.open[number] = max(state.open[number] ?? 0, peak) }
  }
}

/// What the system says of the process's memory.
package enum ProcessMemory {
  /// The most bytes of memory that were resident at a time since this was last called, files that are mapped included; `nil`
  /// on systems that do not say, or do not let it be counted anew (Linux does both).
  package static func takePeak() -> Int? {
    guard let kibibytes = field("VmHWM:", of: "/proc/self/status") else { return nil }
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return write(file, "5", 1) == 1 ? kibibytes << 10 : nil
  }

  /// The bytes of address space that are mapped.
  static var mapped: Int? { field("VmSize:", of: "/proc/self/status").map { $0 << 10 } }

  /// The bytes that the system could give without taking pages from others.
  static var available: Int? { field("MemAvailable:", of: "/proc/meminfo").map { $0 << 10 } }

  /// A number of kibibytes in a file of `/proc`, which has no length that could be asked for.
  private static func field(_ name: String, of path: String) -> Int? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let line = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }
}

import Synchronization

/// A value that is computed on first use and shared by all copies of its owner.
///
/// A cache is not part of its owner's value: all caches compare equal.
package final class LazyCache<Value: Sendable>: Hashable, Sendable {
  private let value = Mutex<Value?>(nil)

  package init() {}

  /// The value, made by `make` if nobody asked before.
  package func callAsFunction(_ make: () -> Value) -> Value {
    value.withLock { value in
      if let value { return value }
      let made = make()
      value = made
      return made
    }
  }

  package static func == (_: LazyCache, _: LazyCache) -> Bool { true }

  package func hash(into _: inout Hasher) {}
}

import Synchronization

/// What a value derives from itself once, when it is first asked for, and shares with its copies.
///
/// It adds nothing to what its owner is, so that any two are equal.
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

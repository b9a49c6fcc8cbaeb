/// The bytes that a fit takes at its peak beside the rows it is given, roughly.
package struct FitMemory: Hashable, Sendable {
  /// What its threads share.
  package var shared: Int
  /// What each of its threads has for itself.
  package var eachThread: Int

  /// Memory from its parts.
  package init(shared: Int = 0, eachThread: Int = 0) {
    self.shared = shared
    self.eachThread = eachThread
  }

  /// Enough for either of two fits.
  package func union(_ other: FitMemory) -> FitMemory {
    FitMemory(shared: max(shared, other.shared), eachThread: max(eachThread, other.eachThread))
  }
}

/// A learner whose fits take more memory than a few copies of their rows.
package protocol MemoryTakingLearner: Learner {
  /// What a fit takes.
  ///
  /// - Parameters:
  ///   - classCounts: the rows of each class.
  ///   - features: the numbers of a row.
  ///   - fits: how many fits may run at once.
  ///   - threads: how many threads work at all of them.
  func fitMemory(classCounts: [Int], features: Int, fits: Int, threads: Int) -> FitMemory
}

import Basics
import Learning

/// What the kernel values of a fit take, and whether they are held all at once.
struct KernelMemory {
  /// The bytes that kernel values may take on one thread.
  let budget: Int
  /// Whether the bases of all rows and the squares of the largest pair of classes fit into that.
  let isDense: Bool
  private let kind: SupportVectorMachine.KernelKind
  private let rows: Int
  private let largestPair: Int

  /// - Parameters:
  ///   - largestPair: the rows of the two largest classes.
  ///   - memory: the bytes that kernel values of all threads may take together.
  init(_ kind: SupportVectorMachine.KernelKind, rows: Int, largestPair: Int, memory: Int) {
    self.kind = kind
    self.rows = rows
    self.largestPair = largestPair
    budget = memory / Parallel.availableThreads
    isDense = kind != .linear && KernelBases.bytes(rows: rows) + Self.squareBytes(rows: largestPair) <= budget
  }

  /// What kernel values take. Linear machines need none but for ill problems.
  var bytes: FitMemory {
    if kind == .linear { return FitMemory() }
    if isDense {
      return FitMemory(
        shared: KernelBases.bytes(rows: rows), eachThread: Self.squareBytes(rows: largestPair))
    }
    // Rows that are kept, and bases and values of those that are solved together.
    return FitMemory(eachThread: min(budget, 10 * largestPair * largestPair))
  }

  /// What the squares of a problem take: kernel values, and those of the rows that may move.
  private static func squareBytes(rows: Int) -> Int { 4 * rows * (rows + 15) / 3 * 5 }
}

extension SupportVectorMachine: MemoryTakingLearner {
  /// Kernel values within the process's budget for them, and rows in 64 bits: all, and those of a pair of classes.
  package func fitMemory(classCounts: [Int], features: Int) -> FitMemory {
    fitMemory(classCounts: classCounts, features: features, memory: MemoryBudget.bytes)
  }

  /// As `fitMemory(classCounts:features:)`, with the bytes that kernel values may take.
  package func fitMemory(classCounts: [Int], features: Int, memory: Int) -> FitMemory {
    let rows = classCounts.reduce(0, +)
    let largestPair = classCounts.sorted(by: >).prefix(2).reduce(0, +)
    var bytes = KernelMemory(kernel, rows: rows, largestPair: largestPair, memory: memory).bytes
    bytes.shared += 8 * rows * features
    bytes.eachThread += 8 * largestPair * features
    // Weighted rows, and the matrix that is factorised.
    if kernel == .linear { bytes.eachThread += 8 * (largestPair + features) * features }
    return bytes
  }
}

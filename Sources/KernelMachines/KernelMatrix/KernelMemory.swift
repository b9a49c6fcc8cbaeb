import Basics
import Learning

/// What the kernel values of a fit take, and whether they are held all at once.
///
/// The budget is shared by the fits that run at once and the threads that work at them, whatever processors the machine has.
/// Two of each are counted where there is one: the same kernels fit on one thread and on two, so that answers are the same
/// to the bit. More threads leave less to each. Kernels that fit with all of them are held at any smaller number, too, and
/// answers are the same; those that do not are computed when they are asked for, and answers are the same within the
/// solver's tolerance.
struct KernelMemory {
  /// The bytes that kernel values of a pair of classes may take where they are not held all at once.
  let budget: Int
  /// Whether the bases of all rows and the squares of the largest pair of classes, of all fits, fit into memory.
  let isDense: Bool
  private let kind: SupportVectorMachine.KernelKind
  private let rows: Int
  private let largestPair: Int
  private let pairs: Int
  /// Whether there are more threads than pairs of classes to work at.
  private let areThreadsMore: Bool

  /// What is counted at least, so that one thread and two see the same.
  private static let minShares = 2

  /// - Parameters:
  ///   - classCounts: the rows of each class.
  ///   - memory: the bytes that kernel values of all fits may take together.
  ///   - fits: how many fits may run at once.
  ///   - threads: how many threads work at all of them; each has a pair of classes at most.
  init(_ kind: SupportVectorMachine.KernelKind, classCounts: [Int], memory: Int, fits: Int, threads: Int) {
    self.kind = kind
    rows = classCounts.reduce(0, +)
    largestPair = classCounts.sorted(by: >).prefix(2).reduce(0, +)
    let present = classCounts.count { $0 > 0 }
    pairs = present * (present - 1) / 2
    areThreadsMore = fits * pairs < threads
    let squares = max(Self.minShares, min(threads, fits * pairs))
    budget = memory / squares
    isDense =
      kind != .linear
      && max(Self.minShares, fits) * PairwiseTerms.bytes(rows: rows) + squares * Self.squareBytes(rows: largestPair)
        <= memory
  }

  /// What kernel values take. Linear machines need none but for ill problems.
  var bytes: FitMemory {
    if kind == .linear { return FitMemory() }
    if isDense {
      return FitMemory(
        shared: PairwiseTerms.bytes(rows: rows), eachThread: Self.squareBytes(rows: largestPair))
    }
    // Rows that are kept, and bases and values of those that are solved together.
    return FitMemory(eachThread: min(budget, 10 * largestPair * largestPair))
  }

  /// What the squares of a problem take: kernel values, and those of the rows that may move.
  private static func squareBytes(rows: Int) -> Int { 4 * rows * (rows + 15) / 3 * 5 }

  /// What a fit takes by what each thread has that works at a pair: with threads to spare, every pair's share is there once.
  func counted(_ memory: FitMemory) -> FitMemory {
    areThreadsMore ? FitMemory(shared: memory.shared + pairs * memory.eachThread) : memory
  }
}

extension SupportVectorMachine: MemoryTakingLearner {
  /// Kernel values within the process's budget for them, and rows in 64 bits: all, and those of a pair of classes; for
  /// distances in 32 bits, too, all of them or a pair's.
  package func fitMemory(classCounts: [Int], features: Int, fits: Int, threads: Int) -> FitMemory {
    fitMemory(
      classCounts: classCounts, features: features, fits: fits, threads: threads, memory: MemoryBudget.bytes)
  }

  /// As `fitMemory(classCounts:features:fits:threads:)`, with the bytes that kernel values may take.
  package func fitMemory(
    classCounts: [Int], features: Int, fits: Int, threads: Int, memory: Int
  ) -> FitMemory {
    let rows = classCounts.reduce(0, +)
    let largestPair = classCounts.sorted(by: >).prefix(2).reduce(0, +)
    let space = KernelMemory(kernel, classCounts: classCounts, memory: memory, fits: fits, threads: threads)
    var bytes = space.bytes
    bytes.shared += (kernel == .rbf && space.isDense ? 16 : 8) * rows * features
    bytes.eachThread += (kernel == .rbf && !space.isDense ? 12 : 8) * largestPair * features
    // Weighted rows, and the matrix that is factorised.
    if kernel == .linear { bytes.eachThread += 8 * (largestPair + features) * features }
    return space.counted(bytes)
  }
}

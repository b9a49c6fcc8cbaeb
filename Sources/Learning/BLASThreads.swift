import COpenBLAS

/// OpenBLAS must not start threads of its own beside ours. Told once: each telling wakes its threads, which then spin for
/// a while.
package enum BLASThreads {
  private static let told: Void = openblas_set_num_threads(1)

  package static func useOne() { told }
}

import Foundation
import Glibc

/// Starts this process anew with variables that libraries read when they are loaded; returns if they are set already or
/// that is not possible. The process keeps its number.
///
/// OpenBLAS starts a thread for each processor, which would only get in the way of ours. The C library hands large freed
/// blocks back to the system, which gives them anew page by page; kernels take hundreds of megabytes, many times a second.
/// OpenBLAS up to 0.3.21, Debian 12's, takes every processor of AMD for one without AVX-512, which halves its speed.
package func restartWithLibrarySettings() {
  var settings = [
    ("OPENBLAS_NUM_THREADS", "1"),
    ("GLIBC_TUNABLES", "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1099511627776"),
  ]
  if Processor.isAMD, Processor.features.isSuperset(of: ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"]) {
    settings.append(("OPENBLAS_CORETYPE", "SKYLAKEX"))
  }
  let missing = settings.filter { getenv($0.0) == nil }
  guard !missing.isEmpty, missing.allSatisfy({ setenv($0.0, $0.1, 1) == 0 }) else { return }
  var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
  arguments.append(nil)
  // By its own path, for its name in a list of processes; by the other one should the file have been replaced.
  if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { execv(path, arguments) }
  execv("/proc/self/exe", arguments)
  for argument in arguments { free(argument) }
}

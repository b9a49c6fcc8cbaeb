import Foundation
import Glibc

/// Starts this process anew with a variable set that libraries read when they are loaded; returns if it is set already or
/// that is not possible. The process keeps its number.
package func restartUnlessSet(_ variable: String, to value: String) {
  guard getenv(variable) == nil, setenv(variable, value, 1) == 0 else { return }
  var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
  arguments.append(nil)
  execv("/proc/self/exe", arguments)
  for argument in arguments { free(argument) }
}

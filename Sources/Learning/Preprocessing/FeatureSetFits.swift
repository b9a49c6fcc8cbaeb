import Basics
import Synchronization

/// Principal components of one table, each learned once, whichever transforms ask for them and on whichever thread.
package final class FeatureSetFits: Sendable {
  private struct Problem: Hashable {
    let settings: PrincipalComponents.Settings
    let training: [Int]
  }

  private let fits = Mutex<[Problem: LazyCache<Result<PrincipalComponents, any Error>>]>([:])

  package init() {}

  /// How many were learned.
  package var count: Int { fits.withLock { $0.count } }

  /// The components that some rows of the table teach.
  func components(
    _ settings: PrincipalComponents.Settings, rows: Matrix<Float>, training: [Int]
  ) throws -> PrincipalComponents {
    let problem = Problem(settings: settings, training: training)
    let fit = fits.withLock { fits in
      let fit = fits[problem] ?? LazyCache()
      fits[problem] = fit
      return fit
    }
    return try fit { Result { try PrincipalComponents(settings, rows: rows, training: training) } }.get()
  }
}

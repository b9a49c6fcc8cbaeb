import Basics
import Extraction
import Landmarks
import Learning
import Mien
import ModelFiles
import ModelSelection

/// The exit codes of the command line, after BSD's sysexits.
enum ExitStatus: Int32 {
  case usage = 64
  case badData = 65
  case missingInput = 66
  case missingTool = 69
  /// A mistake of Mien's own.
  case ours = 70
  case cannotCreate = 73
  case inputOutput = 74
  case busy = 75

  /// The code for an error.
  init(_ error: any Error) {
    switch error {
    case let error as FileError:
      self =
        switch error.kind {
        case .missing: .missingInput
        case .cannotCreate: .cannotCreate
        case .inputOutput: .inputOutput
        }
    case let error as PredictorError: self = error.kind == .missing ? .missingInput : .badData
    case is ParameterError: self = .usage
    case is FolderBusy: self = .busy
    case is MissingTool: self = .missingTool
    case let error as ExperimentError: self = error.isInOverride ? .usage : .badData
    case let error as FilesFailed: self = error.allMissing ? .missingInput : .badData
    case is TableError, is DataError, is ModelFileError, is ExtractionFailure, is JournalMismatch, is RunMismatch,
      is ExtractionMismatch:
      self = .badData
    default: self = .ours
    }
  }
}

/// Some of several files could not be used; each was named when it happened.
struct FilesFailed: Error, CustomStringConvertible {
  let failed: Int
  let total: Int
  var allMissing = false

  var description: String { "\(failed) of \(total) files could not be used" }
}

import Basics
import Foundation
import Landmarks
import Reporting
import Synchronization

/// The folder that keeps all that came of one inspection.
///
/// Everything is written to a hidden or partial neighbor first, so that the folder is there when it is whole, or not at all.
public final class InspectionFolder: Sendable {
  /// Where an inspection goes.
  private enum Place {
    case new(String)
    /// An empty folder, which stays the one that it is.
    case existing(String)
    /// The first free number in a folder of inspections.
    case numbered(folder: String, name: String)
  }

  private let place: Place
  /// Where files are written until all are there.
  private let working: String
  /// The folders above it that were made for it, the deepest first.
  private let madeAbove: [String]
  /// Whether all is in its place; held while something is written.
  private let isWhole = Mutex(false)
  private let isEnding = Atomic<Bool>(false)

  /// The page's file name.
  public static let pageFile = "inspect.html"

  /// Prepares the folder of an inspection; nothing is ever written over.
  ///
  /// - Parameters:
  ///   - path: the folder, which must not exist or be empty; `nil` for `inspections/<name>-<n>` beside the tables, with
  ///     the first free number.
  ///   - tables: the tables, or the folder of them, whose name the inspection gets.
  /// - Throws: `FileError` when it holds files or cannot be made.
  public init(creating path: String?, tables: [String]) throws {
    let partial: String
    if let path, FileManager.default.fileExists(atPath: path) {
      try AtomicFile.createFolder(path)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      guard names.isEmpty else {
        throw FileError(.cannotCreate, path: path, reason: "already holds files; an inspection is never written over")
      }
      place = .existing(path)
      partial = path + "/.partial"
    } else if let path {
      place = .new(path)
      partial = Self.withoutSlashes(path) + ".partial"
    } else {
      let (parent, name) = Self.place(ofTables: tables)
      let inspections = Paths.joined(parent, "inspections")
      place = .numbered(folder: inspections, name: name)
      partial = inspections + "/.partial"
    }
    var missing: [String] = []
    let above = (partial as NSString).deletingLastPathComponent
    var folder = above
    while !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
      missing.append(folder)
      folder = (folder as NSString).deletingLastPathComponent
    }
    madeAbove = missing
    if !above.isEmpty { try AtomicFile.createFolder(above) }
    working = try Self.numberedFolder("\(partial)-\(getpid())")
  }

  private static func withoutSlashes(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }

  /// Makes the first of `<name>-1`, `<name>-2`, … that does not exist.
  private static func numberedFolder(_ name: String) throws -> String {
    var number = 1
    while mkdir("\(name)-\(number)", 0o755) != 0 {
      guard errno == EEXIST else {
        throw FileError(.cannotCreate, path: "\(name)-\(number)", reason: String(cString: strerror(errno)))
      }
      number += 1
    }
    return "\(name)-\(number)"
  }

  /// The folder above the tables' own, and the name of that.
  private static func place(ofTables tables: [String]) -> (parent: String, name: String) {
    let first = (tables.first ?? ".") as NSString
    let isFolder = tables.count == 1 && !first.lowercased.hasSuffix(".csv")
    var folder = (isFolder ? first as String : first.deletingLastPathComponent) as NSString
    // Folders such as `..` get their names from the whole path.
    if ["", ".", "..", "/"].contains(folder.lastPathComponent) {
      let base = folder.length == 0 ? "." : folder as String
      folder = URL(fileURLWithPath: base).standardizedFileURL.path as NSString
    }
    return (folder.deletingLastPathComponent, folder.lastPathComponent == "/" ? "tables" : folder.lastPathComponent)
  }

  /// Takes away what is written but not whole, and every folder that was made for it.
  public func discard() {
    try? FileManager.default.removeItem(atPath: working)
    for folder in madeAbove { rmdir(folder) }
  }

  /// Ends the process with `body`, between two files, after taking away what is not whole; `body` learns whether the
  /// inspection is.
  public func endingProcess(_ body: (_ isWhole: Bool) -> Never) -> Never {
    isEnding.store(true, ordering: .relaxed)
    isWhole.withLock { isWhole -> Never in
      if !isWhole { discard() }
      body(isWhole)
    }
  }

  /// Does a part of the writing. It never returns once the process is ending, so that nothing comes after what is taken
  /// away.
  private func step<Result>(_ body: (inout Bool) throws -> Result) rethrows -> Result {
    while true {
      let result = try isWhole.withLock { isWhole in
        isEnding.load(ordering: .relaxed) ? nil : Optional(try body(&isWhole))
      }
      if let result { return result }
      sleep(1)
    }
  }

  /// Writes tables, pictures and the page, and puts them in their place.
  ///
  /// - Parameters:
  ///   - dataset: the tables that were inspected.
  ///   - source: their folder or files, as the reader knows them; `testSource` the same of the test tables.
  ///   - meanFaces: the mean pictures of classes, if images were there.
  ///   - picture: the picture file of a row that looks wrong, so that it can be shown.
  ///   - notes: what the reader should know beyond the inspection's own.
  /// - Returns: the folder, and notes, such as pictures that could not be drawn.
  /// - Throws: `FileError` when a file cannot be written.
  public func write(
    _ inspection: Inspection, dataset: LandmarkDataset, source: String, testSource: String? = nil,
    meanFaces: [MeanFace] = [], picture: (DataIssue) -> String? = { _ in nil }, notes: [String] = []
  ) throws -> (path: String, notes: [String]) {
    try write(inspection.counts.csv, "class_counts.csv")
    try write(inspection.shapes.csv, "shapes.csv")
    try write(inspection.suspects.csv, "suspects.csv")
    if let sizes = inspection.imageSizes { try write(sizes.csv, "image_sizes.csv") }
    if let modes = inspection.modes { try write(modes.csv, "explained_variance.csv") }
    if let embedding = inspection.embedding {
      try write(embedding.csv(images: dataset.metadata("image"), classes: dataset.classes), "embedding.csv")
    }
    try writeMeanFaces(meanFaces, classes: inspection.counts.classes)
    let encoder = JSONEncoder.forFiles
    encoder.outputFormatting.remove(.prettyPrinted)
    let json = try encoder.encode(inspection) + Data("\n".utf8)
    try step { _ in try AtomicFile.write(json, to: working + "/inspection.json") }
    let plots = InspectionPlots(inspection: inspection, dataset: dataset)
    let plotFolder = working + "/plots"
    let allNotes =
      inspection.notes + notes
      + (try Gnuplot.draw(plots.all, inFolder: plotFolder, each: { draw in try step { _ in try draw() } }))
    let html = withoutActuallyEscaping(picture) { picture in
      InspectionPage(
        inspection: inspection, dataset: dataset, source: source, testSource: testSource, plots: plots,
        meanFaces: meanFaces, picture: picture, notes: allNotes
      ) { try? String(contentsOfFile: "\(plotFolder)/\($0).svg", encoding: .utf8) }.page.html
    }
    try write(html, Self.pageFile)
    return (try step(movingIntoPlace), allNotes)
  }

  /// Puts what is written in its place.
  private func movingIntoPlace(_ isWhole: inout Bool) throws -> String {
    func rename(_ old: String, to new: String) throws {
      guard Foundation.rename(old, new) == 0 else {
        throw FileError(.cannotCreate, path: new, reason: String(cString: strerror(errno)))
      }
    }
    switch place {
    case .new(let path):
      try rename(working, to: path)
      isWhole = true
      return path
    case .existing(let path):
      // The folder may be a mount point or somebody's working folder; the page, which is opened, comes last.
      let names = try AtomicFile.visibleNames(inFolder: working).filter { $0 != Self.pageFile } + [Self.pageFile]
      for name in names { try rename("\(working)/\(name)", to: "\(path)/\(name)") }
      rmdir(working)
      isWhole = true
      return path
    case .numbered(let folder, let name):
      let path = try Self.numberedFolder("\(folder)/\(name)")
      try rename(working, to: path)
      isWhole = true
      return path
    }
  }

  private func write(_ text: String, _ name: String) throws {
    try step { _ in try AtomicFile.write(text, to: "\(working)/\(name)") }
  }

  /// Writes `mean_faces/<number>_<class>_<kind>.png`, `all` for the mean of all classes; `test_` comes first for the test
  /// tables.
  private func writeMeanFaces(_ faces: [MeanFace], classes: [String]) throws {
    guard !faces.isEmpty else { return }
    try step { _ in try AtomicFile.createFolder(working + "/mean_faces") }
    for face in faces {
      // A number and no class is `all`, so that a class of that name has a file of its own.
      let number = face.className.flatMap { classes.firstIndex(of: $0) }.map { "\($0 + 1)_" } ?? ""
      let name = "\(face.isTest ? "test_" : "")\(number)\(face.className ?? "all")_\(face.kind.rawValue).png"
      try step { _ in try AtomicFile.write(face.png, to: "\(working)/mean_faces/\(name)") }
    }
  }
}

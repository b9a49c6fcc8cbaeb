import Basics
import Foundation
import Landmarks
import Reporting

/// The folder that keeps all that came of one inspection.
public struct InspectionFolder: Sendable {
  /// The folder.
  public let path: String
  /// Whether it stands with others of its kind.
  private let isNumbered: Bool

  /// The page's file name.
  public static let pageFile = "inspect.html"

  /// Makes the folder of an inspection; nothing is ever written over.
  ///
  /// - Parameters:
  ///   - path: the folder, which must not exist or be empty; `nil` for `inspections/<name>-<n>` beside the tables, with
  ///     the first free number.
  ///   - tables: the tables, or the folder of them, whose name the inspection gets.
  /// - Throws: `FileError` when it holds files or cannot be made.
  public init(creating path: String?, tables: [String]) throws {
    if let path {
      try DurableFile.createFolder(path)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      guard names.isEmpty else {
        throw FileError(.cannotCreate, path: path, reason: "already holds files; an inspection is never written over")
      }
      self.path = path
      isNumbered = false
      return
    }
    let (parent, name) = Self.place(ofTables: tables)
    let inspections = Paths.joined(parent, "inspections")
    try DurableFile.createFolder(inspections)
    isNumbered = true
    var number = 1
    while true {
      let candidate = "\(inspections)/\(name)-\(number)"
      if mkdir(candidate, 0o755) == 0 {
        self.path = candidate
        return
      }
      guard errno == EEXIST else {
        throw FileError(.cannotCreate, path: candidate, reason: String(cString: strerror(errno)))
      }
      number += 1
    }
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

  /// Takes the folder away if nothing was written.
  public func discardIfEmpty() {
    rmdir(path)
    if isNumbered { rmdir((path as NSString).deletingLastPathComponent) }
  }

  /// Writes tables, pictures and the page.
  ///
  /// - Parameters:
  ///   - dataset: the tables that were inspected.
  ///   - source: their folder or files, as the reader knows them; `testSource` the same of the test tables.
  ///   - meanFaces: the mean pictures of classes, if images were there.
  ///   - picture: the picture file of a row of the tables, so that suspects can be shown.
  ///   - notes: what the reader should know beyond the inspection's own.
  /// - Returns: notes, such as pictures that could not be drawn.
  /// - Throws: `FileError` when a file cannot be written.
  public func write(
    _ inspection: Inspection, dataset: LandmarkDataset, source: String, testSource: String? = nil,
    meanFaces: [MeanFace] = [], picture: (_ row: Int) -> String? = { _ in nil }, notes: [String] = []
  ) throws -> [String] {
    try write(inspection.counts.csv, "class_counts.csv")
    try write(inspection.shapes.csv, "shapes.csv")
    try write(inspection.suspects.csv, "suspects.csv")
    if let sizes = inspection.imageSizes { try write(sizes.csv, "image_sizes.csv") }
    if let modes = inspection.modes { try write(modes.csv, "explained_variance.csv") }
    if let embedding = inspection.embedding {
      try write(embedding.csv(images: dataset.metadata("image"), classes: dataset.classes), "embedding.csv")
    }
    try writeMeanFaces(meanFaces, classes: dataset.classes)
    let encoder = JSONEncoder.forFiles
    encoder.outputFormatting.remove(.prettyPrinted)
    try DurableFile.write(try encoder.encode(inspection) + Data("\n".utf8), to: path + "/inspection.json")
    let plots = InspectionPlots(inspection: inspection, dataset: dataset)
    let plotFolder = path + "/plots"
    let allNotes = inspection.notes + notes + (try Gnuplot.draw(plots.all, inFolder: plotFolder))
    let html = withoutActuallyEscaping(picture) { picture in
      InspectionPage(
        inspection: inspection, dataset: dataset, source: source, testSource: testSource, plots: plots,
        meanFaces: meanFaces, picture: picture, notes: allNotes
      ) { try? String(contentsOfFile: "\(plotFolder)/\($0).svg", encoding: .utf8) }.page.html
    }
    try write(html, Self.pageFile)
    return allNotes
  }

  private func write(_ text: String, _ name: String) throws { try DurableFile.write(text, to: "\(path)/\(name)") }

  /// Writes `mean_faces/<number>_<class>_<kind>.png`; `all` for the mean of all classes.
  private func writeMeanFaces(_ faces: [MeanFace], classes: [String]) throws {
    guard !faces.isEmpty else { return }
    try DurableFile.createFolder(path + "/mean_faces")
    for face in faces {
      // A number and no class is `all`, so that a class of that name has a file of its own.
      let number = face.className.flatMap { classes.firstIndex(of: $0) }.map { "\($0 + 1)_" } ?? ""
      let name = "\(number)\(face.className ?? "all")_\(face.kind.rawValue).png"
      try DurableFile.write(face.png, to: "\(path)/mean_faces/\(name)")
    }
  }
}

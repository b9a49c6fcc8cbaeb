import ArgumentParser
import Basics
import Extraction
import Foundation
import Landmarks
import Reporting

/// Pictures with what was found on them, as PNG files in a folder, or as one file.
struct FaceOverlays {
  /// A folder, or the file itself where there is one image.
  private let out: String
  /// The file of each image.
  private let files: [String: String]

  /// - Parameters:
  ///   - out: a folder, or a name in `.png` for one image.
  ///   - images: everything that may be drawn.
  ///   - inputs: what must not be written over.
  /// - Throws: `ValidationError` when a name in `.png` cannot be meant.
  init(_ out: String, images: [String], inputs: [String]) throws {
    self.out = out
    let taken = Set(inputs.compactMap(FileIdentity.init))
    func isInput(_ path: String) -> Bool { FileIdentity(path).map(taken.contains) ?? false }
    guard Self.isFile(out) else {
      files = Self.names(of: images) { isInput("\(out)/\($0)") }.mapValues { "\(out)/\($0)" }
      return
    }
    guard Set(images).count <= 1 else {
      throw ValidationError("--draw \(out) takes one image, there are \(Set(images).count): name a folder")
    }
    guard !isInput(out) else { throw ValidationError("--draw \(out) would write over an input") }
    files = Dictionary(uniqueKeysWithValues: Set(images).map { ($0, out) })
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return path.lowercased().hasSuffix(".png") && !(exists && isFolder.boolValue)
  }

  /// A name for each image, `portrait.png`; with the folder in front where another image has the same,
  /// `happy_portrait.png`, and with a number at the end where that does not help either. Case does not tell names apart,
  /// as on some disks it does not.
  static func names(of images: [String], isForbidden: (String) -> Bool) -> [String: String] {
    func parts(_ image: String) -> [String] {
      let path = URL(fileURLWithPath: image).standardizedFileURL
      let name = (path.lastPathComponent as NSString).deletingPathExtension
      return [name, path.deletingLastPathComponent().lastPathComponent + "_" + name]
    }
    var counts: [String: Int] = [:]
    let different = Set(images)
    for image in different { for name in Set(parts(image)) { counts[name.lowercased(), default: 0] += 1 } }
    var names: [String: String] = [:]
    var used: Set<String> = []
    for image in images where names[image] == nil {
      let wanted = parts(image)
      let base = wanted.first { counts[$0.lowercased()] == 1 } ?? wanted[1]
      var (name, number) = (base + ".png", 2)
      while used.contains(name.lowercased()) || isForbidden(name) {
        name = "\(base)-\(number).png"
        number += 1
      }
      used.insert(name.lowercased())
      names[image] = name
    }
    return names
  }

  /// An image, and its faces with the probabilities of their classes.
  struct Drawing {
    let image: String
    let faces: [(face: FaceLandmarks, probabilities: [(name: String, value: Double)])]
  }

  /// Draws images one after another.
  ///
  /// - Returns: notes on pictures that are left out, and why.
  /// - Throws: `FileError` when a file cannot be written.
  func write(_ drawings: [Drawing]) throws -> [String] {
    guard !drawings.isEmpty else { return [] }
    guard let gnuplot = Gnuplot() else {
      return ["images not drawn: gnuplot is not installed (apt install gnuplot-nox)"]
    }
    let progress = drawings.count > 1 ? ProgressLine() : nil
    var notes: [String] = []
    for (index, drawing) in drawings.enumerated() {
      do {
        try write(drawing, gnuplot: gnuplot)
      } catch let failure as Gnuplot.Failure {
        notes.append("\(drawing.image): not drawn: \(failure)")
      } catch let failure as ExtractionFailure {
        notes.append("\(drawing.image): not drawn: \(failure)")
      }
      progress?.update(done: index + 1, total: drawings.count) { "\(index + 1) of \(drawings.count) images drawn" }
    }
    return notes
  }

  private func write(_ drawing: Drawing, gnuplot: Gnuplot) throws {
    guard let file = files[drawing.image] else { return }
    let picture = try Picture(decoding: drawing.image)
    let faces = drawing.faces.map { entry in
      OverlaidFace(
        left: entry.face.left, top: entry.face.top, width: entry.face.width, height: entry.face.height,
        points: entry.face.points, probabilities: entry.probabilities)
    }
    let overlay = FaceOverlay(
      width: picture.width, height: picture.height, faces: faces,
      scheme: LandmarkScheme(pointCount: (faces.first?.points.count ?? 0) / 2))
    let plot = overlay.plot(rgb: picture.rgb, width: picture.width)
    // No name of a file comes near gnuplot.
    let folder = FileManager.default.temporaryDirectory.path + "/mien-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try gnuplot.draw(plot, inFolder: folder)
    let target = (file as NSString).deletingLastPathComponent
    if !target.isEmpty { try AtomicFile.createFolder(target) }
    try AtomicFile.write(try AtomicFile.read("\(folder)/\(plot.name).png"), to: file)
  }
}

/// What a file is, however its path is written.
private struct FileIdentity: Hashable {
  let device: UInt64
  let number: UInt64

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }
}

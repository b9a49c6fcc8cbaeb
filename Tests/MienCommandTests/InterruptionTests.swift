import Foundation
import Glibc
import TestSupport
import Testing

/// Pictures of two classes, enough to be interrupted at.
private func pictures(_ copies: Int) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for name in ["happy", "sad"] {
    try FileManager.default.createDirectory(atPath: folder.path + "/" + name, withIntermediateDirectories: true)
    for copy in 0..<copies {
      let source = name == "happy" ? "/faces/happy/portrait.jpg" : "/faces/sad/warped.jpg"
      try FileManager.default.copyItem(atPath: samples + source, toPath: "\(folder.path)/\(name)/\(copy).jpg")
    }
  }
  _ = try folder.write("no picture", to: "sad/text.jpg")
  return folder
}

/// Starts an extraction and sends a signal once some images are saved.
private func interrupt(extractionOf images: String, to out: String, by number: Int32) throws -> (Int32, errors: String)
{
  let process = Command.process(["extract", images, "--out", out, "--resume"])
  let folder = try TemporaryFolder()
  let errors = try folder.write("", to: "errors")
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle(forWritingAtPath: errors)
  try process.run()
  func journalSize() -> Int {
    ((try? FileManager.default.attributesOfItem(atPath: out + "/extraction.journal"))?[.size] as? Int) ?? 0
  }
  let before = journalSize()
  // The settings take a few hundred bytes, an image more than a thousand.
  while process.isRunning, journalSize() < before + 3000 { usleep(1000) }
  kill(process.processIdentifier, number)
  process.waitUntilExit()
  return (process.terminationStatus, try folder.read("errors"))
}

@Suite(.serialized) struct ExtractionInterruptionTests {
  @Test func anExtractionThatIsInterruptedOrKilledResumesToTheSameBytes() throws {
    let images = try pictures(12)
    let folder = try TemporaryFolder()
    let (whole, parts) = (folder.path + "/whole", folder.path + "/parts")
    #expect(try Command("extract", images.path, "--out", whole).status == 0)

    let (status, errors) = try interrupt(extractionOf: images.path, to: parts, by: SIGINT)
    #expect(status == 130 && errors.contains("stopped safely: "), "\(errors)")
    #expect(errors.contains("continue with: mien extract \(images.path) --out \(parts) --resume"))
    #expect(try interrupt(extractionOf: images.path, to: parts, by: SIGHUP).0 == 129)
    #expect(try interrupt(extractionOf: images.path, to: parts, by: SIGKILL).0 == SIGKILL)

    // Without being asked, nothing is thrown away.
    let refused = try Command("extract", images.path, "--out", parts)
    #expect(refused.status == 73 && refused.errors.contains("go on with --resume"))
    let other = try Command("extract", images.path, "--out", parts, "--resume", "--passes", "1")
    #expect(other.status == 65 && other.errors.contains("begun with other options"))

    let resumed = try Command("extract", images.path, "--out", parts, "--resume")
    #expect(resumed.status == 0 && resumed.errors.contains("images were extracted before"))
    for name in ["happy.csv", "sad.csv", "failures.csv"] {
      #expect(try folder.read("whole/" + name) == folder.read("parts/" + name))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: parts).sorted() == ["failures.csv", "happy.csv", "sad.csv"])
  }

  @Test func aJournalThatIsCutAnywhereLosesImagesInWorkAndNothingElse() throws {
    let images = try pictures(2)
    let folder = try TemporaryFolder()
    let (whole, parts) = (folder.path + "/whole", folder.path + "/parts")
    #expect(try Command("extract", images.path, "--out", whole).status == 0)
    _ = try interrupt(extractionOf: images.path, to: parts, by: SIGKILL)
    let journal = URL(fileURLWithPath: parts + "/extraction.journal")
    let content = try Data(contentsOf: journal)
    for length in stride(from: 0, to: content.count, by: max(1, content.count / 4)) {
      try FileManager.default.createDirectory(atPath: parts, withIntermediateDirectories: true)
      try content.prefix(length).write(to: journal)
      let resumed = try Command("extract", images.path, "--out", parts, "--resume")
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try folder.read("whole/happy.csv") == folder.read("parts/happy.csv"))
    }
  }

  @Test func twoExtractionsIntoOneFolderAreRefused() throws {
    let images = try pictures(20)
    let folder = try TemporaryFolder()
    let out = folder.path + "/tables"
    let first = Command.process(["extract", images.path, "--out", out])
    first.standardOutput = FileHandle.nullDevice
    first.standardError = FileHandle.nullDevice
    try first.run()
    while first.isRunning, !FileManager.default.fileExists(atPath: out + "/extraction.journal") { usleep(1000) }
    let second = try Command("extract", images.path, "--out", out)
    #expect(second.status == 75)
    #expect(
      second.errors == "mien: \(out): in use by process \(first.processIdentifier); wait until it ends, or stop it\n")
    first.waitUntilExit()
    #expect(first.terminationStatus == 0)
  }

  @Test func filesWhoseNamesAreNotUTF8AreNamedAndCounted() throws {
    let images = try pictures(1)
    let out = try TemporaryFolder()
    let bytes: [CChar] = Array((images.path + "/happy/caf").utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
    let file = open(bytes, O_WRONLY | O_CREAT, 0o644)
    try #require(file >= 0)
    close(file)
    try FileManager.default.createSymbolicLink(atPath: images.path + "/happy/gone", withDestinationPath: "/none")
    let extract = try Command("extract", images.path, "--out", out.path)
    let counts = extract.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(extract.status == 0 && counts.contains(["happy", "3", "1", "0", "2"]), "\(extract.output)")
    let failures = try out.read("failures.csv")
    #expect(failures.contains("happy/caf\\xE9,\"the name is not UTF-8, so it cannot be opened: rename it\""))
    #expect(failures.contains("happy/gone,\"neither a file nor a folder, or a link to nothing\""))
  }
}

/// Sanitizers reserve terabytes of address space, and have an allocator of their own; `scripts/sanitize.sh` sets the variable.
private let unlessSanitized = ConditionTrait.enabled(
  if: ProcessInfo.processInfo.environment["MIEN_SANITIZER"] == nil, "limits of address space end a sanitized process")

@Suite(.serialized) struct ProcessTests {
  private func forest(rows: String = Repository.landmarks, in folder: TemporaryFolder) throws -> String {
    try folder.write(
      "data: \(rows)\nfeatures: [raw]\nlearners: {random_forest: {n_estimators: [5], max_depth: [2, 3]}}", to: "e.yaml")
  }

  @Test(unlessSanitized) func memoryThatRunsOutIsOneLineAndExitCode74() throws {
    let command = try Command(
      shell: "ulimit -v 300000; exec \"$MIEN\" evaluate models/expression-4-landmarks.mien landmarks")
    #expect(command.status == 74)
    #expect(command.errors.hasPrefix("mien: out of memory: cannot allocate "))
    #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
  }

  @Test(unlessSanitized) func aSearchWithLittleAddressSpaceEndsAtTheSameScores() throws {
    let folder = try TemporaryFolder()
    let experiment = try forest(in: folder)
    let free = try Command("search", experiment, "--out", folder.path + "/free")
    #expect(free.status == 0, "\(free.errors)")
    let bound = try Command(
      shell: "ulimit -v 500000; exec \"$MIEN\" search \(experiment) --out \(folder.path)/bound")
    #expect(bound.status == 0, "\(bound.errors)")
    #expect(try folder.read("free/predictions.csv") == folder.read("bound/predictions.csv"))
  }

  @Test func aClosedStandardOutputWritesToNoFile() throws {
    let folder = try TemporaryFolder()
    let experiment = try forest(in: folder)
    let command = try Command(shell: "exec \"$MIEN\" search \(experiment) --out \(folder.path)/run >&-")
    #expect(command.status == 74 && command.errors.contains("standard output: cannot be written"))
    for line in try folder.read("run/journal.jsonl").split(separator: "\n") {
      #expect(line.hasPrefix("{\"sha256\":\""))
    }
    #expect(try folder.read("run/report.html").contains("</html>"))
  }

  @Test func aRunFolderThatIsRemovedWhilePicturesAreDrawnIsAnError() throws {
    let folder = try TemporaryFolder()
    let experiment = try forest(in: folder)
    let gnuplot = try folder.write("#!/bin/sh\nrm -rf \(folder.path)/run\n", to: "bin/gnuplot")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: gnuplot)
    let path = folder.path + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    let command = try Command(
      "search", experiment, "--out", folder.path + "/run", environment: ["PATH": path])
    #expect(command.status == 74)
    #expect(command.errors.contains("was removed or replaced while it was being written to"), "\(command.errors)")
  }

  @Test func aSearchThatIsHungUpSaysHowToResume() throws {
    let folder = try TemporaryFolder()
    let experiment = try folder.write(
      "data: \(Repository.landmarks)\nfeatures: [raw]\nlearners: {gradient_boosting: {n_estimators: [100], max_depth: [2, 3, 4, 5]}}",
      to: "e.yaml")
    let out = folder.path + "/run"
    let process = Command.process(["search", experiment, "--out", out])
    let errors = try folder.write("", to: "errors")
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    while process.isRunning, (try? folder.read("run/journal.jsonl").count) ?? 0 < 1000 { usleep(1000) }
    kill(process.processIdentifier, SIGHUP)
    process.waitUntilExit()
    #expect(process.terminationStatus == 129)
    #expect(try folder.read("errors").contains("continue with: mien search --resume \(out)"))
  }

  @Test func valuesThatALearnerRefusesLeaveNoRunFolder() throws {
    let folder = try TemporaryFolder()
    // Differences so small that their squares vanish: trees take them, machines do not.
    for name in ["a", "b"] {
      let rows = (0..<20).map { row in
        (0..<4).map { "\(Double((row * 7 + $0 * 3) % 11) * 1e-25)" }.joined(separator: ",")
      }
      _ = try folder.write("1_x,1_y,2_x,2_y\n" + rows.joined(separator: "\n") + "\n", to: "tables/\(name).csv")
    }
    let experiment = try folder.write(
      "data: tables\nfeatures: [raw]\ncv: 2\nlearners: {random_forest: {n_estimators: [5]}, svc: {C: [1]}}",
      to: "e.yaml")
    let command = try Command("search", experiment, "--out", folder.path + "/run")
    #expect(command.status == 65 && command.errors.contains("too large or too small"), "\(command.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
  }

  @Test(arguments: ["face.jpg", "table.csv"])
  func aPipeWithoutAWriterIsRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + name
    try #require(mkfifo(path, 0o644) == 0)
    let command = try Command("classify", path)
    #expect([65, 66].contains(command.status) && command.errors.contains("is not a regular file"), "\(command.errors)")
  }

  @Test func aGridOfVeryManyValuesIsPlannedInLittleTime() throws {
    let folder = try TemporaryFolder()
    let values = (0..<80_000).map { "\(1 + Double($0) / 10_000)" }.joined(separator: ", ")
    let experiment = try folder.write(
      "data: \(Repository.landmarks)\nfeatures: [raw]\nlearners: {random_forest: {max_features: [\(1)], min_samples_leaf: [1]}, svc: {kernel: [linear], C: [\(values)]}}",
      to: "e.yaml")
    let command = try Command("search", experiment, "--dry-run")
    #expect(command.status == 0 && command.output.contains("80001 candidates × 5 folds = 400005 fits"))
  }
}

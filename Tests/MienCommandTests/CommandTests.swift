import Foundation
import Learning
import TestSupport
import Testing

@Suite(.serialized) struct CommandTests {
  @Test func picturesBecomeTablesAModelAndAnswers() throws {
    let folder = try TemporaryFolder()
    let tables = folder.path + "/tables"
    let extract = try Command("extract", samples + "/faces", "--out", tables, "--jobs", "2")
    #expect(extract.status == 0, "\(extract.errors)")
    #expect(extract.output.contains("all            11        11            0       0"))

    // The smallest class has two faces: two folds, nothing held out.
    let experiment = try folder.write(
      "data: tables\nfeatures: [aligned]\nlearners: {random_forest: {n_estimators: [20], max_depth: [4, 6]}}",
      to: "e.yaml")
    let search = try Command("search", experiment, "--cv", "2", "--set", "seed=7", "--set", "test_size=0")
    #expect(search.status == 0, "\(search.errors)")
    #expect(search.output.contains("cross-validation accuracy") && search.output.contains("weighted avg"))
    #expect(search.errors.contains("4 of 4 fits") && !search.errors.contains("\r"))
    let model = folder.path + "/runs/e-1/models/random_forest.mien"
    #expect(try folder.read("runs/e-1/experiment.yaml").contains("cv: 2"))

    let portrait = samples + "/faces/happy/portrait.jpg"
    let json = try Command("classify", model, portrait, samples + "/others/montage.png", "--json")
    #expect(json.status == 0, "\(json.errors)")
    let faces = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(faces.count == 5 && faces[0]["file"] as? String == portrait && faces[4]["face"] as? Int == 3)
    let probabilities = try #require(faces[0]["probabilities"] as? [String: Double])
    #expect(abs(probabilities.values.reduce(0, +) - 1) < 1e-9)
    #expect(probabilities.max { $0.value < $1.value }?.key == faces[0]["class"] as? String)

    // A face gets the same answer from its picture and from its row in a table.
    let byTable = try Command("classify", model, tables + "/happy.csv", "--csv").output.split(separator: "\n")
    let byPicture = try Command("classify", model, portrait, "--csv").output.split(separator: "\n")
    #expect(byTable.count == 6 && byPicture.count == 2)
    #expect(byTable[2].split(separator: ",")[2...] == byPicture[1].split(separator: ",")[2...])
  }

  @Test func aPictureWithoutAFaceGetsNoExpression() throws {
    let answer = try Command("classify", samples + "/others/no_face.png")
    #expect(answer.status == 65 && answer.output.isEmpty && answer.errors.contains("no face found (320×240)"))
    let forced = try Command("classify", samples + "/others/no_face.png", "--face-box", "image", "--csv")
    #expect(forced.status == 0 && forced.output.split(separator: "\n").count == 2)
  }

  /// Width and height of a PNG file; `nil` if it is none.
  private func pngSize(_ path: String) -> [Int]? {
    guard let data = FileManager.default.contents(atPath: path), data.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
      return nil
    }
    let header = data.dropFirst(16).prefix(8).map(Int.init)
    return header.count == 8 ? [0, 4].map { start in header[start..<start + 4].reduce(0) { $0 << 8 | $1 } } : nil
  }

  private func copy(_ sample: String, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: samples + "/" + sample, toPath: path)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"), "needs gnuplot"))
  func facesAreDrawnOnTheirPicturesWhateverTheseAreCalled() throws {
    let folder = try TemporaryFolder()
    let odd = "it's \"50 %\" `id` _x"
    let files = ["a/\(odd).png", "b/\(odd).png", "c/P.jpg", "a/none.png"].map { folder.path + "/" + $0 }
    try copy("faces/happy/tiny_gray.png", to: files[0])
    try copy("faces/happy/small.png", to: files[1])
    try copy("others/montage.png", to: files[2])
    try copy("others/no_face.png", to: files[3])
    let plain = try Command(["classify"] + files)
    let out = folder.path + "/out 1"
    let drawn = try Command(["classify"] + files + ["--draw", out])
    #expect(drawn.status == 65 && drawn.output == plain.output, "\(drawn.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(names == ["P.png", "a_\(odd).png", "b_\(odd).png"])
    #expect(pngSize("\(out)/a_\(odd).png") == [816, 816] && pngSize("\(out)/b_\(odd).png") == [864, 864])
    // Faces of 95 pixels want more than the 800 of the long side.
    #expect(pngSize("\(out)/P.png") == [2100, 552])

    // In the folder of the pictures themselves, these stay as they are.
    let before = FileManager.default.contents(atPath: files[1])
    #expect(try Command("classify", files[1], "--draw", folder.path + "/b").status == 0)
    #expect(FileManager.default.contents(atPath: files[1]) == before)
    #expect(pngSize(folder.path + "/b/\(odd)-2.png") == [864, 864])
    #expect(try Command("classify", files[1], "--draw", "new/one.png", in: folder.path).status == 0)
    #expect(pngSize(folder.path + "/new/one.png") == [864, 864])
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".gp") }
    #expect(left.isEmpty)
  }

  @Test func whatCannotBeDrawnIsNamedAndTheAnswersAreThere() throws {
    let folder = try TemporaryFolder()
    let picture = folder.path + "/a.png"
    try copy("faces/happy/small.png", to: picture)
    let without = try Command(
      "classify", picture, "--draw", folder.path + "/out", environment: ["PATH": "/nowhere"])
    #expect(without.status == 0 && without.output.contains("happy"))
    #expect(without.errors == "note: images not drawn: gnuplot is not installed (apt install gnuplot-nox)\n")

    let rows = try String(contentsOfFile: Repository.landmarks + "/sad.csv", encoding: .utf8).split(separator: "\n")
    let table = try folder.write(rows.prefix(3).joined(separator: "\n") + "\n", to: "t.csv")
    let tables = try Command("classify", table, "--draw", folder.path + "/out")
    #expect(tables.status == 0 && tables.output.split(separator: "\n").count == 3)
    #expect(
      tables.errors == """
        model: models/expression-4-landmarks.mien for \(table)
        note: not drawn, because landmark tables have no images: \(table)

        """)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/out"))

    let over = try Command("classify", picture, "--draw", picture)
    #expect(over.status == 64 && over.errors.contains("--draw \(picture) would write over an input"))
    let two = try Command("classify", picture, samples + "/faces/sad/warped.jpg", "--draw", "x.png", in: folder.path)
    #expect(two.status == 64 && two.errors.contains("--draw x.png takes one image, there are 2: name a folder"))
    #expect(over.output.isEmpty && two.output.isEmpty)
  }

  @Test func aLearningCurveIsComputedWhenAskedForAndAgainWhenARunGoesOn() throws {
    let folder = try TemporaryFolder()
    for name in ["happy", "sad"] {
      let text = try String(contentsOfFile: Repository.landmarks + "/\(name).csv", encoding: .utf8)
      _ = try folder.write(
        text.split(separator: "\n").prefix(400).joined(separator: "\n") + "\n", to: "tables/\(name).csv")
    }
    let experiment = try folder.write(
      "data: tables\nfeatures: [[raw], [aligned]]\nlearners: {random_forest: {n_estimators: [3], max_depth: [2, 4]}}",
      to: "e.yaml")
    let run = folder.path + "/run"
    let search = try Command("search", experiment, "--out", run, "--learning-curve", "--jobs", "2")
    #expect(search.status == 0 && search.errors.contains("25 of 25 fits of the learning curve"), "\(search.errors)")
    let curve = try folder.read("run/learning_curve.csv")
    #expect(curve.hasPrefix("rows,mean_train_score,std_train_score,mean_test_score,std_test_score\n"))
    #expect(try folder.read("run/report.html").contains("<h2 id=\"learning-curve\">"))

    #expect(try Command("search", "--resume", run).status == 0)
    #expect(try folder.read("run/learning_curve.csv") == curve)
    #expect(try folder.read("run/report.html").contains("<h2 id=\"learning-curve\">"))

    try FileManager.default.removeItem(atPath: run + "/learning_curve.csv")
    #expect(try Command("search", "--resume", run).status == 0)
    #expect(!FileManager.default.fileExists(atPath: run + "/learning_curve.csv"))
    #expect(try Command("search", "--resume", run, "--learning-curve", "--jobs", "1").status == 0)
    #expect(try folder.read("run/learning_curve.csv") == curve)
  }

  @Test func aReaderThatGoesAwayEndsNothing() throws {
    let folder = try TemporaryFolder()
    let experiment = try folder.write(
      "data: \(Repository.landmarks)\nlearners: {random_forest: {n_estimators: [2], max_depth: [2]}}", to: "e.yaml")
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let mien = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/mien"
    shell.arguments = ["-c", "'\(mien)' search '\(experiment)' --cv 2 2>&1 | true"]
    try shell.run()
    shell.waitUntilExit()
    #expect(FileManager.default.fileExists(atPath: folder.path + "/runs/e-1/report.html"))
  }

  @Test func outputThatCannotBeWrittenIsAnError() throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let mien = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/mien"
    shell.arguments = ["-c", "'\(mien)' classify '\(samples)/faces/happy/portrait.jpg' > /dev/full 2>/dev/null"]
    shell.currentDirectoryURL = URL(fileURLWithPath: Repository.root)
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 74)
  }

  @Test func theCommittedModelIsUsedWhenNoneIsNamed() throws {
    let answer = try Command("classify", samples + "/faces/happy/portrait.jpg")
    #expect(answer.status == 0, "\(answer.errors)")
    let lines = answer.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("happy") && lines[0].contains("surprised"))
    #expect(lines[1].contains("portrait.jpg     0  happy"))
    let elsewhere = try Command("classify", samples + "/faces/happy/portrait.jpg", in: "/")
    #expect(elsewhere.output == answer.output)
  }

  @Test func filesThatCannotBeUsedAreNamedAndTheOthersAnswered() throws {
    let answer = try Command(
      "classify", samples + "/others/not_an_image.jpg", samples + "/faces/happy/portrait.jpg", "/none.png")
    #expect(answer.status == 65)
    #expect(answer.output.split(separator: "\n").count == 2)
    #expect(
      answer.errors == """
        mien: \(samples)/others/not_an_image.jpg: not a JPEG, PNG or BMP image
        mien: /none.png: no such file
        mien: 2 of 3 files could not be used

        """)
  }

  @Test func aModelIsJudgedAndToldWhenItHasSeenTheRows() throws {
    let folder = try TemporaryFolder()
    let tables = folder.path + "/tables"
    #expect(try Command("extract", samples + "/faces", "--out", tables).status == 0)
    let scored = try Command("evaluate", tables, "--json")
    #expect(scored.status == 0 && scored.errors.isEmpty)
    let record = try #require(JSONSerialization.jsonObject(with: Data(scored.output.utf8)) as? [String: Any])
    #expect(record["rows"] as? Int == 11)
    let accuracy = try #require(record["accuracy"] as? Double)
    let interval = try #require(record["accuracy_interval"] as? [Double])
    #expect(interval.count == 2 && interval[0] < accuracy && accuracy <= interval[1])
    // Of the landmarks alone; the samples are plain to see.
    #expect(accuracy == 1)
    let text = try Command("evaluate", tables + "/happy.csv")
    #expect(text.output.hasPrefix("accuracy  1.0000 (95 % interval 0.5655 to 1.0000, 5 rows)"))
    #expect(
      text.errors == "model: models/expression-4-landmarks.mien (trained on the training images of FER2013)\n")

    // With descriptors beside the tables another model looks at the same pictures.
    let described = folder.path + "/described"
    #expect(try Command("extract", samples + "/faces", "--out", described, "--descriptors", "fhog").status == 0)
    let looked = try Command("evaluate", described, "--json")
    #expect(looked.status == 0 && looked.output != scored.output, "\(looked.errors)")
    #expect(looked.output == (try Command("evaluate", "models/expression-4.mien", described, "--json").output))
    let byTable = try Command("classify", described + "/surprised.csv", "--csv").output.split(separator: "\n")
    let byPicture = try Command("classify", samples + "/faces/surprised/" + (try firstImage(described)), "--csv")
    #expect(
      byTable[1].split(separator: ",")[2...] == byPicture.output.split(separator: "\n")[1].split(separator: ",")[2...])

    // Tables of a version that did not keep the cut-out faces.
    for name in ["happy", "sad"] {
      try FileManager.default.removeItem(atPath: "\(described)/\(name).chip.npy")
    }
    let older = try Command("evaluate", described, "--json")
    #expect(older.status == 0 && older.output == scored.output)
    let cure = "so landmarks alone are used; extract again with --descriptors fhog"
    #expect(older.errors == "note: happy.chip.npy is missing beside happy.csv (and 1 more), \(cure)\n")
    let answered = try Command("classify", described + "/happy.csv", described + "/surprised.csv")
    #expect(
      answered.errors == """
        note: happy.chip.npy is missing beside happy.csv, \(cure)
        model: models/expression-4.mien for \(described)/surprised.csv
        model: models/expression-4-landmarks.mien for \(described)/happy.csv

        """)

    let seen = try Command("evaluate", Repository.landmarks, "--json")
    #expect(seen.status == 0 && seen.errors.contains("the model was trained on rows of these tables"))

    _ = try folder.write(try folder.read("tables/sad.csv"), to: "other/angry.csv")
    let unknown = try Command("evaluate", folder.path + "/other")
    #expect(unknown.status == 65)
    #expect(unknown.errors.contains("class \"angry\" is unknown to the model; it knows happy, neutral, sad, surprised"))
  }

  /// The image of the first row of a folder's surprised faces.
  private func firstImage(_ folder: String) throws -> String {
    let table = try String(contentsOfFile: folder + "/surprised.csv", encoding: .utf8)
    return String(table.split(separator: "\n")[1].split(separator: ",")[0])
  }

  @Test func tablesAreInspectedWithTheirPictures() throws {
    let folder = try TemporaryFolder()
    let tables = folder.path + "/tables"
    #expect(try Command("extract", samples + "/faces", "--out", tables).status == 0)
    let answer = try Command(
      "inspect", tables, "--test", tables + "/happy.csv", "--images", samples + "/faces", "--test-images",
      samples + "/faces", "--threads", "2")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(
      answer.output.contains("class      faces  test faces") && answer.output.contains("happy          5           5"))
    let out = folder.path + "/inspections/tables-1"
    #expect(answer.output.hasSuffix("report: \(out)/inspect.html\n"))
    // Every row of the test table is one of the tables.
    let suspects = try folder.read("inspections/tables-1/suspects.csv").split(separator: "\n")
    #expect(suspects[0] == "row,image,class,reason,measure,detail,part")
    #expect(suspects.count { $0.hasSuffix(",test") && $0.contains("same_landmarks") } == 5)
    for name in ["1_happy_picture.png", "1_happy_chip.png", "4_surprised_chip.png", "all_picture.png", "all_chip.png"]
      + ["test_1_happy_picture.png", "test_1_happy_chip.png"]
    {
      let bytes = FileManager.default.contents(atPath: "\(out)/mean_faces/\(name)") ?? Data()
      #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) && bytes.count > 1000, "\(name)")
    }
    // The only class of the test table has the same pictures in both.
    let means = ["", "test_"].map {
      FileManager.default.contents(atPath: "\(out)/mean_faces/\($0)1_happy_chip.png") ?? Data()
    }
    #expect(means[0] == means[1] && !means[0].isEmpty)
    let page = try folder.read("inspections/tables-1/inspect.html")
    let captions = page.matches(of: /<figcaption>([a-z, ]+) \([0-9]+\)<\/figcaption>/).map { String($0.1) }
    #expect(captions.prefix(3) == ["happy", "happy, test", "neutral"], "\(captions)")
    #expect(try folder.read("inspections/tables-1/image_sizes.csv").hasPrefix("width,height,rows\n"))

    // Another inspection of the same tables gets a folder of its own; the seed and threads fix what it says.
    let again = try Command("inspect", tables, "--no-embedding", "--jobs", "1")
    #expect(again.status == 0 && again.output.contains("/inspections/tables-2/inspect.html"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/inspections/tables-2/embedding.csv"))
    #expect(
      try folder.read("inspections/tables-2/shapes.csv") == folder.read("inspections/tables-1/shapes.csv"))
  }

  @Test func inspectionsThatCannotBeMadeSayWhyAndLeaveNothing() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("1_x,1_y\n1,2\n3,4\n", to: "tables/a.csv")
    let other = try folder.write("1_x,1_y,2_x,2_y\n1,2,3,4\n", to: "other/a.csv")
    _ = try folder.write("mine", to: "full/notes.txt")
    let named = try folder.write("image,1_x,1_y\nx.png,1,2\n", to: "named/a.csv")
    let cases: [(arguments: [String], status: Int32, text: String)] = [
      ([folder.path + "/none"], 66, "no such folder"),
      ([table, "--test", folder.path + "/none.csv"], 66, "no such file"),
      ([table, "--test", other], 65, "the test tables have 2 points, the tables 1: both need the same"),
      ([table, "--out", folder.path + "/full"], 73, "already holds files; an inspection is never written over"),
      ([table, "--images", folder.path + "/none"], 66, "no such folder"),
      ([table, "--images", folder.path], 65, "class \"a\" has no image column"),
      ([named, "--images", folder.path], 66, "none of the tables' images is there: expected files such as"),
      ([table, "--test-images", folder.path], 64, "--test-images requires --images and --test"),
      ([table, "--jobs", "0"], 64, "--jobs must be from 1 to 1024, was 0"),
      ([table, "--seed", "-1"], 64, "seed"),
      ([], 64, "tables"),
    ]
    for (arguments, status, text) in cases {
      let answer = try Command(["inspect"] + arguments)
      #expect(answer.status == status, "\(arguments): \(answer.errors)")
      #expect(answer.errors.contains(text) && answer.output.isEmpty, "\(arguments): \(answer.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/inspections"))
    #expect(try folder.read("full/notes.txt") == "mine")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func anInspectionThatIsInterruptedLeavesNothing(signal: Int32) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "errors")
    let process = Command.process(["inspect", Repository.landmarks, "--out", folder.path + "/a/out", "--jobs", "1"])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: folder.path + "/errors")
    try process.run()
    // Once there is something to take away; the embedding then takes many seconds.
    while process.isRunning, !FileManager.default.fileExists(atPath: folder.path + "/a") { usleep(10_000) }
    usleep(300_000)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == 128 + signal)
    #expect(try folder.read("errors").hasSuffix("\nstopped: nothing was written\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["errors"])
  }

  @Test func aModelIsExplained() throws {
    let folder = try TemporaryFolder()
    let out = folder.path + "/why"
    let answer = try Command(
      "explain", Repository.landmarks, "--rows", "300", "--repeats", "2", "--out", out, "--json")
    #expect(answer.status == 0, "\(answer.errors)")
    let record = try #require(JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    let regions = try #require(record["regions"] as? [[String: Any]])
    #expect(regions.count == 9 && (record["keypoints"] as? [Any])?.count == 68)
    let largest = regions.max { ($0["mean"] as? Double ?? 0) < ($1["mean"] as? Double ?? 0) }
    #expect((largest?["name"] as? String)?.hasSuffix("_lip") == true)
    let lines = try folder.read("why/importances.csv").split(separator: "\n")
    #expect(lines.count == 1 + 136 + 68 + 9)
    #expect(lines[0].hasPrefix("level,name,accuracy_lost,std,recall_lost_happy,"))
  }

  @Test func runsAreListedAndCompared() throws {
    let folder = try TemporaryFolder()
    for (name, depth) in [("shallow", 1), ("deep", 9)] {
      let experiment = try folder.write(
        "data: \(Repository.landmarks)\nlearners: {random_forest: {n_estimators: [10], max_depth: [\(depth)]}}",
        to: "\(name).yaml")
      #expect(try Command("search", experiment, "--cv", "2").status == 0)
    }
    let runs = folder.path + "/runs"
    let listed = try Command("runs", runs, "--sort", "accuracy").output.split(separator: "\n")
    #expect(listed.count == 3 && listed[1].hasPrefix("deep-1") && listed[2].hasPrefix("shallow-1"))
    let compared = try Command("compare", runs + "/deep-1", runs + "/shallow-1", "--json")
    let record = try #require(JSONSerialization.jsonObject(with: Data(compared.output.utf8)) as? [String: Any])
    #expect(record["rows"] as? Int == 6660 && record["is_significant"] as? Bool == true)
    let same = try Command("compare", runs + "/deep-1", runs + "/deep-1")
    #expect(same.output.contains("p = 1.0000, the difference is not significant"))
    let none = try Command("compare", runs + "/deep-1", folder.path)
    #expect(none.status == 66 && none.errors.contains("not a finished run"))
  }

  @Test func aDryRunSaysWhatWouldBeDoneAndDoesNothing() throws {
    let folder = try TemporaryFolder()
    let experiment = try folder.write(
      "data: \(Repository.landmarks)\nlearners: {random_forest: {n_estimators: [5, 9], max_depth: [2, 3]}}",
      to: "e.yaml")
    let plan = try Command("search", experiment, "--dry-run", "--jobs", "2")
    #expect(plan.status == 0 && plan.errors.isEmpty)
    #expect(plan.output.contains("4 candidates × 5 folds = 20 fits, served by 5 computations on 2 threads"))
    #expect(plan.output.contains("13521 training rows, 6660 held out, 136 features"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["e.yaml"])
  }

  @Test func aDryRunCountsEveryListOfFeatures() throws {
    let folder = try TemporaryFolder()
    let experiment = try folder.write(
      "data: \(Repository.landmarks)\nfeatures: [[aligned], [aligned, distances]]\n"
        + "learners: {random_forest: {n_estimators: [5, 9], max_depth: [2, 3]}}",
      to: "e.yaml")
    let plan = try Command("search", experiment, "--dry-run", "--jobs", "2")
    #expect(plan.status == 0 && plan.errors.isEmpty)
    #expect(
      plan.output.contains("group 2: random_forest: features [aligned, distances], max_depth 2, n_estimators 5\n"))
    #expect(plan.output.contains("8 candidates × 5 folds = 40 fits, served by 10 computations on 2 threads"))
    #expect(plan.output.contains("13521 training rows, 6660 held out, 136 or 186 features"))
  }

  @Test func theDoctorNamesWhatIsThereAndHowToGetWhatIsNot() throws {
    let answer = try Command("doctor", environment: ["PATH": "/nowhere"])
    #expect(answer.status == 0)
    #expect(answer.output.contains("(68 points)") && answer.output.contains("apt install gnuplot-nox"))
  }

  /// Arguments, exit code, and the one line that standard error must hold.
  static let refusals: [(arguments: [String], status: Int32, error: String)] = [
    (["search", "/none.yaml"], 66, "mien: /none.yaml: no such file\n"),
    (
      ["search", Repository.root + "/experiments/article.yaml", "--data", "/none"], 66,
      "mien: /none: no such folder\n"
    ),
    (
      ["search", Repository.root + "/experiments/article.yaml", "--set", "cv=1"], 64,
      "mien: --set cv=1: cv must be an integer ≥ 2, was 1\n"
    ),
    (
      ["search", Repository.root + "/experiments/article.yaml", "--out", Repository.root], 73,
      "mien: \(Repository.root): already holds files; a run is never written over\n"
    ),
    (["extract", "/none", "--out", "/tmp/x"], 66, "mien: /none: no such folder\n"),
    (
      ["extract", samples + "/faces", "--out", "/tmp/x", "--predictor", "/none.dat"], 66,
      "mien: /none.dat: no such predictor file\n"
    ),
    (["extract", samples + "/faces", "--out", "/proc/x"], 73, "mien: /proc/x: cannot create the folder\n"),
    (["classify", "/none.mien", "a.png"], 66, "mien: /none.mien: no such file\n"),
    (["classify", "/none.png"], 66, "mien: /none.png: no such file\nmien: 1 of 1 files could not be used\n"),
    (
      ["classify", samples], 65,
      "mien: \(samples): is a folder, not an image\nmien: 1 of 1 files could not be used\n"
    ),
    (
      ["classify", samples + "/faces/happy/small.png.mien", "a.png"], 66,
      "mien: \(samples)/faces/happy/small.png.mien: no such file\n"
    ),
  ]

  @Test(arguments: 0..<refusals.count)
  func refusalsAreOneLineAndAnExitCode(index: Int) throws {
    let refusal = Self.refusals[index]
    let command = try Command(refusal.arguments)
    #expect(command.status == refusal.status)
    #expect(command.errors == refusal.error)
  }

  @Test(arguments: [
    ["search"], ["extract", "a"], ["classify", "models/expression-4.mien"], ["nonsense"],
    ["extract", "a", "--out", "b", "--jobs", "0"], ["extract", "a", "--out", "b", "--upsample", "9"],
    ["extract", "a", "--out", "b", "--face-box", "circle"],
  ])
  func wrongUsageEndsWith64(arguments: [String]) throws {
    #expect(try Command(arguments).status == 64)
  }

  /// Starts a search, ends it a while after its journal holds a result, and waits for the end.
  private func searchCut(
    after milliseconds: UInt32, run: String, _ arguments: [String], by signal: Int32
  ) throws -> (status: Int32, errors: String) {
    let folder = try TemporaryFolder()
    let errors = try folder.write("", to: "errors")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("mien")
    process.arguments = ["search"] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    func journalLines() -> Int {
      FileManager.default.contents(atPath: run + "/journal.jsonl")?.count { $0 == UInt8(ascii: "\n") } ?? 0
    }
    while process.isRunning, journalLines() < 2 { usleep(2000) }
    usleep(milliseconds * 1000)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return (process.terminationStatus, try folder.read("errors"))
  }

  private func slowExperiment(in folder: TemporaryFolder) throws -> String {
    try folder.write(
      """
      data: \(Repository.landmarks)
      learners:
        random_forest: {n_estimators: [20], max_depth: [4, 8], max_features: [5, 10, 20], criterion: [gini, entropy]}
      """, to: "e.yaml")
  }

  @Test func aSearchKilledAtRandomMomentsEndsAsOneThatWasNot() throws {
    let folder = try TemporaryFolder()
    let experiment = try slowExperiment(in: folder)
    let (whole, killed) = (folder.path + "/whole", folder.path + "/killed")
    #expect(try Command("search", experiment, "--out", whole).status == 0)
    var random = KeyedRandom(seed: 11)
    _ = try searchCut(after: 1, run: killed, [experiment, "--out", killed], by: SIGKILL)
    for _ in 0..<6 {
      _ = try searchCut(after: random.below(600), run: killed, ["--resume", killed], by: SIGKILL)
    }
    let last = try Command("search", "--resume", killed)
    #expect(last.status == 0, "\(last.errors)")
    let timed: Set = ["cv_results.csv", "journal.jsonl", "manifest.json", "report.html", "run.lock"]
    let names = try FileManager.default.subpathsOfDirectory(atPath: whole).filter { !timed.contains($0) }
    #expect(names.count > 20)
    for name in names {
      #expect(
        FileManager.default.contents(atPath: whole + "/" + name)
          == FileManager.default.contents(atPath: killed + "/" + name), "\(name)")
    }
    // The columns of scores; times come second to fifth, memory last.
    func scores(_ run: String) throws -> [ArraySlice<Substring>] {
      try String(contentsOfFile: run + "/cv_results.csv", encoding: .utf8).split(separator: "\n")
        .map { $0.split(separator: ",", omittingEmptySubsequences: false)[5...].dropLast() }
    }
    #expect(try scores(whole) == scores(killed))
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func aStoppedSearchSaysHowToGoOn(signal: Int32, status: Int32) throws {
    let folder = try TemporaryFolder()
    let run = folder.path + "/run"
    let (ended, errors) = try searchCut(
      after: 1, run: run, [try slowExperiment(in: folder), "--out", run], by: signal)
    #expect(ended == status)
    #expect(errors.contains("fits saved; continue with: mien search --resume \(run)\n"))
    #expect(try Command("search", "--resume", run).status == 0)
  }

  @Test func aRunWhoseTablesHaveChangedIsRefusedWithWhatChanged() throws {
    let folder = try TemporaryFolder()
    for name in ["happy", "sad"] {
      let text = try String(contentsOfFile: Repository.landmarks + "/\(name).csv", encoding: .utf8)
      _ = try folder.write(text.split(separator: "\n").prefix(400).joined(separator: "\n"), to: "tables/\(name).csv")
    }
    let experiment = try folder.write("data: tables\nlearners: {random_forest: {n_estimators: [2]}}", to: "e.yaml")
    let run = folder.path + "/run"
    #expect(try Command("search", experiment, "--out", run).status == 0)
    _ = try folder.write(folder.read("tables/sad.csv").replacing("im1.png", with: "im2.png"), to: "tables/sad.csv")
    let resumed = try Command("search", "--resume", run)
    #expect(resumed.status == 65)
    #expect(resumed.errors.contains("cannot go on with this run: table sad has changed; start a new one"))
  }

  @Test func withoutGnuplotASearchFinishesAndSaysWhatIsLeftOut() throws {
    let folder = try TemporaryFolder()
    let experiment = try folder.write(
      "data: \(Repository.landmarks)\nlearners: {random_forest: {n_estimators: [2], max_depth: [2]}}", to: "e.yaml")
    let search = try Command("search", experiment, "--cv", "2", environment: ["PATH": "/nowhere"])
    #expect(search.status == 0)
    #expect(
      search.errors.contains(
        "note: plots not drawn: gnuplot is not installed (apt install gnuplot-nox): mean_keypoints, "))
    #expect(try folder.read("runs/e-1/plots/mean_keypoints.gp").contains("plot"))
    #expect(try folder.read("runs/e-1/report.html").contains("plots not drawn"))
  }

  @Test func aDecimalCommaInTheLocaleChangesNothing() throws {
    let portrait = samples + "/faces/happy/portrait.jpg"
    let plain = try Command("classify", portrait, "--csv")
    for locale in ["de_DE.UTF-8", "tr_TR.UTF-8"] {
      #expect(try Command("classify", portrait, "--csv", environment: ["LC_ALL": locale]).output == plain.output)
    }
  }
}

import Basics
import Foundation
import Features
import Landmarks
import Reporting

/// The page of an inspection.
struct InspectionPage {
  let inspection: Inspection
  let dataset: LandmarkDataset
  let source: String
  let testSource: String?
  let plots: InspectionPlots
  let meanFaces: [MeanFace]
  /// The picture file of a row that looks wrong.
  let picture: (DataIssue) -> String?
  let notes: [String]
  /// The SVG of a plot; `nil` for one that was not drawn.
  let svg: (_ name: String) -> String?

  /// Rows of each reason that the page shows; `suspects.csv` has all.
  static let shownSuspects = 20
  /// The bytes of a picture file that is put into the page; larger ones are named only.
  private static let maxThumbnail = 200_000
  /// The bytes of all picture files of rows that look wrong.
  static let maxThumbnailBytes = 3_000_000

  var page: Page {
    Page(
      title: "Inspection of \(source)",
      lead: lead,
      sections: [overview, keypoints, pictures, suspects, modes, embedding].compactMap { $0 })
  }

  private var lead: String {
    let suspicious = Set(inspection.suspects.found.map { [$0.isTest ? 1 : 0, $0.row] }).count
    return "\(dataset.rowCount) faces of \(Self.counted(dataset.classes.count, "class", "classes")), "
      + "\(dataset.scheme.pointCount) points each. "
      + "\(Self.counted(suspicious, "row is", "rows are")) suspect."
  }

  // MARK: Sections

  private var overview: Section {
    let counts = inspection.counts
    var facts = [("Tables", source)]
    if let testSource { facts.append(("Test tables", testSource)) }
    facts.append(("Faces", "\(counts.rows.reduce(0, +))"))
    if let testRows = counts.testRows { facts.append(("Test faces", "\(testRows.reduce(0, +))")) }
    facts.append(("Points", "\(dataset.scheme.pointCount)"))
    var blocks: [Block] = [.facts(facts)]
    blocks += notes.map { .note($0) }
    blocks += figure(
      "class_counts",
      caption: "Faces of each class" + (testSource == nil ? "." : ", in the tables and the test tables."),
      alternative: "Bars: "
        + zip(counts.classes, counts.rows).map { "\($0) \($1)" }.joined(separator: ", ") + ".",
      dataFile: "class_counts.csv")
    if let table = testDistances { blocks.append(.table(table)) }
    if let sizes = inspection.imageSizes {
      let shown = sizes.sizes.prefix(Self.shownSuspects)
      let unknown = sizes.unknownRows > 0 ? " Unknown for \(sizes.unknownRows) rows." : ""
      blocks.append(
        .table(
          PageTable(
            caption: "Sizes of the images"
              + (shown.count < sizes.sizes.count ? ", the \(shown.count) most common of \(sizes.sizes.count)" : "")
              + " (image_sizes.csv)." + unknown,
            columns: [
              .init("width", isNumber: true), .init("height", isNumber: true), .init("faces", isNumber: true),
            ],
            rows: shown.map { ["\($0.width)", "\($0.height)", "\($0.rows)"] })))
    } else {
      blocks.append(
        .paragraph("Image sizes are unknown: pass the folder of images to read them."))
    }
    return Section("Classes", blocks)
  }

  /// How far the mean shape of each class in the test tables is from that in the tables.
  private var testDistances: PageTable? {
    guard let test = inspection.testShapes else { return nil }
    let rows = inspection.shapes.classes.compactMap { shape -> [String]? in
      guard let other = test.classes.first(where: { $0.name == shape.name }) else { return nil }
      return [
        shape.name, "\(shape.rows)", "\(other.rows)",
        DecimalText.text(ShapeStatistics.distance(shape.mean, other.mean), 4),
      ]
    }
    return PageTable(
      caption:
        "Distance between the mean shapes of each class in the tables and in the test tables, as a share of face size "
        + "(root mean square over the landmarks).",
      columns: [
        .init("class"), .init("faces", isNumber: true), .init("test faces", isNumber: true),
        .init("distance", isNumber: true),
      ], rows: rows)
  }

  private var keypoints: Section {
    let factor = DecimalText.text(plots.factor, 0)
    var blocks = figure(
      "mean_keypoints", caption: "Mean position of each landmark by class, in image pixels.",
      alternative: "The mean face of each class as numbered points.", dataFile: "plots/mean_keypoints.csv")
    blocks.append(
      .paragraph(
        "Below, faces are compared as shapes: centered, "
          + (inspection.shapes.isTurned ? "rotated upright " : "")
          + "and scaled to a root mean square distance of 1 between landmarks and their centroid."
          + (inspection.shapes.isTurned
            ? "" : " The mirror map of these landmarks is unknown, so rotation is kept.")))
    blocks += figure(
      "displacements",
      caption:
        "Difference of each class's mean shape from the mean of all faces (gray). Arrows are magnified \(factor) times.",
      alternative: "The mean face with an arrow at each point, for each class.", dataFile: "shapes.csv")
    let pairs = closestPairs(plots.classShapes, count: .max)
    if pairs.count > 0 {
      let shown = min(12, pairs.count)
      blocks += figure(
        "class_pairs",
        caption: (shown < pairs.count ? "The \(shown) closest of \(pairs.count) pairs" : "Pairs")
          + " of classes, closest first. Differences from the mean of all faces are magnified \(factor) times; arrows start "
          + "at that mean.",
        alternative: "Two mean faces over each other, for pairs of classes.", dataFile: "shapes.csv")
      let names = plots.classShapes.map(\.name)
      blocks.append(
        .table(
          PageTable(
            caption: "Distance between mean shapes, as a share of a face's size (root mean square over the points).",
            columns: [.init("class"), .init("class"), .init("distance", isNumber: true)],
            rows: pairs.prefix(12).map { [names[$0.first], names[$0.second], DecimalText.text($0.distance, 4)] })))
    }
    let deviations = DecimalText.text(InspectionPlots.spreadDeviations, 0)
    blocks += figure(
      "spread",
      caption:
        "Spread of the landmarks of each class: covariance ellipses at \(deviations) σ, which hold 39 % of a normal "
        + "distribution.",
      alternative: "The mean face of each class with an ellipse at each point.", dataFile: "shapes.csv")
    return Section("Landmarks", blocks)
  }

  private var pictures: Section? {
    guard !meanFaces.isEmpty else { return nil }
    // Class by class, the mean of all at the end, with the test tables' own beside each.
    let classes = inspection.counts.classes
    let places = meanFaces.map { face in
      (face.className.flatMap { classes.firstIndex(of: $0) } ?? classes.count, face.isTest ? 1 : 0)
    }
    let order = meanFaces.indices.sorted { (places[$0].0, places[$0].1, $0) < (places[$1].0, places[$1].1, $1) }
    let kinds: [(MeanFace.Kind, String)] = [
      (.picture, "Whole images, resized to the most common size, averaged pixel by pixel."),
      (.chip, "Aligned face crops, averaged: sharp where landmarks are accurate."),
    ]
    let blocks = kinds.flatMap { kind, text -> [Block] in
      let faces = order.map { meanFaces[$0] }.filter { $0.kind == kind }
      guard !faces.isEmpty else { return [] }
      let items = faces.map { face in
        GalleryItem(
          imageDataURI: "data:image/png;base64," + face.png.base64EncodedString(), svgOverlay: nil, width: face.width,
          height: face.height, caption: "\(face.className ?? "all")\(face.isTest ? ", test" : "") (\(face.count))",
          alternative: "Mean of \(face.count) \(face.isTest ? "test pictures" : "pictures"): "
            + (face.className ?? "all classes"))
      }
      return [.paragraph(text), .gallery(items)]
    }
    return Section("Mean faces", blocks)
  }

  private var suspects: Section {
    let suspects = inspection.suspects
    var blocks: [Block] = [.paragraph(suspicions)]
    if suspects.leaks > 0 {
      blocks.append(
        .note(
          "\(Self.counted(suspects.leaks, "test row repeats", "test rows repeat")) a row of the tables (leakage): a model trained "
            + "on the tables has seen them."))
    }
    if suspects.contradictions > 0 {
      blocks.append(
        .note(
          "\(Self.counted(suspects.contradictions, "row has", "rows have")) the landmarks of a row of another class: "
            + "contradictory labels."))
    }
    let (thumbnails, leftOut) = thumbnails
    for reason in DataIssue.Reason.allCases {
      let rows = suspects.found.filter { $0.reason == reason }
      guard !rows.isEmpty else { continue }
      let shown = rows.prefix(Self.shownSuspects)
      blocks.append(
        .table(
          PageTable(
            caption: "\(reason.title): \(rows.count)"
              + (shown.count < rows.count ? ", \(shown.count) shown" : "") + ".",
            columns: [
              .init("row", isNumber: true), .init("class"), .init("image"), .init(reason.measure, isNumber: true),
              .init("what"),
            ],
            rows: shown.map { suspect in
              [
                (suspect.isTest ? "test " : "") + "\(suspect.row)", suspect.className, suspect.image,
                DecimalText.text(suspect.measure, reason.decimals), suspect.detail,
              ]
            })))
      let items = shown.compactMap { thumbnails[$0] }
      if !items.isEmpty { blocks.append(.gallery(items)) }
    }
    blocks.append(
      .paragraph(
        (leftOut > 0
          ? "Images of \(Self.counted(leftOut, "row", "rows")) are not shown, to limit the size of the page. " : "")
          + "suspects.csv has all rows."))
    return Section("Suspect rows", blocks)
  }

  private var suspicions: String {
    let percent = Int((100 * ShapeFault.maxCoincident).rounded())
    var text =
      "A row is suspect if \(percent) % of its landmarks coincide with another one; if an eye or the mouth is smaller than "
      + "\(Int((100 * ShapeFault.minRegionSize).rounded())) % of the face; if landmarks lie more than half a box outside the "
      + "face box; if its landmarks equal another row's, or its image's difference hash differs from another's in at most "
      + "\(NearDuplicates.maxDifferentBits) of 64 bits."
    if let rule = inspection.suspects.outlierRule {
      text +=
        " Outliers are found by their Mahalanobis distance from the mean shape in the first \(rule.components) principal "
        + "components (\(Int((100 * OutlierRule.explainedShare).rounded())) % of the variance). The median distance is "
        + "\(DecimalText.text(rule.median, 2)), the limit \(DecimalText.text(rule.limit, 2)): "
        + "\(Int(OutlierRule.deviations)) robust standard deviations above the median on the scale of cube roots of squared "
        + "distances, on which χ² is nearly normal."
    }
    return text
  }

  /// Pictures of the rows that the page names, and how many more have one: the first row of each reason, then the second
  /// of each, until they get too large together.
  private var thumbnails: (items: [DataIssue: GalleryItem], leftOut: Int) {
    let shown = DataIssue.Reason.allCases.map { reason in
      inspection.suspects.found.filter { $0.reason == reason }.prefix(Self.shownSuspects)
    }
    var (items, bytes, leftOut) = ([DataIssue: GalleryItem](), 0, 0)
    for place in 0..<Self.shownSuspects {
      for rows in shown where place < rows.count {
        let suspect = rows[rows.startIndex + place]
        guard let file = picture(suspect),
          let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int,
          size <= Self.maxThumbnail
        else { continue }
        bytes += size
        if bytes > Self.maxThumbnailBytes {
          leftOut += 1
        } else if let item = thumbnail(suspect, file: file) {
          items[suspect] = item
        }
      }
    }
    return (items, leftOut)
  }

  private func thumbnail(_ suspect: DataIssue, file: String) -> GalleryItem? {
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    let types: [(type: String, start: [UInt8])] = [
      ("png", [0x89, 0x50]), ("jpeg", [0xFF, 0xD8]), ("bmp", [0x42, 0x4D]),
    ]
    guard let type = types.first(where: { data.starts(with: $0.start) })?.type else { return nil }
    return GalleryItem(
      imageDataURI: "data:image/\(type);base64," + data.base64EncodedString(), svgOverlay: nil, width: 96, height: 96,
      caption: "\(suspect.isTest ? "test row" : "row") \(suspect.row), \(suspect.className)",
      alternative: "The picture of \(suspect.isTest ? "test row" : "row") \(suspect.row): \(suspect.reason.title)")
  }

  private var modes: Section? {
    guard let modes = inspection.modes else { return nil }
    let counts = [0.9, 0.95, 0.98].map { share in
      "\(Int((100 * share).rounded())) % by \(modes.count(explaining: share))"
    }
    var blocks = figure(
      "explained_variance",
      caption: "Explained variance of each principal component of the shapes, and cumulative: "
        + counts.joined(separator: ", ") + ".",
      alternative: "Bars that fall, and a line that rises towards 1.", dataFile: "explained_variance.csv")
    blocks += figure(
      "modes",
      caption:
        "First principal components: the mean shape (middle; gray at the sides) moved by −2 and +2 standard deviations "
        + "along each.",
      alternative: "Rows of three faces.", dataFile: "explained_variance.csv")
    blocks += figure(
      "components",
      caption: "Projection onto the first two principal components." + thinned(inspection.components.count),
      alternative: "A scatter of faces, colored by class.", dataFile: nil)
    return Section("Principal components", blocks)
  }

  private var embedding: Section? {
    guard let embedding = inspection.embedding else { return nil }
    var text =
      "t-SNE of the shapes (Barnes–Hut, perplexity \(DecimalText.text(embedding.perplexity, 0)), early exaggeration 12, "
      + "1000 iterations, initialized with two principal components, seed \(embedding.seed)). Kullback–Leibler divergence "
      + "\(DecimalText.text(embedding.divergence, 3)). Neighborhoods are meaningful; sizes of clusters and distances between "
      + "them are not."
    if embedding.rows.count < embedding.totalRows {
      text +=
        " Stratified sample of \(embedding.rows.count) of \(embedding.totalRows) faces."
    }
    var blocks: [Block] = [.paragraph(text)]
    blocks += figure(
      "embedding", caption: "Faces by class." + thinned(embedding.rows.count),
      alternative: "A scatter of faces, colored by class.", dataFile: "embedding.csv")
    blocks += figure(
      "embedding_by_class", caption: "The same, one class highlighted at a time.",
      alternative: "A scatter for each class.", dataFile: "embedding.csv")
    return Section("Embedding", blocks)
  }

  // MARK: Parts

  private func figure(
    _ name: String, caption: String, alternative: String, dataFile: String?
  ) -> [Block] {
    svg(name).map {
      [.figure(Figure(name: name, svg: $0, caption: caption, alternative: alternative, dataFile: dataFile))]
    } ?? []
  }

  private func thinned(_ rows: Int) -> String {
    rows > ScatteredRows.maxDrawn ? " About \(ScatteredRows.maxDrawn) of \(rows) are drawn, sampled evenly." : ""
  }

  private static func counted(_ count: Int, _ one: String, _ several: String) -> String {
    "\(count) \(count == 1 ? one : several)"
  }
}

extension DataIssue.Reason {
  /// What is wrong, as a heading.
  var title: String {
    switch self {
    case .coincidentPoints: "Coincident landmarks"
    case .collapsedRegion: "Collapsed eye or mouth"
    case .outsideBox: "Landmarks far outside the box"
    case .outlier: "Outlier shapes"
    case .sameLandmarks: "Duplicate landmarks"
    case .nearDuplicate: "Near-duplicate images"
    }
  }

  /// What the measure is, as a column's heading.
  fileprivate var measure: String {
    switch self {
    case .coincidentPoints: "points"
    case .collapsedRegion: "share of the face"
    case .outsideBox: "boxes outside"
    case .outlier: "Mahalanobis distance"
    case .sameLandmarks, .nearDuplicate: "rows alike"
    }
  }

  fileprivate var decimals: Int {
    switch self {
    case .coincidentPoints, .sameLandmarks, .nearDuplicate: 0
    case .outlier: 2
    case .collapsedRegion, .outsideBox: 3
    }
  }
}

import Landmarks
import Reporting

/// The pictures of an inspection, from its results.
struct InspectionPlots {
  /// The most modes that are drawn as faces.
  static let drawnModes = 4
  /// The standard deviations of the ellipses around points.
  static let spreadDeviations = 1.0

  let inspection: Inspection
  let dataset: LandmarkDataset

  private var scheme: LandmarkScheme { dataset.scheme }

  var classShapes: [ClassShape] {
    inspection.shapes.classes.map { shape in
      ClassShape(
        name: shape.name, rows: shape.rows, mean: shape.mean,
        covariances: shape.covariances.map { ($0.xx, $0.xy, $0.yy) })
    }
  }

  /// By how much displacements are enlarged.
  var factor: Double { exaggeration(overall: inspection.shapes.mean, classes: classShapes) }

  /// All plots that there is something to draw for.
  var all: [Plot] {
    let shapes = classShapes
    let overall = inspection.shapes.mean
    var plots = [
      classCountsPlot(classes: inspection.counts.classes, parts: countParts), meanKeypointsPlot(dataset),
      spreadPlot(shapes, scheme: scheme, deviations: Self.spreadDeviations),
    ]
    if shapes.count > 1 {
      plots += [
        displacementPlot(overall: overall, classes: shapes, scheme: scheme, factor: factor),
        classPairsPlot(overall: overall, classes: shapes, scheme: scheme, factor: factor),
      ]
    }
    if let modes = inspection.modes {
      plots.append(screePlot(shares: modes.modes.map(\.share)))
      plots.append(
        modesPlot(
          modes.modes.prefix(Self.drawnModes).enumerated().map { place, mode in
            (mode.share, [-2, 0, 2].map { modes.shape(mode: place, deviations: $0) })
          }, scheme: scheme))
      if let rows = componentRows {
        plots.append(
          scatterPlot(
            rows, name: "components", title: "Faces along the first two principal components",
            axes: ("component 1 (standard deviations)", "component 2 (standard deviations)")))
      }
    }
    if let rows = embeddedRows {
      plots.append(
        scatterPlot(
          rows, name: "embedding", title: "Faces laid out so that neighbors stay together (t-SNE)", axes: nil))
      if dataset.classes.count > 1 { plots.append(scatterByClassPlot(rows, name: "embedding_by_class")) }
    }
    return plots
  }

  private var countParts: [(name: String, counts: [Int])] {
    let counts = inspection.counts
    guard let testRows = counts.testRows else { return [("faces", counts.rows)] }
    return [("tables", counts.rows), ("test", testRows)]
  }

  private var componentRows: ScatteredRows? {
    guard !inspection.components.isEmpty else { return nil }
    return ScatteredRows(
      classes: dataset.classes, labels: dataset.labels, x: inspection.components.map { $0[0] },
      y: inspection.components.map { $0[1] })
  }

  private var embeddedRows: ScatteredRows? {
    inspection.embedding.map {
      ScatteredRows(classes: dataset.classes, labels: $0.labels, x: $0.x, y: $0.y)
    }
  }
}

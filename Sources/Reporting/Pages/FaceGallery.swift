import Landmarks

extension GalleryItem {
  /// A face of which only the landmarks are known, on white, as large as it gets.
  package static func landmarks(
    _ shape: [Double], scheme: LandmarkScheme, caption: String, alternative: String
  ) -> GalleryItem {
    let (x, y) = FaceDrawing.bounds([shape], margin: 0.08)
    let width = 240
    let scale = Double(width) / (x.upperBound - x.lowerBound)
    // A face is about as high as wide; what is not one must not make the page endless.
    let height = max(80, min(480, Int((scale * (y.upperBound - y.lowerBound)).rounded())))
    let scaled = shape.enumerated().map { index, value in
      (value - (index % 2 == 0 ? x.lowerBound : y.lowerBound)) * scale
    }
    return GalleryItem(
      imageDataURI: nil, svgOverlay: FaceDrawing.svg(scaled, scheme: scheme), width: width, height: height,
      caption: caption, alternative: alternative)
  }
}

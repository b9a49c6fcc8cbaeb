import Basics
import Foundation
import ImageDecoding
import Landmarks
import TestSupport
import Testing

import Extraction

@Suite struct MeanPictureTests {
  private func picture(_ values: [UInt8]) throws -> Data {
    try Picture(width: 2, height: 1, rgb: values).png()
  }

  @Test func theMeanIsThatOfEachPixelAndUnusablePicturesAreNamed() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("not a picture", to: "faces/a/3.png")
    for (name, values) in [("1.png", [10, 20, 30, 0, 0, 255]), ("2.png", [21, 20, 31, 0, 2, 255])] {
      try picture(values.map(UInt8.init)).write(to: URL(fileURLWithPath: folder.path + "/faces/a/" + name))
    }
    // Two faces of one picture do not count it twice.
    let table = LandmarkTable(
      className: "a", scheme: LandmarkScheme(pointCount: 1), metadataNames: ["image"],
      metadata: [["1.png", "1.png", "2.png", "3.png", "4.png"]], coordinates: Array(repeating: 0, count: 10))
    let pictures = try #require(TablePictures(table, folder: folder.path + "/faces"))
    for threads in [1, 2] {
      let means = try pictures.means(size: ImageFile.Size(width: 2, height: 1), threads: threads)
      #expect(means.pictures.count == 2 && means.chips == nil)
      #expect(means.pictures.rgb == [16, 20, 31, 0, 1, 255])
      #expect(means.failures.map(\.path) == ["3.png", "4.png"].map { "\(folder.path)/faces/a/\($0)" })
      #expect(
        means.failures.map(\.reason) == ["not a JPEG, PNG or BMP image", "cannot be opened: No such file or directory"])
    }
    let sizes = try pictures.sizes(threads: 2).map { try? $0.get() }
    #expect(sizes.map { $0?.width } == [2, 2, 2, nil, nil])
  }

  @Test func tablesWithoutImageNamesHaveNoPictures() {
    let table = LandmarkTable(
      className: "a", scheme: LandmarkScheme(pointCount: 1), metadataNames: [], metadata: [], coordinates: [1, 2])
    #expect(TablePictures(table, folder: "faces") == nil)
  }
}

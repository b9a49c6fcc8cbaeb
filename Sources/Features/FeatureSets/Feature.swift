/// One number of those that a learner sees.
public struct Feature: Hashable, Sendable {
  /// The name in tables, such as `49_x` or `distance_49_55`, where keypoints are numbered from 1.
  public let name: String
  /// The keypoints that it is read off, ascending from 0; empty for what stands for no keypoint.
  public let keypoints: [Int]

  /// A feature by its name and the keypoints that it is read off, in any order.
  public init(name: String, keypoints: some Sequence<Int>) {
    self.name = name
    self.keypoints = Set(keypoints).sorted()
  }
}

extension [Feature] {
  /// What each of `pointCount` keypoints has of the features' values: each feature's is shared equally among its keypoints.
  public func sharedAmongKeypoints(_ values: [Double], pointCount: Int) -> [Double] {
    var shares = Array<Double>(repeating: 0, count: pointCount)
    for (feature, value) in zip(self, values) {
      for point in feature.keypoints { shares[point] += value / Double(feature.keypoints.count) }
    }
    return shares
  }

  /// The features that are read off any of some keypoints, as indices.
  public func indices(touching points: some Sequence<Int>) -> [Int] {
    let points = Set(points)
    return indices.filter { !points.isDisjoint(with: self[$0].keypoints) }
  }
}

/// Points of a plane in squares within squares, so that what is far away can be summed up.
///
/// Points stand in the order of a Morton curve, in which the points of every square follow one another; nodes stand in
/// preorder with the way past their own, so that a walk needs no stack (Barnes & Hut 1986, doi:10.1038/324446a0). The
/// tree of the same points is always the same.
package struct QuadTree: Sendable {
  /// A square that holds points.
  struct Node: Sendable {
    /// The mean of its points.
    var x: Float
    var y: Float
    /// The square of its side.
    var squaredSide: Float
    /// The points in it.
    var count: Float
    /// The node after all those within this one.
    var next: Int32
    /// Its first point, in the tree's order.
    var first: Int32
    /// The point after its last for a leaf, whose points are taken one by one; `first` for a node with nodes within.
    var end: Int32
  }

  /// The index of each point in the caller's order.
  package let order: [Int32]
  /// x and y of each point in the tree's order.
  package let points: [Float]
  let nodes: [Node]

  /// Squares with no more points than this are not divided: a few points cost less than the way down to them.
  private static let leafPoints = 6
  /// Halvings of the side, and the bits of a coordinate: what single precision can tell apart.
  private static let depth = 24

  /// The tree of points given as x and y of each, `2 × points` finite numbers.
  ///
  /// - Complexity: O(points).
  package init(_ positions: [Float]) {
    precondition(positions.count % 2 == 0 && positions.allSatisfy(\.isFinite), "x and y of each point")
    let count = positions.count / 2
    var (left, right) = (Float.infinity, -Float.infinity)
    var (top, bottom) = (Float.infinity, -Float.infinity)
    for point in 0..<count {
      (left, right) = (min(left, positions[2 * point]), max(right, positions[2 * point]))
      (top, bottom) = (min(top, positions[2 * point + 1]), max(bottom, positions[2 * point + 1]))
    }
    let side = count > 0 ? Double(max(right - left, bottom - top)) : 0
    let cells = Double(1 << Self.depth)
    let scale = side > 0 ? cells / side : 0
    func cell(_ value: Float, from origin: Float) -> UInt64 {
      UInt64(min(cells - 1, max(0, (Double(value) - Double(origin)) * scale)))
    }
    let codes = (0..<count).map { point in
      spread(cell(positions[2 * point], from: left)) | spread(cell(positions[2 * point + 1], from: top)) << 1
    }
    let sorted = sortedByCode(codes, bits: 2 * Self.depth)
    order = sorted.order
    points = sorted.order.flatMap { [positions[2 * Int($0)], positions[2 * Int($0) + 1]] }
    var builder = Builder(codes: sorted.codes, points: points, side: side)
    if count > 0 { builder.add(0..<count) }
    nodes = builder.nodes
  }

  private struct Builder {
    let codes: [UInt64]
    let side: Double
    /// Sums of x and of y of all points before one.
    private var sums: [(x: Double, y: Double)]
    private(set) var nodes: [Node] = []

    init(codes: [UInt64], points: [Float], side: Double) {
      self.codes = codes
      self.side = side
      sums = [(0, 0)]
      sums.reserveCapacity(codes.count + 1)
      var sum = (x: 0.0, y: 0.0)
      for point in codes.indices {
        sum = (sum.x + Double(points[2 * point]), sum.y + Double(points[2 * point + 1]))
        sums.append(sum)
      }
    }

    /// Adds the node of a run of points, which shares a square, and all those within.
    mutating func add(_ range: Range<Int>) {
      let (low, high) = (codes[range.lowerBound], codes[range.upperBound - 1])
      // The smallest square that holds them all: squares with one square within are passed over.
      let level = ((low ^ high).leadingZeroBitCount - (64 - 2 * depth)) / 2
      let cell = side / Double(1 << level)
      let count = Double(range.count)
      let node = nodes.count
      let isLeaf = range.count <= leafPoints || level >= depth
      nodes.append(
        Node(
          x: Float((sums[range.upperBound].x - sums[range.lowerBound].x) / count),
          y: Float((sums[range.upperBound].y - sums[range.lowerBound].y) / count),
          squaredSide: Float(cell * cell), count: Float(range.count), next: 0, first: Int32(range.lowerBound),
          end: Int32(isLeaf ? range.upperBound : range.lowerBound)))
      if !isLeaf {
        let shift = UInt64(2 * (depth - 1 - level))
        var start = range.lowerBound
        while start < range.upperBound {
          let end = firstBeyond(codes[start] >> shift, shift: shift, in: start..<range.upperBound)
          add(start..<end)
          start = end
        }
      }
      nodes[node].next = Int32(nodes.count)
    }

    /// The first of some sorted points whose code, cut off, is beyond `prefix`.
    private func firstBeyond(_ prefix: UInt64, shift: UInt64, in range: Range<Int>) -> Int {
      var (low, high) = (range.lowerBound, range.upperBound)
      while low < high {
        let middle = low + (high - low) / 2
        if codes[middle] >> shift > prefix { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }
}

/// The lowest 32 bits with an empty bit after each.
private func spread(_ value: UInt64) -> UInt64 {
  var bits = value & 0xFFFF_FFFF
  bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
  bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
  bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
  bits = (bits | bits << 2) & 0x3333_3333_3333_3333
  return (bits | bits << 1) & 0x5555_5555_5555_5555
}

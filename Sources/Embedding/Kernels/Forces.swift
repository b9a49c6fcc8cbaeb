/// What pushes some points of a tree away from all others, `x, y` of each, and the sum of their closeness 1 ÷ (1 + d²) to
/// all others.
///
/// - Parameters:
///   - places: the points, in the tree's order.
///   - angle: a square is summed up where its side is below `angle` × its distance; at 0 none is. At most 0.7, as a square
///     that holds the point itself could be summed up beyond.
/// - Complexity: O(log points) for each at an angle above 0.
package func repulsion(of tree: QuadTree, places: Range<Int>, angle: Float) -> (forces: [Float], closeness: Double) {
  var forces = Array(repeating: Float(0), count: 2 * places.count)
  var total = 0.0
  let squaredAngle = angle * angle
  tree.nodes.withUnsafeBufferPointer { nodes in
    tree.points.withUnsafeBufferPointer { points in
      forces.withUnsafeMutableBufferPointer { forces in
        for place in places {
          let (x, y) = (points[2 &* place], points[2 &* place &+ 1])
          var (forceX, forceY, closeness) = (Float(0), Float(0), Float(0))
          var node = 0
          while node < nodes.count {
            let square = nodes[node]
            let (dx, dy) = (x - square.x, y - square.y)
            let distance = dx * dx + dy * dy
            if square.squaredSide < squaredAngle * distance {
              let near = 1 / (1 + distance)
              let all = square.count * near
              closeness += all
              forceX += all * near * dx
              forceY += all * near * dy
              node = Int(square.next)
            } else if square.end > square.first {
              for other in Int(square.first)..<Int(square.end) where other != place {
                let (dx, dy) = (x - points[2 &* other], y - points[2 &* other &+ 1])
                let near = 1 / (1 + dx * dx + dy * dy)
                closeness += near
                forceX += near * near * dx
                forceY += near * near * dy
              }
              node = Int(square.next)
            } else {
              node &+= 1
            }
          }
          forces[2 &* (place &- places.lowerBound)] = forceX
          forces[2 &* (place &- places.lowerBound) &+ 1] = forceY
          total += Double(closeness)
        }
      }
    }
  }
  return (forces, total)
}

/// What pulls some rows towards those that they belong with, `x, y` of each.
///
/// - Parameter positions: x and y of every row.
/// - Complexity: O(pairs of the rows).
func attraction(of affinities: Affinities, rows: Range<Int>, positions: [Float]) -> [Float] {
  var forces = Array(repeating: Float(0), count: 2 * rows.count)
  affinities.partners.withUnsafeBufferPointer { partners in
    affinities.values.withUnsafeBufferPointer { values in
      positions.withUnsafeBufferPointer { positions in
        forces.withUnsafeMutableBufferPointer { forces in
          for row in rows {
            let (x, y) = (positions[2 &* row], positions[2 &* row &+ 1])
            var (forceX, forceY) = (Float(0), Float(0))
            for pair in affinities.starts[row]..<affinities.starts[row &+ 1] {
              let partner = Int(partners[pair])
              let (dx, dy) = (x - positions[2 &* partner], y - positions[2 &* partner &+ 1])
              let pull = values[pair] / (1 + dx * dx + dy * dy)
              forceX += pull * dx
              forceY += pull * dy
            }
            forces[2 &* (row &- rows.lowerBound)] = forceX
            forces[2 &* (row &- rows.lowerBound) &+ 1] = forceY
          }
        }
      }
    }
  }
  return forces
}

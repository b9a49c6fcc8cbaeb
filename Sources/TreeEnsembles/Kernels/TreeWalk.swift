import Learning

/// Adds a tree's class probabilities for some rows of a table to the rows' sums.
///
/// - Parameters:
///   - leaves: the class probabilities of every node, `(nodes × classes)`.
///   - limits: depths at which the tree is cut, ascending; each has its own sums.
///   - rows: the table's rows to predict; row i of the sums belongs to `rows[i]`.
func addPredictions(
  of tree: DecisionTree, leaves: [Double], cutAt limits: [Int], table: Matrix<Float>, rows: [Int],
  to sums: inout [Matrix<Double>]
) {
  let classCount = tree.classCount
  tree.feature.withUnsafeBufferPointer { feature in
    tree.threshold.withUnsafeBufferPointer { threshold in
      tree.rightChild.withUnsafeBufferPointer { rightChild in
        table.values.withUnsafeBufferPointer { values in
          leaves.withUnsafeBufferPointer { leaves in
            for index in sums.indices {
              // One cut after the other: walking again from the root is cheaper than keeping every cut's sums at hand.
              sums[index].values.withUnsafeMutableBufferPointer { sums in
                for (place, row) in rows.enumerated() {
                  let base = row &* table.columns
                  var node = 0
                  var depth = 0
                  while feature[node] >= 0, depth < limits[index] {
                    let goesLeft = values[base &+ Int(feature[node])] <= threshold[node]
                    node = goesLeft ? node &+ 1 : Int(rightChild[node])
                    depth &+= 1
                  }
                  for label in 0..<classCount {
                    sums[place &* classCount &+ label] += leaves[node &* classCount &+ label]
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

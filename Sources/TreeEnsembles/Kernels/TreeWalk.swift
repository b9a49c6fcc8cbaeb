import Learning

/// Adds a tree's class probabilities for some rows of a table to the rows' sums.
///
/// - Parameters:
///   - leaves: the class probabilities of every node, `(nodes × classes)`.
///   - limits: depths at which the tree is cut, ascending. One walk down serves them all.
///   - rows: the table's rows to predict.
///   - sums: `(rows, limits × classes)`; row i belongs to `rows[i]`.
func addPredictions(
  of tree: DecisionTree, leaves: [Double], cutAt limits: [Int], table: Matrix<Float>, rows: [Int],
  to sums: inout Matrix<Double>
) {
  let classCount = tree.classCount
  let rowStride = sums.columns
  tree.feature.withUnsafeBufferPointer { feature in
    tree.threshold.withUnsafeBufferPointer { threshold in
      tree.rightChild.withUnsafeBufferPointer { rightChild in
        table.values.withUnsafeBufferPointer { values in
          leaves.withUnsafeBufferPointer { leaves in
            sums.values.withUnsafeMutableBufferPointer { sums in
              for (place, row) in rows.enumerated() {
                let base = row &* table.columns
                var node = 0
                var depth = 0
                var sum = place &* rowStride
                for limit in limits {
                  while feature[node] >= 0, depth < limit {
                    let goesLeft = values[base &+ Int(feature[node])] <= threshold[node]
                    node = goesLeft ? node &+ 1 : Int(rightChild[node])
                    depth &+= 1
                  }
                  for label in 0..<classCount { sums[sum &+ label] += leaves[node &* classCount &+ label] }
                  sum &+= classCount
                }
              }
            }
          }
        }
      }
    }
  }
}

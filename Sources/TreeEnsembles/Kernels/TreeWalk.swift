import Learning

/// Adds a tree's class probabilities for each row to the row's sums.
func addPredictions(of tree: DecisionTree, leaves: [Double], rows: Matrix<Float>, to sums: inout Matrix<Double>) {
  let classCount = sums.columns
  tree.feature.withUnsafeBufferPointer { feature in
    tree.threshold.withUnsafeBufferPointer { threshold in
      tree.rightChild.withUnsafeBufferPointer { rightChild in
        rows.values.withUnsafeBufferPointer { values in
          leaves.withUnsafeBufferPointer { leaves in
            sums.values.withUnsafeMutableBufferPointer { sums in
              for row in 0..<rows.rows {
                let base = row &* rows.columns
                var node = 0
                while feature[node] >= 0 {
                  let goesLeft = values[base &+ Int(feature[node])] <= threshold[node]
                  node = goesLeft ? node &+ 1 : Int(rightChild[node])
                }
                for label in 0..<classCount { sums[row &* classCount &+ label] += leaves[node &* classCount &+ label] }
              }
            }
          }
        }
      }
    }
  }
}

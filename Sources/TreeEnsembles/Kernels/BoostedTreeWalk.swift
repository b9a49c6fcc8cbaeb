import Learning

/// Calls `add` with the index and the leaf value of each of some rows of a table.
@inline(__always)
func addMargins(of tree: BoostedTree, table: Matrix<Float>, rows: [Int], add: (Int, Float) -> Void) {
  tree.feature.withUnsafeBufferPointer { feature in
    tree.threshold.withUnsafeBufferPointer { threshold in
      tree.rightChild.withUnsafeBufferPointer { rightChild in
        tree.missingGoesLeft.withUnsafeBufferPointer { missingGoesLeft in
          tree.value.withUnsafeBufferPointer { leafValue in
            table.values.withUnsafeBufferPointer { values in
              for (index, row) in rows.enumerated() {
                let base = row &* table.columns
                var node = 0
                while feature[node] >= 0 {
                  let value = values[base &+ Int(feature[node])]
                  let goesLeft = value < threshold[node] || (value.isNaN && missingGoesLeft[node])
                  node = goesLeft ? node &+ 1 : Int(rightChild[node])
                }
                add(index, leafValue[node])
              }
            }
          }
        }
      }
    }
  }
}

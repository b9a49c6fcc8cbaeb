/// The places of the `count` smallest of `norms[j] + products[j]`, in no particular order; of two equal ones the first.
///
/// - Parameters:
///   - products: −2 × the products of some rows with all rows, `(some × rows)`.
///   - row: which of the some rows.
///   - norms: the squared lengths of all rows.
///   - except: a place that is left out.
/// - Complexity: O(rows), and O(log count) for each value that was among the smallest when it came.
func nearestCandidates(products: [Float], row: Int, norms: [Float], count: Int, except: Int) -> [Int32] {
  // The largest of those kept stands on top of a heap.
  var values = Array(repeating: Float.infinity, count: count)
  var places = Array(repeating: Int32(0), count: count)
  products.withUnsafeBufferPointer { products in
    norms.withUnsafeBufferPointer { norms in
      values.withUnsafeMutableBufferPointer { values in
        places.withUnsafeMutableBufferPointer { places in
          let base = row &* norms.count
          var limit = Float.infinity
          for other in 0..<norms.count {
            let value = norms[other] + products[base &+ other]
            guard value < limit, other != except else { continue }
            var place = 0
            while true {
              var child = 2 &* place &+ 1
              guard child < count else { break }
              if child &+ 1 < count, values[child &+ 1] > values[child] { child &+= 1 }
              guard values[child] > value else { break }
              values[place] = values[child]
              places[place] = places[child]
              place = child
            }
            values[place] = value
            places[place] = Int32(truncatingIfNeeded: other)
            limit = values[0]
          }
        }
      }
    }
  }
  return places
}

/// The squared distance between two rows of a table whose rows are `width` long.
func squaredDistance(_ values: [Float], _ first: Int, _ second: Int, width: Int) -> Float {
  values.withUnsafeBufferPointer { values in
    var sum = 0.0
    for column in 0..<width {
      let difference = Double(values[first &* width &+ column] - values[second &* width &+ column])
      sum += difference * difference
    }
    return Float(sum)
  }
}

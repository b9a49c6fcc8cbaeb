// By halves: `min()` and `max()` of the standard library go lane by lane. Written out for each kind of number, for comparing
// lanes of any kind is slow as well.

extension SIMD16<Float> {
  /// The least lane; none is NaN.
  @inline(__always)
  var minLane: Float {
    let eight = lowHalf.replacing(with: highHalf, where: highHalf .< lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .< eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .< four.lowHalf)
    return two[1] < two[0] ? two[1] : two[0]
  }

  /// The largest lane; none is NaN.
  @inline(__always)
  var maxLane: Float { -(self * -1).minLane }
}

extension SIMD16<Int32> {
  /// The least lane.
  @inline(__always)
  var minLane: Int32 {
    let eight = lowHalf.replacing(with: highHalf, where: highHalf .< lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .< eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .< four.lowHalf)
    return two[1] < two[0] ? two[1] : two[0]
  }
}

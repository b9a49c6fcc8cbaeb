import Basics
import VectorKernels

#if arch(x86_64)
  import VectorKernelsAVX2
  import VectorKernelsAVX512
#endif

/// The loops over long vectors, for the processor at hand: one source, compiled for what every processor has and, where
/// there is more, for that. Their results are the same to the bit.
package struct VectorRoutines: Sendable {
  package typealias Values = UnsafePointer<Float>
  package typealias Target = UnsafeMutablePointer<Float>

  package var selectSecondIndex:
    @Sendable (Values, Values, Values, Values, Int, Float, Float, Float) -> (index: Int, gap: Float)
  package var moveGradients: @Sendable (Target, Values, Int, Float, Values, Values) -> (index: Int, gradient: Float)
  package var negativeExponentials: @Sendable (Values, Float, Target, Int) -> Void
  package var addScaled: @Sendable (Values, Double, UnsafeMutablePointer<Double>, Int) -> Void
  package var addScaledFour:
    @Sendable ((Values, Values, Values, Values), SIMD4<Double>, UnsafeMutablePointer<Double>, Int) -> Void
  package var squaredDistances: @Sendable (Target, Float, Values, Int, Float, (Int) -> Float) -> Void
  package var indicesBelow: @Sendable (Float, Values, Int, UnsafeMutablePointer<Int32>, Int) -> Int
  package var rowProducts: @Sendable (Values, Int, Int, Values, Int, Int, Target, Int) -> Void
  package var squaredDistance: @Sendable (UnsafePointer<Double>, UnsafePointer<Double>, Int) -> Double

  /// For every processor.
  static let baseline = VectorRoutines(
    selectSecondIndex: VectorKernels.selectSecondIndex, moveGradients: VectorKernels.moveGradients,
    negativeExponentials: VectorKernels.negativeExponentials, addScaled: VectorKernels.addScaled(_:factor:to:count:),
    addScaledFour: VectorKernels.addScaled(_:factors:to:count:),
    squaredDistances: VectorKernels.squaredDistances, indicesBelow: VectorKernels.indicesBelow,
    rowProducts: VectorKernels.rowProducts,
    squaredDistance: VectorKernels.squaredDistance)

  #if arch(x86_64)
    /// For processors with AVX2.
    static let avx2 = VectorRoutines(
      selectSecondIndex: VectorKernelsAVX2.selectSecondIndex, moveGradients: VectorKernelsAVX2.moveGradients,
      negativeExponentials: VectorKernelsAVX2.negativeExponentials,
      addScaled: VectorKernelsAVX2.addScaled(_:factor:to:count:),
      addScaledFour: VectorKernelsAVX2.addScaled(_:factors:to:count:),
      squaredDistances: VectorKernelsAVX2.squaredDistances, indicesBelow: VectorKernelsAVX2.indicesBelow,
      rowProducts: VectorKernelsAVX2.rowProducts,
      squaredDistance: VectorKernelsAVX2.squaredDistance)

    /// For processors with AVX-512.
    static let avx512 = VectorRoutines(
      selectSecondIndex: VectorKernelsAVX512.selectSecondIndex, moveGradients: VectorKernelsAVX512.moveGradients,
      negativeExponentials: VectorKernelsAVX512.negativeExponentials,
      addScaled: VectorKernelsAVX512.addScaled(_:factor:to:count:),
      addScaledFour: VectorKernelsAVX512.addScaled(_:factors:to:count:),
      squaredDistances: VectorKernelsAVX512.squaredDistances, indicesBelow: VectorKernelsAVX512.indicesBelow,
      rowProducts: VectorKernelsAVX512.rowProducts,
      squaredDistance: VectorKernelsAVX512.squaredDistance)
  #endif
}

/// Those of the processor at hand.
package let vectorRoutines: VectorRoutines = {
  #if arch(x86_64)
    if Processor.features.contains("avx512f") { return .avx512 }
    if Processor.features.contains("avx2") { return .avx2 }
  #endif
  return .baseline
}()

import Learning

extension Mien_Calibration {
  init(_ calibration: Calibration) {
    self.init()
    switch calibration {
    case .none: break
    case .temperature(let slope): sigmoidSlope = slope
    case .isotonic(let knots):
      isotonic = .with {
        $0.confidence = knots.map(\.confidence)
        $0.share = knots.map(\.share)
      }
    }
  }
}

extension Calibration {
  /// The calibration, after every number has been checked.
  init(_ message: Mien_Calibration) throws(InvalidModel) {
    switch message.method {
    case nil: self = .none
    case .sigmoidSlope(let slope):
      guard (1e-3...1e3).contains(slope) else { throw InvalidModel(reason: "a calibration slope of \(slope)") }
      self = .temperature(slope: slope)
    case .isotonic(let curve):
      let rises = zip(curve.confidence, curve.confidence.dropFirst()).allSatisfy { $0 < $1 }
      let keepsOrder = zip(curve.share, curve.share.dropFirst()).allSatisfy { $0 <= $1 }
      guard !curve.confidence.isEmpty, curve.confidence.count == curve.share.count, rises, keepsOrder,
        (curve.confidence + curve.share).allSatisfy((0...1).contains)
      else { throw InvalidModel(reason: "the calibration is not a rising curve") }
      self = .isotonic(zip(curve.confidence, curve.share).map { Knot(confidence: $0, share: $1) })
    }
  }
}

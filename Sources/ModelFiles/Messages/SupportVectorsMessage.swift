import KernelMachines
import Learning

extension Mien_SupportVectors {
  init(_ model: SupportVectorModel) {
    self.init()
    featureCount = UInt32(model.featureCount)
    kernel = model.kernel.kind.rawValue
    gamma = model.kernel.gamma
    degree = UInt32(model.kernel.degree)
    coef0 = model.kernel.constant
    featureOffset = model.scaler.offsets
    featureFactor = model.scaler.factors
    if let stepped = model.steps.flatMap({ SteppedBytes(model.supportVectors, steps: $0) }) {
      supportVectorByte = stepped.bytes
      step = stepped.steps
      least = stepped.least
    } else if let halves = HalfFloats.exactly(model.supportVectors.values) {
      supportVectorHalf = HalfFloats.data(halves)
    } else {
      supportVector = model.supportVectors.values
    }
    machines = model.machines.map { machine in
      Mien_SupportVectors.Machine.with {
        $0.first = UInt32(machine.first)
        $0.second = UInt32(machine.second)
        $0.coefficient = machine.coefficients
        $0.offset = machine.offset
        $0.converged = machine.hasConverged
      }
    }
  }

  /// The model, after every number has been checked.
  func model(classes: [String], featureCount expected: Int) throws(InvalidModel) -> SupportVectorModel {
    guard featureCount == expected, featureOffset.count == expected, featureFactor.count == expected else {
      throw InvalidModel(reason: "\(featureCount) features, expected \(expected)")
    }
    guard let kind = SupportVectorMachine.KernelKind(rawValue: kernel) else {
      throw InvalidModel(reason: "unknown kernel \(kernel)")
    }
    let forms = [supportVector.isEmpty, supportVectorHalf.isEmpty, supportVectorByte.isEmpty]
    guard forms.count(where: { !$0 }) <= 1, supportVectorHalf.count % 2 == 0 else {
      throw InvalidModel(reason: "support vectors in two forms")
    }
    let isStepped = !supportVectorByte.isEmpty
    guard step.count == (isStepped ? expected : 0), least.count == step.count, step.allSatisfy({ $0 > 0 && $0 <= 1e30 })
    else { throw InvalidModel(reason: "\(step.count) steps of \(expected) features") }
    let supportVector =
      isStepped
      ? SteppedBytes.values(supportVectorByte, steps: step, least: least)
      : supportVectorHalf.isEmpty ? supportVector : HalfFloats.values(supportVectorHalf).map(Float.init)
    let numbers = featureOffset + featureFactor + [gamma, coef0]
    // Wider than any machine that was fitted, and narrow enough that no decision overflows.
    guard numbers.allSatisfy(\.isFinite), supportVector.allSatisfy({ abs($0) <= 1e30 }), degree <= 30,
      gamma > 0 && gamma <= 1e32 && abs(coef0) <= 1e9, featureOffset.allSatisfy({ abs($0) <= 1e31 }),
      featureFactor.allSatisfy({ abs($0) <= 1e31 })
    else {
      throw InvalidModel(reason: "numbers that no machine has")
    }
    guard supportVector.count.isMultiple(of: expected) else {
      throw InvalidModel(reason: "\(supportVector.count) numbers are no whole support vectors")
    }
    let vectorCount = supportVector.count / expected
    var pairs: Set<[UInt32]> = []
    for machine in machines {
      guard machine.first < machine.second, machine.second < classes.count,
        pairs.insert([machine.first, machine.second]).inserted, machine.coefficient.count == vectorCount,
        machine.coefficient.allSatisfy({ abs($0) <= 1e22 }), abs(machine.offset) <= 1e60
      else { throw InvalidModel(reason: "a machine of \(machine.coefficient.count) coefficients is not whole") }
    }
    guard !machines.isEmpty else { throw InvalidModel(reason: "no machine") }
    // Each pair once: then coupling, which takes the square of the classes, takes no more than the machines do.
    let paired = Set(pairs.joined()).count
    guard machines.count == paired * (paired - 1) / 2 else {
      throw InvalidModel(reason: "\(machines.count) machines are not those of all pairs of \(paired) classes")
    }
    return SupportVectorModel(
      classes: classes, kernel: Kernel(kind: kind, gamma: gamma, degree: Int(degree), constant: coef0),
      scaler: FeatureScaler(offsets: featureOffset, factors: featureFactor),
      supportVectors: Matrix(rows: vectorCount, columns: expected, values: supportVector),
      steps: isStepped ? step : nil,
      machines: machines.map {
        SupportVectorModel.Machine(
          first: Int($0.first), second: Int($0.second), coefficients: $0.coefficient, offset: $0.offset,
          hasConverged: $0.converged)
      })
  }
}

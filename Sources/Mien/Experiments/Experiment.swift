import Features
import Landmarks
import Learning
import ModelSelection

/// What is to be searched: data, features, split, folds, and a grid for each learner.
public struct Experiment: Sendable {
  /// The grid of one learner.
  public struct LearnerGrid: Sendable {
    /// What is fitted.
    public let family: any LearnerDescriptor
    /// The values to try.
    public let grid: ParameterGrid

    /// A grid for a family.
    public init(family: any LearnerDescriptor, grid: ParameterGrid) {
      self.family = family
      self.grid = grid
    }

    /// The parameters that the grid does not name, at their defaults, as YAML writes them.
    public var defaults: [String: String] {
      let left = family.parameters.filter { grid.lists[$0.name] == nil }
      return Dictionary(uniqueKeysWithValues: left.map { ($0.name, $0.defaultValue.description) })
    }
  }

  /// The name of runs and models.
  public var name: String
  /// The folder of landmark tables.
  public var dataFolder: String
  /// What learners look at: one list of features, or several that are searched over.
  public var features: [FeatureList]
  /// The share of rows held out for the last evaluation; 0 for none.
  public var testSize: Double
  /// The number of cross-validation folds.
  public var foldCount: Int
  /// The seed of the split and of every fit.
  public var seed: UInt64
  /// How candidates are compared.
  public var scoring: Scoring
  /// What the best candidate is chosen by; `nil` for `scoring`.
  public var refit: Scoring?
  /// How classes with fewer rows are made up for.
  public var balance: Balance
  /// What learners that look at distances or products bring features to first, by their training rows; trees, to which
  /// it makes no difference, take features as they are. What lists say of their own stages comes before.
  public var scale: FeatureScaler.Method
  /// How many principal components all features of a list together are reduced to, by their training rows; `nil` for none.
  public var componentCount: Int?
  /// Whether mirror images are learned from too, and what is said of a face is the mean of what is said of it and of its
  /// mirror image.
  public var isMirrored: Bool
  /// How probabilities are calibrated.
  public var calibration: Calibration.Method
  /// The metadata column that says which rows belong together, such as a person's name; `nil` when all stand alone.
  public var groups: String?
  /// A `splits.csv` whose split and folds are used instead of new ones.
  public var splitsFile: String?
  /// The learners and their grids, in order.
  public var learners: [LearnerGrid]
  /// How the best candidates of every learner with every kind of features are combined, beside being evaluated alone.
  public var ensembles: [EnsembleRule.Method]

  /// An experiment from its parts.
  public init(
    name: String, dataFolder: String, features: [FeatureList], testSize: Double = 0.33, foldCount: Int = 5,
    seed: UInt64 = 42, scoring: Scoring = .accuracy, refit: Scoring? = nil, balance: Balance = .none,
    scale: FeatureScaler.Method = .none, componentCount: Int? = nil, isMirrored: Bool = false,
    calibration: Calibration.Method = .temperature, groups: String? = nil, splitsFile: String? = nil,
    learners: [LearnerGrid], ensembles: [EnsembleRule.Method] = []
  ) {
    self.name = name
    self.dataFolder = dataFolder
    self.features = features
    self.testSize = testSize
    self.foldCount = foldCount
    self.seed = seed
    self.scoring = scoring
    self.refit = refit
    self.balance = balance
    self.scale = scale
    self.componentCount = componentCount
    self.isMirrored = isMirrored
    self.calibration = calibration
    self.groups = groups
    self.splitsFile = splitsFile
    self.learners = learners
    self.ensembles = ensembles
  }

  /// What must be read beside landmark tables.
  public var descriptors: [DescriptorKind] {
    DescriptorKind.allCases.filter { kind in features.contains { $0.pipeline.descriptors.contains(kind) } }
  }

  /// Every candidate of every grid, in the order of the result table: by learner, by features, by the grid's values.
  public var candidates: [Candidate] {
    learners.flatMap { learner in
      features.enumerated().flatMap { place, list in
        learner.grid.combinations.map { values in
          var values = values
          if balance == .classWeight { values["class_weight"] = .text("balanced") }
          if scale != .none, learner.family.parameters.contains(where: { $0.name == "scale" }) {
            values["scale"] = .text(scale.rawValue)
          }
          return Candidate(
            family: learner.family, values: values,
            features: features.count > 1 ? .init(place: place, name: list.description) : nil)
        }
      }
    }
  }
}

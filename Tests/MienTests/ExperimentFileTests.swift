import Basics
import Foundation
import Landmarks
import Learning
import ModelSelection
import TestSupport
import Testing

import Mien

private let minimal = "data: tables\nlearners:\n  random_forest: {max_depth: [3]}\n"

@Suite struct ExperimentFileTests {
  @Test func theArticlesExperimentIsTheArticlesGrid() throws {
    let experiment = try Experiment(contentsOf: Repository.root + "/experiments/article.yaml")
    #expect(experiment.name == "article" && experiment.candidates.count == 12 + 24 + 9)
    #expect(experiment.testSize == 0.33 && experiment.foldCount == 5 && experiment.seed == 42)
    #expect(experiment.dataFolder == Repository.root + "/experiments/../landmarks")
    let expected = try ScikitLearnFixtures.shared.get().grid.map { ParameterValues($0) }
    let forests = experiment.candidates.filter { $0.family.name == "random_forest" }
    #expect(forests.map(\.values) == expected)
    let boosters = try GridSearch(candidates: Array(experiment.candidates.dropFirst(12 + 24)), seed: 1, threads: 1)
    #expect(boosters.plan.groups == [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
  }

  @Test func whatIsNotSaidHasScikitLearnsDefaults() throws {
    let experiment = try Experiment(yaml: minimal, path: "dir/x.yaml")
    #expect(experiment.name == "x" && experiment.dataFolder == "dir/tables")
    #expect(experiment.foldCount == 5 && experiment.testSize == 0.33)
    let defaults = try Experiment(yaml: "data: d\nlearners: {random_forest: }\n", path: "x.yaml")
    #expect(defaults.candidates.map(\.values) == [ParameterValues()])
  }

  @Test func everyKindOfValueIsUnderstood() throws {
    let experiment = try Experiment(
      yaml: """
        data: /d
        learners:
          random_forest:
            max_depth: [3, null]
            max_features: [sqrt, 0.5, 7]
            bootstrap: true
            class_weight: [balanced, {sad: 2, happy: 0.5}]
        """, path: "x.yaml")
    let lists = experiment.learners[0].grid.lists
    #expect(lists["max_depth"] == [.integer(3), .null])
    #expect(lists["max_features"] == [.text("sqrt"), .real(0.5), .integer(7)])
    #expect(lists["bootstrap"] == [.bool(true)])
    #expect(lists["class_weight"] == [.text("balanced"), .weights(["sad": 2, "happy": 0.5])])
  }

  @Test func overridesReplaceKeysAndTheirPathsStartWhereOneStands() throws {
    let experiment = try Experiment(
      yaml: minimal, path: "dir/x.yaml", overrides: ["cv=3", "data=other", "seed=7", "test_size=0"])
    #expect(experiment.foldCount == 3 && experiment.dataFolder == "other" && experiment.seed == 7)
    #expect(experiment.testSize == 0)
  }

  @Test func theResolvedExperimentIsTheSameExperiment() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      data: ../some where
      test_size: 0.25
      learners:
        random_forest: {max_depth: [3, null], max_features: [0.5], class_weight: [null, {sad: 2}]}
      """, to: "a/x.yaml")
    let experiment = try Experiment(contentsOf: path)
    let resolved = try experiment.yaml(relativeTo: folder.path + "/runs/x-1")
    let again = try Experiment(yaml: resolved, path: folder.path + "/runs/x-1/experiment.yaml")
    #expect(again.candidates.map(\.values) == experiment.candidates.map(\.values))
    #expect(again.testSize == 0.25 && again.foldCount == 5 && again.seed == 42)
    #expect(
      URL(fileURLWithPath: again.dataFolder).standardizedFileURL
        == URL(fileURLWithPath: experiment.dataFolder).standardizedFileURL)
  }

  @Test func listsOfStagesAreCrossedWithEveryGrid() throws {
    let yaml = """
      data: /d
      features: [[aligned], [aligned, distances]]
      learners:
        random_forest: {max_depth: [3, 4]}
        gradient_boosting: {max_depth: [2]}
      """
    let experiment = try Experiment(yaml: yaml, path: "x.yaml")
    #expect(experiment.features.map(\.stages) == [[.aligned], [.aligned, .distances]])
    let expected = [
      "random_forest: features [aligned], max_depth 3", "random_forest: features [aligned], max_depth 4",
      "random_forest: features [aligned, distances], max_depth 3",
      "random_forest: features [aligned, distances], max_depth 4",
      "gradient_boosting: features [aligned], max_depth 2",
      "gradient_boosting: features [aligned, distances], max_depth 2",
    ]
    #expect(experiment.candidates.map(\.description) == expected)
    let again = try Experiment(yaml: experiment.yaml(relativeTo: "/d"), path: "/d/x.yaml")
    #expect(again.candidates.map(\.description) == expected)
  }

  static let stages: [(features: String, expected: String)] = [
    ("[fhog: {pca: 300}]", "[[fhog: {pca: 300}]]"), ("{fhog: {pca: 300}}", "[[fhog: {pca: 300}]]"),
    ("[{fhog: {pca: 300}}, raw]", "[[fhog: {pca: 300}, raw]]"),
    (
      "[[fhog: {pca: 300}], [aligned: {weight: 0.3, scale: standard}, distances: {scale: minmax}]]",
      "[[fhog: {pca: 300}], [aligned: {scale: standard, weight: 0.3}, distances: {scale: minmax}]]"
    ),
    ("[aligned: {scale: none, pca: null, weight: 1}, distances: {}, angles: null]", "[[aligned, distances, angles]]"),
    ("[raw: {scale: standard, pca: 3, weight: 2}]", "[[raw: {scale: standard, pca: 3, weight: 2.0}]]"),
  ]

  @Test(arguments: stages)
  func stagesMayHaveAScaleComponentsAndAWeightOfTheirOwn(features: String, expected: String) throws {
    let experiment = try Experiment(yaml: minimal + "features: \(features)\n", path: "x.yaml")
    #expect("[" + experiment.features.map(\.description).joined(separator: ", ") + "]" == expected)
    let again = try Experiment(yaml: experiment.yaml(relativeTo: "."), path: "x.yaml")
    #expect(again.features == experiment.features)
    let overridden = try Experiment(yaml: minimal, path: "x.yaml", overrides: ["features=\(features)"])
    #expect(overridden.features == experiment.features)
  }

  @Test(arguments: [
    "scale: standard\nfeatures: [aligned: {scale: minmax}, raw]", "scale: none\nfeatures: [raw: {weight: 2}]",
    "scale: null\nfeatures: [raw: {pca: 3}]", "scale: minmax\npca: 3\nfeatures: [[raw], [aligned: {weight: 1}]]",
  ])
  func aScaleThatUndoesNothingIsRead(text: String) {
    #expect(throws: Never.self) { try Experiment(yaml: minimal + text, path: "x.yaml") }
  }

  @Test func candidatesNameTheListsOfTheirStages() throws {
    let experiment = try Experiment(
      yaml: minimal + "features: [[aligned: {scale: standard, weight: 0.05}], [raw]]\n", path: "x.yaml")
    #expect(
      experiment.candidates.map(\.description) == [
        "random_forest: features [aligned: {scale: standard, weight: 0.05}], max_depth 3",
        "random_forest: features [raw], max_depth 3",
      ])
  }

  @Test(arguments: ["[{aligned: null, raw: null}]", "[raw, {}]", "[raw, {1: {pca: 3}, 2: {pca: 3}}]"])
  func severalStagesInOneEntryAreRefused(features: String) throws {
    let error = #expect(throws: ExperimentError.self) {
      try Experiment(yaml: minimal + "features: \(features)\n", path: "x.yaml")
    }
    #expect(error?.description.contains(": features must be stages, each alone or as name: {pca: 300}, was ") == true)
    #expect(error?.description.contains("\n") == false)
  }

  static let ensembles: [(line: String, expected: [EnsembleRule.Method])] = [
    ("", []), ("ensembles: null", []), ("ensembles: []", []), ("ensembles: stacking", [.stacking]),
    ("ensembles: [voting]", [.voting]), ("ensembles: [stacking, voting]", [.stacking, .voting]),
  ]

  @Test(arguments: ensembles)
  func ensemblesAreReadAndWritten(line: String, expected: [EnsembleRule.Method]) throws {
    for more in ["learners: {random_forest: {}, svc: {}}", "learners: {svc: {}}\nfeatures: [[raw], [aligned]]"] {
      let experiment = try Experiment(yaml: "data: /d\n\(more)\n\(line)", path: "x.yaml")
      #expect(experiment.ensembles == expected)
      let yaml = try experiment.yaml(relativeTo: "/d")
      #expect(expected.isEmpty == yaml.contains("ensembles: null\n"))
      #expect(try Experiment(yaml: yaml, path: "/d/x.yaml").ensembles == expected)
    }
    let error = #expect(throws: ExperimentError.self) {
      try Experiment(yaml: minimal, path: "x.yaml", overrides: ["ensembles=[voting]"])
    }
    #expect(error?.description.hasPrefix("--set ensembles=[voting]: ensembles need members") == true)
  }

  @Test(arguments: ["aligned", "[aligned]", "[[aligned]]"])
  func oneListOfStagesIsNoChoice(features: String) throws {
    let experiment = try Experiment(yaml: minimal + "features: \(features)\n", path: "x.yaml")
    #expect(experiment.features.map(\.stages) == [[.aligned]])
    #expect(experiment.candidates.map(\.description) == ["random_forest: max_depth 3"])
    #expect(try experiment.yaml(relativeTo: ".").contains("features: [aligned]\n"))
  }

  static let refusals: [(yaml: String, error: String)] = [
    ("", "x.yaml: expected keys and values, such as \"data: ../landmarks\""),
    ("learners: {random_forest: {}}", "x.yaml: key \"data\" is missing: the folder of landmark tables"),
    ("data: d", "x.yaml: key \"learners\" is missing: a grid for each learner"),
    (
      minimal + "cvv: 3\n",
      "x.yaml:4:1: unknown key \"cvv\"; known are name, data, features, scale, pca, mirror, balance, test_size, cv, groups, splits, "
        + "seed, scoring, refit, calibration, learners, ensembles"
    ),
    (minimal + "cv: 1\n", "x.yaml:4:5: cv must be an integer ≥ 2, was 1"),
    (minimal + "cv: many\n", "x.yaml:4:5: cv must be an integer ≥ 2, was many"),
    (minimal + "test_size: 1\n", "x.yaml:4:12: test_size must be a number from 0 to below 1, was 1"),
    (minimal + "seed: -1\n", "x.yaml:4:7: seed must be an integer from 0 to 4294967295, was -1"),
    (
      minimal + "scoring: roc_auc\n",
      "x.yaml:4:10: scoring must be one of accuracy, balanced_accuracy, f1_macro, neg_log_loss, was roc_auc"
    ),
    (
      minimal + "features: [pixels]\n",
      "x.yaml:4:11: features must be different ones of raw, aligned, symmetry, distances, angles, regions, fhog, keypoint_fhog, patches, was pixels"
    ),
    (
      minimal + "features: [raw, raw]\n",
      "x.yaml:4:11: features must be different ones of raw, aligned, symmetry, distances, angles, regions, fhog, keypoint_fhog, patches, was raw"
    ),
    (
      minimal + "features: [[raw], [raw, pixels]]\n",
      "x.yaml:4:19: features must be different ones of raw, aligned, symmetry, distances, angles, regions, fhog, keypoint_fhog, patches, was pixels"
    ),
    (
      minimal + "features: [[raw], []]\n",
      "x.yaml:4:19: features must be one or more of raw, aligned, symmetry, distances, angles, regions, fhog, keypoint_fhog, patches, was []"
    ),
    (
      minimal + "features: [raw, [aligned]]\n",
      "x.yaml:4:12: features must be stages, or lists of stages to search over, not both"
    ),
    (
      minimal + "features: [[raw, angles], [raw, angles]]\n",
      "x.yaml:4:27: features [raw, angles] stand twice: leave one out"
    ),
    (
      minimal + "features: [[raw], [fhog]]\n",
      "x.yaml:4:19: features with fhog have thousands of numbers: set pca, such as pca: 300"
    ),
    (
      minimal + "features: [fhog]\n",
      "x.yaml:4:11: features with fhog have thousands of numbers: set pca, such as pca: 300"
    ),
    (
      minimal + "features: [[fhog: {weight: 2}], [raw]]\n",
      "x.yaml:4:12: features with fhog have thousands of numbers: set pca, such as pca: 300"
    ),
    (
      minimal + "features: [pixels: {pca: 3}]\n",
      "x.yaml:4:11: features must be different ones of raw, aligned, symmetry, distances, angles, regions, fhog, keypoint_fhog, patches, was pixels"
    ),
    (
      minimal + "features: [[raw: {weight: 1}], [raw]]\n", "x.yaml:4:32: features [raw] stand twice: leave one out"
    ),
    (
      minimal + "features: [fhog: {pca: 0}]\n",
      "x.yaml:4:24: pca of fhog must be an integer from 1 to 10000, or null, was 0"
    ),
    (
      minimal + "features: [aligned: {scale: robust}]\n",
      "x.yaml:4:29: scale of aligned must be one of none, standard, minmax, was robust"
    ),
    (
      minimal + "features: [aligned: {weight: 0}]\n",
      "x.yaml:4:30: weight of aligned must be a number from 0.000001 to 1000000, was 0"
    ),
    (
      minimal + "features: [aligned: {weight: .nan}]\n",
      "x.yaml:4:30: weight of aligned must be a number from 0.000001 to 1000000, was .nan"
    ),
    (
      minimal + "features: [aligned: {gamma: 1}]\n",
      "x.yaml:4:22: unknown option \"gamma\" of aligned; known are scale, pca, weight"
    ),
    (
      minimal + "features: [aligned: standard]\n",
      "x.yaml:4:21: aligned must have its options as in aligned: {pca: 300}, was standard"
    ),
    (
      minimal + "groups: person\nsplits: s.csv\n",
      "x.yaml:4:9: splits and groups exclude each other: remove one"
    ),
    (
      minimal + "scale: standard\nfeatures: [[raw], [aligned: {weight: 0.05}]]\n",
      "x.yaml:4:8: scale: standard would undo the weight of aligned: give stages a scale of their own, as in aligned: "
        + "{scale: standard}"
    ),
    (
      "data: d\nlearners:\n  svc: {scale: [none, minmax]}\nfeatures: [aligned, fhog: {pca: 3}]\n",
      "x.yaml:3:23: scale: minmax would undo the components of fhog: give stages a scale of their own, as in aligned: "
        + "{scale: standard}"
    ),
    (
      minimal + "balance: oversample\nfeatures: [fhog: {pca: 3}, aligned, patches: {pca: 3}]\n",
      "x.yaml:4:10: balance: oversample adds copies without images, which fhog and patches need: use "
        + "class_weight or undersample"
    ),
    (minimal + "pca: 0\n", "x.yaml:4:6: pca must be an integer from 1 to 10000, or null, was 0"),
    (minimal + "mirror: often\n", "x.yaml:4:9: mirror must be true or false, was often"),
    (
      minimal + "balance: oversample\nmirror: true\n",
      "x.yaml:5:9: mirror and balance: oversample both add copies: remove one"
    ),
    (
      minimal + "name: a/b\n", "x.yaml:4:7: name must be fit for a folder, without / and leading dots, was a/b"
    ),
    (minimal + "scale: robust\n", "x.yaml:4:8: scale must be one of none, standard, minmax, was robust"),
    (
      minimal + "balance: smote\n",
      "x.yaml:4:10: balance must be one of none, oversample, undersample, class_weight, was smote"
    ),
    (
      minimal + "refit: true\n",
      "x.yaml:4:8: refit must be one of accuracy, balanced_accuracy, f1_macro, neg_log_loss, was true"
    ),
    (
      minimal + "calibration: platt\n", "x.yaml:4:14: calibration must be one of none, temperature, isotonic, was platt"
    ),
    (
      "data: d\nlearners:\n  knn: {C: [1]}\n",
      "x.yaml:3:3: unknown learner \"knn\"; this version has random_forest, gradient_boosting, svc"
    ),
    (
      "data: d\nlearners:\n  random_forest: {max_depth: [3, 0]}\n",
      "x.yaml:3:34: random_forest: max_depth must be an integer ≥ 1 or null, was 0"
    ),
    (
      "data: d\nlearners:\n  random_forest:\n    depth: [3]\n",
      "x.yaml:4:13: random_forest: depth is not a parameter of random_forest; it has n_estimators, max_depth, "
        + "criterion, max_features, min_samples_split, min_samples_leaf, bootstrap, class_weight"
    ),
    ("data: d\nlearners:\n  random_forest: {max_depth: []}\n", "x.yaml:3:30: max_depth has no values to try"),
    (
      minimal + "ensembles: [voting, bagging]\n",
      "x.yaml:4:21: ensembles must be different ones of voting, stacking, was bagging"
    ),
    (
      minimal + "ensembles: [voting, voting]\n",
      "x.yaml:4:21: ensembles must be different ones of voting, stacking, was voting"
    ),
    (
      minimal + "ensembles: {voting: 1}\n",
      "x.yaml:4:12: ensembles must be different ones of voting, stacking, was voting: 1"
    ),
    (
      minimal + "ensembles: voting\n",
      "x.yaml:4:12: ensembles need members: two or more learners, or lists of features to search over"
    ),
    ("data: d\nlearners: []\n", "x.yaml:2:11: learners must name at least one learner with its grid"),
  ]

  @Test(arguments: refusals)
  func badExperimentsAreRefusedWithPlaceAndReason(yaml: String, error expected: String) {
    let error = #expect(throws: ExperimentError.self) { try Experiment(yaml: yaml, path: "x.yaml") }
    #expect(error?.description == expected)
  }

  @Test(arguments: ["data: [unclosed", "a: b: c", "data: d\ndata: e\nlearners: {random_forest: {}}", "\t"])
  func brokenYAMLIsRefusedInOneLine(yaml: String) {
    let error = #expect(throws: ExperimentError.self) { try Experiment(yaml: yaml, path: "x.yaml") }
    #expect(error?.description.contains("\n") == false && error?.description.hasPrefix("x.yaml") == true)
  }

  @Test func temperatureScalingIsReadUnderItsFormerNameToo() throws {
    for name in ["sigmoid", "temperature"] {
      let experiment = try Experiment(yaml: minimal + "calibration: \(name)\n", path: "x.yaml")
      #expect(experiment.calibration == .temperature)
      #expect(try experiment.yaml(relativeTo: ".").contains("calibration: temperature"))
    }
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstKey() throws {
    #expect(
      try Experiment(yaml: "\u{FEFF}" + minimal, path: "x.yaml").dataFolder
        == Experiment(yaml: minimal, path: "x.yaml").dataFolder)
  }

  @Test(arguments: ["data: d\nlearners: [", "scoring: ", "features: [{", "name: ["])
  func messagesShowNoMoreThanAPartOfALongLine(start: String) {
    let long = String(repeating: "x ", count: 50_000)
    let error = #expect(throws: ExperimentError.self) {
      try Experiment(yaml: minimal + start + long + "\n", path: "x.yaml")
    }
    #expect((error?.description.count ?? .max) < 600, "\(error?.description.prefix(700) ?? "")")
  }

  @Test(arguments: ["cv", "cvv=3", "=3", "cv=[1"])
  func badOverridesAreRefused(override: String) {
    #expect(throws: ExperimentError.self) { try Experiment(yaml: minimal, path: "x.yaml", overrides: [override]) }
  }
}

@Suite struct PathsTests {
  @Test(arguments: [
    ("/a/b/c", "/a/b", "c"), ("/a/b", "/a/x/y", "../../b"), ("/a", "/a", "."), ("/a/./b/../c", "/a", "c"),
  ])
  func relativePathsLeadFromFolderToTarget(path: String, folder: String, expected: String) {
    #expect(Paths.relative(path, to: folder) == expected)
  }
}

"""Writes scikit_learn.json: what scikit-learn 1.9 makes of the committed landmark tables and of small made-up data.

    python -m venv .venv && .venv/bin/pip install scikit-learn==1.9.1 pandas && .venv/bin/python make_scikit_learn_fixtures.py

Takes about three minutes on two cores.
"""

import hashlib
import json
import pathlib

import numpy as np
import pandas as pd
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import classification_report
from sklearn.model_selection import ParameterGrid, StratifiedGroupKFold, StratifiedKFold, train_test_split

HERE = pathlib.Path(__file__).parent
LANDMARKS = HERE.parent.parent / "landmarks"
CLASSES = ["happy", "neutral", "sad", "surprised"]


def checksum(numbers) -> str:
    return hashlib.sha256(",".join(str(int(n)) for n in numbers).encode()).hexdigest()


def folds_of(labels, count) -> list[int]:
    folds = np.empty(len(labels), dtype=int)
    for fold, (_, validation) in enumerate(StratifiedKFold(count).split(np.zeros(len(labels)), labels)):
        folds[validation] = fold
    return folds.tolist()


def small_splits() -> list[dict]:
    rng = np.random.RandomState(0)
    cases = []
    for rows, classes, test_size, seed in [(20, 2, 0.25, 0), (57, 3, 0.33, 42), (101, 4, 0.5, 7), (64, 5, 0.2, 4294967295)]:
        labels = rng.randint(classes, size=rows)
        labels[: 4 * classes] = np.tile(np.arange(classes), 4)
        training, test = train_test_split(np.arange(rows), test_size=test_size, random_state=seed, stratify=labels)
        cases.append(
            {
                "labels": labels.tolist(),
                "classes": classes,
                "test_size": test_size,
                "seed": seed,
                "training": training.tolist(),
                "test": test.tolist(),
                "folds": folds_of(labels, 3),
            }
        )
    return cases


def group_folds() -> list[dict]:
    rng = np.random.RandomState(9)
    cases = []
    for rows, classes, groups, count in [(60, 2, 12, 3), (200, 4, 31, 5), (150, 3, 7, 4)]:
        labels = rng.randint(classes, size=rows)
        group_of_row = np.array([f"person {number:03d}" for number in rng.randint(groups, size=rows)])
        folds = np.empty(rows, dtype=int)
        splitter = StratifiedGroupKFold(count)
        for fold, (_, validation) in enumerate(splitter.split(np.zeros(rows), labels, group_of_row)):
            folds[validation] = fold
        cases.append(
            {"labels": labels.tolist(), "classes": classes, "groups": group_of_row.tolist(), "count": count, "folds": folds.tolist()}
        )
    return cases


def landmark_split(labels) -> dict:
    training, test = train_test_split(np.arange(len(labels)), test_size=0.33, random_state=42, stratify=labels)
    return {
        "training_sha256": checksum(training),
        "test_sha256": checksum(test),
        "folds_sha256": checksum(folds_of(labels[training], 5)),
    }


def forest_accuracies(features, labels) -> list[dict]:
    """Hold-out accuracy of forests over five seeds, for parameters that each exercise another rule."""
    training, test = train_test_split(np.arange(len(labels)), test_size=0.33, random_state=42, stratify=labels)
    cases = [
        {"n_estimators": 300, "max_depth": 6, "criterion": "gini"},
        {"n_estimators": 300, "max_depth": 6, "criterion": "entropy"},
        {"n_estimators": 100},
        {"n_estimators": 100, "min_samples_leaf": 20, "max_features": 0.2, "criterion": "entropy"},
        {"n_estimators": 100, "max_depth": 8, "class_weight": "balanced", "min_samples_split": 40},
        {"n_estimators": 100, "max_depth": 8, "class_weight": "balanced_subsample"},
        {"n_estimators": 100, "max_depth": 8, "bootstrap": False, "class_weight": {"sad": 3.0}, "max_features": "log2"},
    ]
    results = []
    for parameters in cases:
        accuracies, recalls = [], []
        for seed in range(5):
            forest = RandomForestClassifier(**parameters, random_state=seed, n_jobs=-1)
            forest.fit(features[training], labels[training])
            predicted = forest.predict(features[test])
            accuracies.append(float(np.mean(predicted == labels[test])))
            recalls.append([float(np.mean(predicted[labels[test] == name] == name)) for name in CLASSES])
        results.append({"parameters": parameters, "accuracies": accuracies, "recalls": np.mean(recalls, axis=0).tolist()})
        print(parameters, np.mean(accuracies))
    return results


def exact_trees() -> list[dict]:
    """Single trees without chance: the structure must be the same, node for node."""
    rng = np.random.RandomState(3)
    cases = []
    for parameters in [
        {"criterion": "gini", "max_depth": 4, "min_samples_leaf": 7},
        {"criterion": "entropy", "max_depth": 4, "min_samples_leaf": 7},
        {"criterion": "gini", "max_depth": 3, "min_samples_leaf": 9, "class_weight": {"a": 1.0, "b": 2.5, "c": 0.5}},
        {"criterion": "entropy", "min_samples_split": 60, "min_samples_leaf": 11},
    ]:
        # Two features may split a node equally well, and scikit-learn then takes the one it happens to visit first;
        # data on which its own seeds disagree can prove nothing.
        while True:
            features = rng.normal(size=(240, 4)).round(3).astype(np.float32)
            score = features[:, 0] + 0.5 * features[:, 1] ** 2 + 0.3 * rng.normal(size=240)
            labels = np.array(["a", "b", "c"])[np.digitize(score, [-0.2, 0.8])]
            forests = [
                RandomForestClassifier(
                    n_estimators=1, bootstrap=False, max_features=None, random_state=seed, **parameters
                ).fit(features, labels)
                for seed in range(8)
            ]
            if len({str(forest.estimators_[0].tree_.feature.tolist()) for forest in forests}) == 1:
                break
        forest = forests[0]
        tree = forest.estimators_[0].tree_
        inner = tree.children_left >= 0
        cases.append(
            {
                "parameters": parameters,
                "features": [[float(value) for value in row] for row in features],
                "labels": ["abc".index(label) for label in labels],
                "feature": [int(f) if i else -1 for f, i in zip(tree.feature, inner)],
                "threshold": [float(t) for t, i in zip(tree.threshold, inner) if i],
                "probabilities": forest.predict_proba(features[:20]).tolist(),
                "importances": forest.feature_importances_.tolist(),
            }
        )
    return cases


def reports() -> list[dict]:
    rng = np.random.RandomState(5)
    labels = rng.randint(4, size=211)
    predictions = np.where(rng.rand(211) < 0.6, labels, rng.randint(3, size=211))
    return [
        {
            "labels": labels.tolist(),
            "predictions": predictions.tolist(),
            "text": classification_report(labels, predictions, target_names=CLASSES, zero_division=0),
            "text4": classification_report(labels, predictions, target_names=CLASSES, zero_division=0, digits=4),
        }
    ]


def main() -> None:
    tables = [pd.read_csv(LANDMARKS / f"{name}.csv") for name in CLASSES]
    features = np.vstack([table.filter(regex=r"^\d+_[xy]$").to_numpy(np.float32) for table in tables])
    labels = np.repeat(CLASSES, [len(table) for table in tables])
    fixtures = {
        "made_with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "pandas": pd.__version__},
        "small_splits": small_splits(),
        "group_folds": group_folds(),
        "landmark_split": landmark_split(labels),
        "exact_trees": exact_trees(),
        "reports": reports(),
        "grid": list(ParameterGrid({"n_estimators": [200, 300], "max_depth": [4, 5, 6], "criterion": ["gini", "entropy"]})),
        "forest_accuracies": forest_accuracies(features, labels),
    }
    (HERE / "scikit_learn.json").write_text(json.dumps(fixtures) + "\n")


if __name__ == "__main__":
    main()

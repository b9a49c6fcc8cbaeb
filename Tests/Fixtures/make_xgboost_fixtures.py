"""Writes xgboost.json: small tables with the trees that XGBoost grows on them.

    python3 -m venv venv && venv/bin/pip install xgboost-cpu==3.2.0 numpy==2.4.6 scikit-learn==1.9.1
    venv/bin/python make_xgboost_fixtures.py

Every feature has at most 256 distinct values, so that bins are the values themselves. Nodes come in depth-first order;
a leaf has feature -1. SHAP values and margins are those of the first rows.
"""

import json
import pathlib

import numpy as np
import xgboost
from xgboost import DMatrix, XGBClassifier

SHOWN = 10


def table(seed, rows, features, classes, distinct=40, missing=0.0, whole=True):
    random = np.random.default_rng(seed)
    values = random.integers(0, distinct, (rows, features)).astype(np.float32)
    if not whole:
        values = random.normal(size=distinct).astype(np.float32)[values.astype(int)]
    scores = np.stack([values @ random.normal(size=features) + 0.3 * values[:, k % features] * values[:, 0] / distinct
                       + random.normal(scale=0.6 * distinct / 10, size=rows) for k in range(classes)], axis=1)
    scores -= scores.mean(axis=0)
    labels = scores.argmax(axis=1)
    if missing:
        # Missing values say something about the class.
        gaps = random.random((rows, features)) < missing * (1 + (labels == 0))[:, None]
        gaps[:, -1] = False
        values[gaps] = np.nan
    return values, labels


def depth_first(tree):
    left, right = tree["left_children"], tree["right_children"]
    nodes = []

    def visit(node):
        is_leaf = left[node] < 0
        nodes.append({
            "feature": -1 if is_leaf else tree["split_indices"][node],
            "threshold": 0 if is_leaf else tree["split_conditions"][node],
            "missing_goes_left": bool(tree["default_left"][node]) and not is_leaf,
            "value": tree["split_conditions"][node] if is_leaf else 0,
            "gain": 0 if is_leaf else tree["loss_changes"][node],
            "cover": tree["sum_hessian"][node],
        })
        if not is_leaf:
            visit(left[node])
            visit(right[node])

    visit(0)
    return nodes


def case(name, seed, parameters, rows=300, features=4, classes=3, class_weight=None, **shape):
    values, labels = table(seed, rows, features, classes, **shape)
    weights = None if class_weight is None else np.array(class_weight)[labels]
    model = XGBClassifier(tree_method="hist", n_jobs=1, **parameters).fit(values, labels, sample_weight=weights)
    booster = model.get_booster()
    trees = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]["trees"]
    first = DMatrix(values[:SHOWN])
    scores = {kind: [booster.get_score(importance_type=kind).get(f"f{f}", 0.0) for f in range(features)]
              for kind in ("gain", "cover", "weight", "total_gain", "total_cover")}
    return {
        "name": name,
        "parameters": parameters,
        "class_weight": class_weight or [],
        "classes": classes,
        "features": [[None if np.isnan(v) else float(v) for v in row] for row in values],
        "labels": labels.tolist(),
        "trees": [depth_first(tree) for tree in trees],
        "margins": np.atleast_2d(booster.predict(first, output_margin=True)).reshape(SHOWN, -1).tolist(),
        "shap": booster.predict(first, pred_contribs=True).reshape(SHOWN, -1, features + 1).tolist(),
        "importances": scores,
    }


def main():
    cases = [
        case("three classes", 1, {"n_estimators": 6, "max_depth": 3}),
        case("two classes", 2, {"n_estimators": 8, "max_depth": 4}, classes=2),
        case("regularised", 3, {"n_estimators": 6, "max_depth": 5, "reg_alpha": 0.5, "reg_lambda": 2.5, "gamma": 0.7,
                                "min_child_weight": 3, "learning_rate": 0.15}),
        case("missing values", 4, {"n_estimators": 6, "max_depth": 4}, missing=0.12),
        case("two classes with missing values", 5, {"n_estimators": 5, "max_depth": 3}, classes=2, missing=0.2),
        case("many distinct values", 6, {"n_estimators": 5, "max_depth": 6, "learning_rate": 0.1}, rows=400,
             features=6, classes=4, distinct=250, whole=False),
        case("class weights", 7, {"n_estimators": 5, "max_depth": 3}, class_weight=[1.0, 2.5, 0.5]),
        case("no least weight", 8, {"n_estimators": 4, "max_depth": 8, "min_child_weight": 0, "reg_lambda": 0.1},
             rows=120),
    ]
    path = pathlib.Path(__file__).with_name("xgboost.json")
    path.write_text(json.dumps({"xgboost": xgboost.__version__, "numpy": np.__version__, "cases": cases},
                               separators=(",", ":")) + "\n")
    print(path.stat().st_size)


if __name__ == "__main__":
    main()

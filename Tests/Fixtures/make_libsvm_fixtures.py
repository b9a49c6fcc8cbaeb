"""Writes libsvm.json and libsvm_unseen.json: what scikit-learn's SVC (libsvm) makes of small tables.

    pip install scikit-learn==1.9.1 && python make_libsvm_fixtures.py

For each case: the table, the parameters, and libsvm's support vectors, dual objectives and decisions; in libsvm.json for the
rows that were learned from, in libsvm_unseen.json for others, with the log loss of probabilities. The latter's tables are harder: pixels far from the origin,
classes of unequal size, rows that contradict each other, and names that first appear in another order than the sorted one.
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def table(rows: int, features: int, classes: int, seed: int, separation: float):
    x, y = make_classification(
        n_samples=rows, n_features=features, n_informative=max(3, features // 2), n_redundant=features // 4,
        n_classes=classes, n_clusters_per_class=1, class_sep=separation, flip_y=0.1, random_state=seed)
    return x.astype(np.float32), y


def kernel_matrix(model, a, b):
    gamma = model._gamma
    if model.kernel == "linear":
        return a @ b.T
    if model.kernel == "rbf":
        return np.exp(-gamma * ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1))
    if model.kernel == "poly":
        return (gamma * a @ b.T + model.coef0) ** model.degree
    return np.tanh(gamma * a @ b.T + model.coef0)


def pair_results(model, x, least=0.0):
    """The dual objective of every pair of classes, and the rows whose coefficient is above a share of their cost."""
    classes = len(model.classes_)
    starts = np.concatenate([[0], np.cumsum(model.n_support_)])
    objectives, supports = [], []
    for i in range(classes):
        for j in range(i + 1, classes):
            # libsvm keeps the coefficients of class i against j in row j - 1, those of j against i in row i.
            first = slice(starts[i], starts[i + 1])
            second = slice(starts[j], starts[j + 1])
            beta = np.concatenate([model.dual_coef_[j - 1, first], model.dual_coef_[i, second]])
            rows = np.concatenate([model.support_[first], model.support_[second]])
            costs = model.C * np.repeat(model.class_weight_[[i, j]], [len(model.support_[first]), len(model.support_[second])])
            vectors = x[rows].astype(np.float64)
            objectives.append(float(0.5 * beta @ kernel_matrix(model, vectors, vectors) @ beta - np.abs(beta).sum()))
            supports.append(sorted(int(row) for row, value, cost in zip(rows, beta, costs) if abs(value) > least * cost))
    return objectives, supports


def decisions_of(model, x):
    """One column for each pair of classes, above 0 for the first; for two classes scikit-learn turns libsvm's sign round."""
    decisions = model.decision_function(x).reshape(len(x), -1)
    return -decisions if len(model.classes_) == 2 else decisions


def named_table(rng, counts: dict, features: int, spread: float, digits=3):
    """Rows around a centre for each class, in an order in which names do not first appear as they are sorted."""
    centres = {name: rng.normal(size=features) for name in sorted(counts)}
    names = rng.permutation(np.repeat(list(counts), list(counts.values())))
    while list(dict.fromkeys(names)) == sorted(counts):
        names = rng.permutation(names)
    x = np.stack([centres[name] + spread * rng.normal(size=features) for name in names])
    return np.round(x, digits).astype(np.float32), names


def unseen_tables():
    rng = np.random.RandomState(11)
    tables = []
    # The face of a large picture: coordinates of 4000 ± 20 pixels, to a sixteenth.
    x, names = named_table(rng, {"surprised": 90, "happy": 70, "neutral": 80}, 8, 1.5, digits=6)
    tables.append(((np.round((4000 + 20 * x / np.abs(x).max()) * 16) / 16).astype(np.float32), names))
    tables.append(named_table(rng, {"sad": 30, "happy": 150, "surprised": 20, "neutral": 80}, 6, 1.2))
    # A third of the rows once more: as they are, or as rows of another class.
    x, names = named_table(rng, {"sad": 70, "happy": 60}, 4, 1.0, digits=2)
    again = rng.permutation(len(x))[:40]
    other = np.where(rng.rand(40) < 0.6, np.where(names[again] == "sad", "happy", "sad"), names[again])
    tables.append((np.vstack([x, x[again]]), np.concatenate([names, other])))
    # Every third row is not learned from.
    return [
        {"x": x[np.arange(len(x)) % 3 != 2], "names": names[np.arange(len(x)) % 3 != 2], "unseen": x[2::3]}
        for x, names in tables]


def unseen_cases(tables):
    weights = {"sad": 2.5, "happy": 0.5, "neutral": 1.5}
    grid = [
        (0, scale, parameters) for scale in ("none", "standard") for parameters in (
            [{"kernel": "linear", "C": 0.01 if scale == "none" else 1.0},
             {"kernel": "rbf", "C": 10.0, "gamma": 0.0005 if scale == "none" else 0.05},
             {"kernel": "rbf", "C": 1.0, "gamma": "scale"}])
    ] + [
        (1, "none", {**kernel, "class_weight": weight})
        for kernel in ({"kernel": "linear", "C": 1.0}, {"kernel": "rbf", "C": 5.0, "gamma": 0.1})
        for weight in (weights, "balanced")
    ] + [
        (1, "standard", {"kernel": "poly", "C": 1.0, "gamma": 0.2, "degree": degree, "coef0": coef0})
        for degree in (2, 3) for coef0 in (0.0, 1.0)
    ] + [
        (1, "standard", {"kernel": "sigmoid", "C": 1.0, "gamma": 0.02, "coef0": 0.1}),
    ] + [
        (2, "none", {"kernel": "linear", "C": 1.0}),
        (2, "none", {"kernel": "rbf", "C": 1.0, "gamma": 0.5}),
        (2, "none", {"kernel": "rbf", "C": 100.0, "gamma": 0.5}),
    ]
    cases = []
    for number, scale, parameters in grid:
        table = tables[number]
        x, unseen = table["x"].astype(np.float64), table["unseen"].astype(np.float64)
        if scale == "standard":
            scaler = StandardScaler().fit(x)
            x, unseen = scaler.transform(x), scaler.transform(unseen)
        elif parameters["kernel"] == "linear":
            # The optimum does not depend on the origin, but libsvm's 32-bit products of pixels far from it do.
            mean = x.mean(axis=0)
            x, unseen = x - mean, unseen - mean
        parameters = {**parameters, "tol": 1e-5}
        model = SVC(**parameters, decision_function_shape="ovo").fit(x, table["names"])
        objectives, supports = pair_results(model, x, least=1e-6)
        cases.append({
            "table": number, "parameters": {**parameters, "scale": scale}, "classes": model.classes_.tolist(),
            "objectives": objectives, "supports": supports,
            "decisions": [[round(float(value), 6) for value in row] for row in decisions_of(model, unseen)],
            "predictions": model.predict(unseen).tolist()})
    return cases


def probabilities():
    """The log loss, out of fold, of libsvm's probabilities and of those that scikit-learn calibrates, over five folds."""
    x, labels = table(480, 6, 4, 7, 1.0)
    kept = np.arange(480) % 3 >= np.where(labels == 3, 2, np.where(labels == 2, 1, 0))
    x, names = np.round(x[kept], 2), np.array(["happy", "neutral", "sad", "surprised"])[labels[kept]]
    cases = []
    for classes in (["happy", "neutral", "sad", "surprised"], ["happy", "neutral", "sad"], ["happy", "sad"]):
        chosen = np.isin(names, classes)
        features, labels = x[chosen].astype(np.float64), names[chosen]
        # scikit-learn is about to leave libsvm's probabilities to CalibratedClassifierCV.
        warnings.simplefilter("ignore", FutureWarning)
        folds = list(StratifiedKFold(5).split(features, labels))
        for parameters in ({"kernel": "linear", "C": 1.0}, {"kernel": "rbf", "C": 1.0, "gamma": 0.1},
                           {"kernel": "rbf", "C": 30.0, "gamma": 0.1}):
            machine = SVC(**parameters, tol=1e-5)
            peers = {
                "libsvm": SVC(**parameters, tol=1e-5, probability=True, random_state=0),
                "calibrated": CalibratedClassifierCV(machine, method="sigmoid", ensemble=False, cv=5)}
            cases.append({
                "classes": classes, "parameters": {**parameters, "tol": 1e-5},
                **{name: float(np.average(
                    [log_loss(labels[b], peer.fit(features[a], labels[a]).predict_proba(features[b]), labels=classes)
                     for a, b in folds], weights=[len(b) for _, b in folds])) for name, peer in peers.items()}})
    return {"features": [[float(str(v)) for v in row] for row in x], "labels": names.tolist(), "cases": cases}


def write(name, result):
    (pathlib.Path(__file__).parent / name).write_text(json.dumps(result) + "\n")


def main():
    cases = []
    tables = [table(90, 4, 2, 1, 1.0), table(160, 8, 3, 2, 0.8), table(200, 12, 4, 3, 1.5)]
    for number, (x, y) in enumerate(tables):
        for parameters in (
            [{"kernel": "rbf", "C": c, "gamma": g} for c in (0.1, 1.0, 100.0) for g in (1.0, 0.05)]
            + [{"kernel": "rbf", "C": 10.0, "gamma": "scale"}, {"kernel": "rbf", "C": 10.0, "gamma": "auto"}]
            + [{"kernel": "linear", "C": c} for c in (0.1, 1.0, 100.0)]
            + [{"kernel": "poly", "C": 1.0, "gamma": 0.1, "degree": 3, "coef0": 1.0},
               {"kernel": "sigmoid", "C": 1.0, "gamma": 0.01, "coef0": 0.0},
               {"kernel": "rbf", "C": 1.0, "gamma": 0.1, "class_weight": "balanced"}]
        ):
            # A tight tolerance, so that what is compared is the optimum and not where a solver happened to stop.
            model = SVC(**parameters, tol=1e-6, decision_function_shape="ovo").fit(x.astype(np.float64), y)
            objectives, supports = pair_results(model, x)
            decisions = decisions_of(model, x.astype(np.float64))
            cases.append({
                "table": number, "parameters": parameters, "objectives": objectives, "supports": supports,
                "decisions": [[round(float(value), 9) for value in row] for row in decisions],
                "predictions": model.predict(x.astype(np.float64)).tolist()})
    write("libsvm.json", {
        "tables": [{"features": [[float(v) for v in row] for row in x], "labels": y.tolist()} for x, y in tables],
        "cases": cases})
    tables = unseen_tables()
    write("libsvm_unseen.json", {
        "tables": [
            {"features": [[float(str(v)) for v in row] for row in table["x"]], "labels": table["names"].tolist(),
             "unseen": [[float(str(v)) for v in row] for row in table["unseen"]]}
            for table in tables],
        "cases": unseen_cases(tables), "probabilities": probabilities()})


main()

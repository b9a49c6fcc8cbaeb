"""Writes libsvm.json: what scikit-learn's SVC (libsvm) makes of small tables.

    pip install scikit-learn==1.9.1 && python make_libsvm_fixtures.py

For each case: the table, the parameters, and libsvm's support vectors, offsets, dual objective and decisions.
"""

import json
import pathlib

import numpy as np
from sklearn.datasets import make_classification
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


def pair_results(model, x, y):
    """The dual objective and the support vectors of every pair of classes."""
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
            vectors = x[rows].astype(np.float64)
            objectives.append(float(0.5 * beta @ kernel_matrix(model, vectors, vectors) @ beta - np.abs(beta).sum()))
            supports.append(sorted(int(row) for row, value in zip(rows, beta) if value != 0))
    return objectives, supports


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
            objectives, supports = pair_results(model, x, y)
            decisions = model.decision_function(x.astype(np.float64)).reshape(len(x), -1)
            if len(model.classes_) == 2:
                # For two classes scikit-learn turns libsvm's sign round.
                decisions = -decisions
            cases.append({
                "table": number, "parameters": parameters, "objectives": objectives, "supports": supports,
                "decisions": [[round(float(value), 9) for value in row] for row in decisions],
                "predictions": model.predict(x.astype(np.float64)).tolist()})
    result = {
        "tables": [{"features": [[float(v) for v in row] for row in x], "labels": y.tolist()} for x, y in tables],
        "cases": cases}
    path = pathlib.Path(__file__).parent / "libsvm.json"
    path.write_text(json.dumps(result) + "\n")


main()

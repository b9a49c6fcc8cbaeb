"""Writes stacking.json: scikit-learn's logistic regression on the logarithms of several classifiers' probabilities.

    python -m venv .venv && .venv/bin/pip install scikit-learn==1.9.1 && .venv/bin/python make_stacking_fixtures.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent


def case(rng, rows: int, members: int, classes: int) -> dict:
    labels = rng.randint(classes, size=rows)
    probabilities = []
    for member in range(members):
        scores = rng.normal(size=(rows, classes))
        scores[np.arange(rows), labels] += 0.5 + member
        powers = np.round(np.exp(scores), 3)
        # Few digits, and zeros as forests of few trees have them.
        probabilities.append(np.round(powers / powers.sum(axis=1, keepdims=True), 2))
    logarithms = np.log(np.maximum(np.hstack(probabilities), 1e-6))
    # Of two classes scikit-learn penalises one set of coefficients, which is the difference of ours.
    regression = LogisticRegression(C=2 if classes == 2 else 1, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    regression.fit(logarithms, labels)
    return {
        "labels": labels.tolist(),
        "members": [member.tolist() for member in probabilities],
        "probabilities": regression.predict_proba(logarithms).tolist(),
    }


def main() -> None:
    rng = np.random.RandomState(3)
    fixtures = {
        "made_with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "cases": [case(rng, 40, 2, 2), case(rng, 60, 2, 3), case(rng, 80, 3, 4)],
    }
    (HERE / "stacking.json").write_text(json.dumps(fixtures) + "\n")


if __name__ == "__main__":
    main()

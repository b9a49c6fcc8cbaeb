"""The same work with the peers: pandas and scikit-learn. Prints seconds, rows and scores as JSON.

    peers.py read FOLDER
    peers.py search FOLDER SEED N_JOBS_OF_SEARCH N_JOBS_OF_FOREST
"""

import json
import pathlib
import sys
import time

import numpy as np
import pandas as pd


def read(folder: str) -> tuple[np.ndarray, np.ndarray]:
    features, labels = [], []
    for path in sorted(pathlib.Path(folder).glob("*.csv")):
        table = pd.read_csv(path, engine="c")
        features.append(table[[name for name in table if name[0].isdigit()]].to_numpy(np.float32))
        labels += [path.stem] * len(table)
    return np.vstack(features), np.array(labels)


def search(folder: str, seed: int, search_jobs: int, forest_jobs: int) -> dict:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import GridSearchCV, train_test_split

    features, labels = read(folder)
    training, _, training_labels, _ = train_test_split(
        features, labels, test_size=0.33, random_state=42, stratify=labels
    )
    grid = {"n_estimators": [200, 300], "max_depth": [4, 5, 6], "criterion": ["gini", "entropy"]}
    forest = RandomForestClassifier(random_state=seed, n_jobs=forest_jobs)
    start = time.perf_counter()
    fitted = GridSearchCV(forest, grid, n_jobs=search_jobs, refit=False).fit(training, training_labels)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "rows": len(training),
        "mean_scores": fitted.cv_results_["mean_test_score"].tolist(),
    }


def main() -> None:
    if sys.argv[1] == "read":
        start = time.perf_counter()
        features, _ = read(sys.argv[2])
        result = {"seconds": time.perf_counter() - start, "rows": len(features)}
    else:
        result = search(sys.argv[2], *map(int, sys.argv[3:6]))
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""The same work with the peers: pandas, scikit-learn and XGBoost. Prints seconds, rows and scores as JSON.

    peers.py read FOLDER
    peers.py forest FOLDER SEED N_JOBS_OF_SEARCH N_JOBS_OF_LEARNER
    peers.py boosting FOLDER SEED N_JOBS_OF_SEARCH N_JOBS_OF_LEARNER
    peers.py boosting-fit FOLDER N_JOBS_OF_LEARNER
    peers.py svm-rbf FOLDER SEED N_JOBS_OF_SEARCH
    peers.py svm-smart FOLDER SEED N_JOBS_OF_SEARCH
    peers.py svm-fit FOLDER
    peers.py svm-optima FOLDER
"""

import json
import pathlib
import resource
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


def search(learner, grid: dict, folder: str, seed: int, jobs: int) -> dict:
    from sklearn.model_selection import GridSearchCV, train_test_split

    features, labels = numbered(folder)
    training, _, training_labels, _ = train_test_split(
        features, labels, test_size=0.33, random_state=seed, stratify=labels
    )
    start = time.perf_counter()
    fitted = GridSearchCV(
        learner, grid, n_jobs=jobs, refit=False, scoring=["accuracy", "neg_log_loss"]
    ).fit(training, training_labels)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "rows": len(training),
        "mean_scores": fitted.cv_results_["mean_test_accuracy"].tolist(),
        "mean_log_likelihoods": fitted.cv_results_["mean_test_neg_log_loss"].tolist(),
        "peak_bytes": peak_bytes(),
    }


def numbered(folder: str) -> tuple[np.ndarray, np.ndarray]:
    features, labels = read(folder)
    return features, np.unique(labels, return_inverse=True)[1]


def peak_bytes() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def forest(folder: str, seed: int, search_jobs: int, forest_jobs: int) -> dict:
    from sklearn.ensemble import RandomForestClassifier

    grid = {"n_estimators": [200, 300], "max_depth": [4, 5, 6], "criterion": ["gini", "entropy"]}
    return search(RandomForestClassifier(random_state=seed, n_jobs=forest_jobs), grid, folder, seed, search_jobs)


def boosting(folder: str, seed: int, search_jobs: int, booster_jobs: int) -> dict:
    from xgboost import XGBClassifier

    grid = {"max_depth": [2, 5, 10], "n_estimators": [100, 200, 300]}
    booster = XGBClassifier(tree_method="hist", random_state=seed, n_jobs=booster_jobs)
    return search(booster, grid, folder, seed, search_jobs)


def boosting_fit(folder: str, jobs: int) -> dict:
    from xgboost import XGBClassifier

    features, labels = numbered(folder)
    booster = XGBClassifier(tree_method="hist", max_depth=5, n_estimators=300, n_jobs=jobs)
    start = time.perf_counter()
    booster.fit(features, labels)
    seconds = time.perf_counter() - start
    some = features[np.arange(5000) * len(features) // 5000]
    times = []
    for _ in range(20):
        start = time.perf_counter()
        booster.predict_proba(some)
        times.append(time.perf_counter() - start)
    return {"seconds": seconds, "rows": len(labels), "predict_seconds": min(times), "peak_bytes": peak_bytes()}


def svm_rbf(folder: str, seed: int, jobs: int) -> dict:
    """The radial half of the article's grid on all rows, standardised on each fold's training rows."""
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    features, labels = numbered(folder)
    grid = {"svc__C": [1, 10, 100, 1000], "svc__gamma": [1, 0.1, 0.001]}
    start = time.perf_counter()
    fitted = GridSearchCV(make_pipeline(StandardScaler(), SVC(cache_size=1000)), grid, n_jobs=jobs, refit=False).fit(features, labels)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": len(labels), "mean_scores": fitted.cv_results_["mean_test_score"].tolist(),
            "peak_bytes": peak_bytes()}


def svm_smart(folder: str, seed: int, jobs: int) -> dict:
    """The same as a careful user of scikit-learn would write it: distances once for a fold, kernels once for a gamma."""
    from joblib import Parallel, delayed
    from sklearn.metrics.pairwise import euclidean_distances
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    features, labels = numbered(folder)
    costs, gammas = [1, 10, 100, 1000], [1, 0.1, 0.001]

    def scores(training, validation):
        scaler = StandardScaler().fit(features[training])
        known, unknown = scaler.transform(features[training]), scaler.transform(features[validation])
        among, to = euclidean_distances(known, squared=True), euclidean_distances(unknown, known, squared=True)
        result = {}
        for gamma in gammas:
            kernel, other = np.exp(-gamma * among), np.exp(-gamma * to)
            for cost in costs:
                model = SVC(C=cost, kernel="precomputed", cache_size=1000).fit(kernel, labels[training])
                result[cost, gamma] = (model.predict(other) == labels[validation]).mean()
        return result

    start = time.perf_counter()
    folds = list(StratifiedKFold(5).split(features, labels))
    by_fold = Parallel(n_jobs=jobs)(delayed(scores)(*fold) for fold in folds)
    means = [float(np.mean([fold[cost, gamma] for fold in by_fold])) for cost in costs for gamma in gammas]
    return {"seconds": time.perf_counter() - start, "rows": len(labels), "mean_scores": means, "peak_bytes": peak_bytes()}


def svm_fit(folder: str) -> dict:
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    features, labels = numbered(folder)
    start = time.perf_counter()
    scaler = StandardScaler().fit(features)
    fitted = SVC(C=10, gamma=0.001, cache_size=1000).fit(scaler.transform(features), labels)
    seconds = time.perf_counter() - start
    some = features[np.arange(5000) * len(features) // 5000]
    times = []
    for _ in range(3):
        start = time.perf_counter()
        fitted.decision_function(scaler.transform(some))
        times.append(time.perf_counter() - start)
    return {"seconds": seconds, "rows": len(labels), "predict_seconds": min(times), "peak_bytes": peak_bytes()}


def svm_optima(folder: str) -> dict:
    """For each candidate of the radial half and each fold: each pair's dual objective, and the validation rows' classes."""
    from sklearn.metrics.pairwise import rbf_kernel
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    features, labels = numbered(folder)
    features = features.astype(float)
    results = []
    for cost in [1, 10, 100, 1000]:
        for gamma in [1, 0.1, 0.001]:
            for training, validation in StratifiedKFold(5).split(features, labels):
                scaler = StandardScaler().fit(features[training])
                model = SVC(C=cost, gamma=gamma, cache_size=1000).fit(scaler.transform(features[training]), labels[training])
                ends = np.cumsum(model.n_support_)
                of_class = [slice(end - count, end) for end, count in zip(ends, model.n_support_)]
                objectives = []
                for first in range(len(of_class)):
                    for second in range(first + 1, len(of_class)):
                        rows = np.r_[of_class[first], of_class[second]]
                        values = np.r_[model.dual_coef_[second - 1, of_class[first]], model.dual_coef_[first, of_class[second]]]
                        vectors = model.support_vectors_[rows]
                        objectives.append(float(values @ rbf_kernel(vectors, gamma=gamma) @ values / 2 - np.abs(values).sum()))
                results.append({"objectives": objectives,
                                "predictions": model.predict(scaler.transform(features[validation])).tolist()})
    return {"fits": results}


def main() -> None:
    name, folder, *numbers = sys.argv[1:]
    if name == "read":
        start = time.perf_counter()
        features, _ = read(folder)
        result = {"seconds": time.perf_counter() - start, "rows": len(features)}
    else:
        work = {"forest": forest, "boosting": boosting, "boosting-fit": boosting_fit, "svm-rbf": svm_rbf,
                "svm-smart": svm_smart, "svm-fit": svm_fit, "svm-optima": svm_optima}[name]
        result = work(folder, *map(int, numbers))
    print(json.dumps(result))


if __name__ == "__main__":
    main()

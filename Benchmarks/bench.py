"""Times Mien and its peers in turn, A B A B …, and prints the ratio of each pair.

    bench.py [--pairs N] [read] [forest] [forest-sharing] [boosting] [boosting-fit] [boosting-growth]
             [boosting-aligned] [svm-rbf] [svm-rbf-13500] [svm-smart] [svm-fit] [svm-optima]

Writes results/<name>.json and results/<name>.md. Every measurement is a process of its own that times its own work.
"""

import argparse
import json
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
MIEN = ROOT / ".build" / "release" / "MienBenchmark"
LANDMARKS = ROOT / "landmarks"
FOREST = HERE / "experiments" / "forest.yaml"
BOOSTING = HERE / "experiments" / "boosting.yaml"
BOOSTER = HERE / "experiments" / "boosting-fit.yaml"
MACHINES = HERE / "experiments" / "svm-rbf.yaml"
MACHINE = HERE / "experiments" / "svm-fit.yaml"


def run(command: list) -> dict:
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def peer(*arguments) -> dict:
    return run([sys.executable, HERE / "peers.py", *arguments])


def aligned(rows: int) -> pathlib.Path:
    """Tables of some aligned faces, made once."""
    folder = pathlib.Path(tempfile.gettempdir()) / f"mien-aligned-{rows}"
    if not folder.exists():
        run([MIEN, "aligned", LANDMARKS, folder, rows])
    return folder


def pairs(name: str, title: str, count: int, mien, *peers) -> dict:
    """Mien and each way to run the peer in turn; a ratio is of the peer's best way and Mien's mean in that round.

    Each way gets seeds of its own, so that accuracies are compared over as many seeds as there are measurements.
    """
    measured = []
    for index in range(count):
        ours, theirs = [], []
        for place, other in enumerate(peers):
            seed = index * len(peers) + place
            ours.append(mien(seed))
            theirs.append(other(seed))
        ratio = min(run["seconds"] for run in theirs) / statistics.mean(run["seconds"] for run in ours)
        measured.append({"mien": ours, "peer": theirs, "ratio": ratio})
        print(f"{name} {index + 1}/{count}: {shown(ours)} s against {shown(theirs)} s, {ratio:.1f} times", flush=True)
    return {"name": name, "title": title, "pairs": measured}


def shown(runs: list) -> str:
    return ", ".join(f"{run['seconds']:.3f}" for run in runs)


def summary(result: dict) -> str:
    runs = lambda side: [run for pair in result["pairs"] for run in pair[side]]
    line = row(result["title"], result["pairs"], "seconds")
    if runs("mien")[0].get("predict_seconds"):
        line += "\n" + row("5,000 rows' probabilities from it", result["pairs"], "predict_seconds")
    for key, title in (("mean_scores", "accuracy"), ("mean_log_likelihoods", "log-likelihood")):
        scores = {side: [statistics.mean(run[key]) for run in runs(side) if run.get(key)] for side in ("mien", "peer")}
        ours, theirs = scores["mien"], scores["peer"]
        if len(ours) > 1 and len(theirs) > 1:
            # The same seed gives both sides the same training rows.
            differences = [mine - other for mine, other in zip(ours, theirs)]
            error = statistics.stdev(differences) / len(differences) ** 0.5
            line += (f"\n\nMean cross-validation {title} over all candidates and {len(ours)} splits: "
                     f"{statistics.mean(ours):.4f} against {statistics.mean(theirs):.4f}, "
                     f"difference {statistics.mean(differences):+.4f} with a standard error of {error:.4f}.")
    peaks = {side: max(run.get("peak_bytes", 0) for run in runs(side)) for side in ("mien", "peer")}
    if all(peaks.values()):
        line += (f"\n\nPeak memory of a process: {peaks['mien'] / 2**20:.0f} MiB against {peaks['peer'] / 2**20:.0f} MiB "
                 "(without the peer's worker processes).")
    return line


def row(title: str, pairs: list, key: str) -> str:
    best = [min(run[key] for run in pair["peer"]) for pair in pairs]
    ours = [statistics.mean(run[key] for run in pair["mien"]) for pair in pairs]
    ratios = [theirs / mine for theirs, mine in zip(best, ours)]
    return (f"| {title} | {statistics.median(ours):.3f} s | {statistics.median(best):.3f} s | "
            f"**{statistics.median(ratios):.1f}** ({min(ratios):.1f} … {max(ratios):.1f}) | {len(ratios)} |")


def optima() -> dict:
    """Whether both solve the same problems, over the radial half's candidates and folds; fails where they do not."""
    ours = run([MIEN, "optima", MACHINES, aligned(4000)])["fits"]
    theirs = peer("svm-optima", aligned(4000))["fits"]
    assert len(ours) == len(theirs)
    objectives = [(mine, other) for our, their in zip(ours, theirs)
                  for mine, other in zip(our["objectives"], their["objectives"], strict=True)]
    classes = [(mine, other) for our, their in zip(ours, theirs)
               for mine, other in zip(our["predictions"], their["predictions"], strict=True)]
    result = {"name": "optima", "problems": len(objectives), "rows": len(classes),
              "furthest_objective": max(abs(mine - other) / abs(other) for mine, other in objectives),
              "better_or_equal": sum(mine <= other + 1e-6 * abs(other) for mine, other in objectives),
              "equal_predictions": sum(mine == other for mine, other in classes) / len(classes)}
    assert result["furthest_objective"] <= 1e-4, result
    assert result["equal_predictions"] >= 0.999, result
    return result


def optima_table(result: dict) -> str:
    return (f"{result['problems']} problems: dual objectives differ by at most {result['furthest_objective']:.1e} "
            f"relative, ours is no worse in {result['better_or_equal']}; "
            f"{100 * result['equal_predictions']:.3f} % of {result['rows']} validation rows get the same class.\n")


def growth(sizes: list[int]) -> dict:
    """One booster on tables of growing size."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            tables = pathlib.Path(folder) / str(size)
            subprocess.run([sys.executable, HERE / "grow_tables.py", LANDMARKS, tables, str(size)], check=True)
            ours = run([MIEN, "fit", BOOSTER, tables])
            theirs = min((peer("boosting-fit", tables, 2) for _ in range(1)), key=lambda run: run["seconds"])
            measured.append({"rows": ours["rows"], "mien": ours, "peer": theirs})
            print(f"growth {size}: {ours['seconds']:.2f} s against {theirs['seconds']:.2f} s", flush=True)
            shutil.rmtree(tables)
    return {"name": "growth", "sizes": measured}


def growth_table(result: dict) -> str:
    lines = ["| rows | Mien | XGBoost, 2 threads | times faster | Mien, µs a row | peak memory, MiB |", "|---|---|---|---|---|---|"]
    for size in result["sizes"]:
        ours, theirs = size["mien"], size["peer"]
        lines.append(f"| {size['rows']} | {ours['seconds']:.2f} s | {theirs['seconds']:.2f} s | "
                     f"{theirs['seconds'] / ours['seconds']:.1f} | {1e6 * ours['seconds'] / size['rows']:.0f} | "
                     f"{ours['peak_bytes'] / 2**20:.0f} against {theirs['peak_bytes'] / 2**20:.0f} |")
    return "\n".join(lines) + "\n"


def sharing(experiment: pathlib.Path, count: int) -> dict:
    """What each step of sharing brings, in turn."""
    rounds = [{step: run([MIEN, "search", experiment, seed, step])["seconds"] for step in ("none", "paths", "all")}
              for seed in range(count)]
    return {"name": "sharing", "rounds": rounds}


def sharing_table(result: dict) -> str:
    titles = {"none": "every fit alone", "paths": "one computation for each path", "all": "and one table for all folds"}
    lines = ["| sharing | seconds, median | times faster than every fit alone |", "|---|---|---|"]
    for step, title in titles.items():
        seconds = [measured[step] for measured in result["rounds"]]
        ratios = [measured["none"] / measured[step] for measured in result["rounds"]]
        lines.append(f"| {title} | {statistics.median(seconds):.2f} | "
                     f"{statistics.median(ratios):.2f} ({min(ratios):.2f} … {max(ratios):.2f}) |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=5)
    everything = ["read", "forest", "forest-sharing", "boosting", "boosting-fit", "boosting-growth",
                  "boosting-aligned", "svm-rbf", "svm-rbf-13500", "svm-smart", "svm-fit", "svm-optima"]
    parser.add_argument("what", nargs="*", default=everything)
    arguments = parser.parse_args()
    comparisons = {
        "read": lambda: pairs(
            "read", "Four landmark tables, 20,181 × 136, against pandas' C parser, to one float32 matrix (Mien 2 threads, pandas 1)", 2 * arguments.pairs,
            lambda _: run([MIEN, "read", LANDMARKS]), lambda _: peer("read", LANDMARKS)),
        "forest": lambda: pairs(
            "forest", "The article's random forest grid, 12 × 5 fits on 13,521 × 136, against GridSearchCV (better of n_jobs=2 over candidates and over trees)",
            arguments.pairs,
            lambda seed: run([MIEN, "search", FOREST, seed]),
            lambda seed: peer("forest", LANDMARKS, seed, 2, 1),
            lambda seed: peer("forest", LANDMARKS, seed, 1, 2)),
        "boosting": lambda: pairs(
            "boosting", "The article's XGBoost grid, 9 × 5 fits on 13,521 × 136, against GridSearchCV over XGBClassifier (better of 2 × 1 and 1 × 2 threads)",
            arguments.pairs,
            lambda seed: run([MIEN, "search", BOOSTING, seed]),
            lambda seed: peer("boosting", LANDMARKS, seed, 2, 1),
            lambda seed: peer("boosting", LANDMARKS, seed, 1, 2)),
        "boosting-fit": lambda: pairs(
            "boosting-fit", "One booster, depth 5, 300 rounds, 20,181 × 136, against XGBClassifier (better of 1 and 2 threads)", arguments.pairs,
            lambda _: run([MIEN, "fit", BOOSTER]),
            lambda _: peer("boosting-fit", LANDMARKS, 2),
            lambda _: peer("boosting-fit", LANDMARKS, 1)),
        "boosting-aligned": lambda: pairs(
            "boosting-aligned", "The same grid on 5,360 × 136 aligned landmarks, whose features have thousands of values",
            arguments.pairs,
            lambda seed: run([MIEN, "search", BOOSTING, seed, aligned(8000)]),
            lambda seed: peer("boosting", aligned(8000), seed, 2, 1)),
        "svm-rbf": lambda: pairs(
            "svm-rbf", "The radial half of the article's SVC grid, 12 × 5 fits on 4,000 × 136, aligned and standardised, against GridSearchCV(n_jobs=2)",
            arguments.pairs,
            lambda seed: run([MIEN, "search", MACHINES, seed, aligned(4000)]),
            lambda seed: peer("svm-rbf", aligned(4000), seed, 2)),
        "svm-rbf-13500": lambda: pairs(
            "svm-rbf-13500", "The same on 13,500 × 136", min(arguments.pairs, 2),
            lambda seed: run([MIEN, "search", MACHINES, seed, aligned(13500)]),
            lambda seed: peer("svm-rbf", aligned(13500), seed, 2)),
        "svm-smart": lambda: pairs(
            "svm-smart", "The same, against kernels precomputed once for a fold and gamma, over two processes",
            arguments.pairs,
            lambda seed: run([MIEN, "search", MACHINES, seed, aligned(4000)]),
            lambda seed: peer("svm-smart", aligned(4000), seed, 2)),
        "svm-fit": lambda: pairs(
            "svm-fit", "One SVC, C = 10, gamma = 0.001, 13,500 × 136, aligned and standardised", arguments.pairs,
            lambda _: run([MIEN, "fit", MACHINE, aligned(13500)]), lambda _: peer("svm-fit", aligned(13500))),
    }
    (HERE / "results").mkdir(exist_ok=True)
    for name in arguments.what:
        if name == "forest-sharing":
            result = sharing(FOREST, arguments.pairs)
            text = sharing_table(result)
        elif name == "svm-optima":
            result = optima()
            text = optima_table(result)
        elif name == "boosting-growth":
            result = growth([5_000, 13_500, 50_000, 200_000])
            text = growth_table(result)
        else:
            result = comparisons[name]()
            text = "| work | Mien | peer | times faster | pairs |\n|---|---|---|---|---|\n" + summary(result) + "\n"
        result["machine"] = {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
        (HERE / "results" / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
        (HERE / "results" / f"{name}.md").write_text(text)
        print(text)


if __name__ == "__main__":
    main()

"""Times Mien and its peers in turn, A B A B …, and prints the ratio of each pair.

    bench.py [--pairs N] [read] [forest] [forest-sharing]

Writes results/<name>.json and results/<name>.md. Every measurement is a process of its own that times its own work.
"""

import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
MIEN = ROOT / ".build" / "release" / "MienBenchmark"
LANDMARKS = ROOT / "landmarks"


def run(command: list) -> dict:
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def peer(*arguments) -> dict:
    return run([sys.executable, HERE / "peers.py", *arguments])


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
    ratios = [pair["ratio"] for pair in result["pairs"]]
    mien = statistics.median(run["seconds"] for pair in result["pairs"] for run in pair["mien"])
    peer = statistics.median(min(run["seconds"] for run in pair["peer"]) for pair in result["pairs"])
    line = (f"| {result['title']} | {mien:.3f} s | {peer:.3f} s | "
            f"**{statistics.median(ratios):.1f}** ({min(ratios):.1f} … {max(ratios):.1f}) | {len(ratios)} |")
    scores = {side: [statistics.mean(run["mean_scores"]) for pair in result["pairs"] for run in pair[side]
                     if run.get("mean_scores")] for side in ("mien", "peer")}
    ours, theirs = scores["mien"], scores["peer"]
    if len(ours) > 1 and len(theirs) > 1:
        error = (statistics.variance(ours) / len(ours) + statistics.variance(theirs) / len(theirs)) ** 0.5
        difference = statistics.mean(ours) - statistics.mean(theirs)
        line += (f"\n\nMean cross-validation accuracy over all candidates and {len(ours)} seeds: "
                 f"{statistics.mean(ours):.4f} against {statistics.mean(theirs):.4f}, "
                 f"difference {difference:+.4f} ({difference / error:+.1f} standard errors).")
    return line


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
    parser.add_argument("what", nargs="*", default=["read", "forest", "forest-sharing"])
    arguments = parser.parse_args()
    article = ROOT / "experiments" / "article.yaml"
    comparisons = {
        "read": lambda: pairs(
            "read", "Four landmark tables, 20,181 × 136, against pandas' C parser, to one float32 matrix (Mien 2 threads, pandas 1)", 2 * arguments.pairs,
            lambda _: run([MIEN, "read", LANDMARKS]), lambda _: peer("read", LANDMARKS)),
        "forest": lambda: pairs(
            "forest", "The article's random forest grid, 12 × 5 fits on 13,521 × 136, against GridSearchCV (better of n_jobs=2 over candidates and over trees)",
            arguments.pairs,
            lambda seed: run([MIEN, "search", article, seed]),
            lambda seed: peer("search", LANDMARKS, seed, 2, 1),
            lambda seed: peer("search", LANDMARKS, seed, 1, 2)),
    }
    (HERE / "results").mkdir(exist_ok=True)
    for name in arguments.what:
        if name == "forest-sharing":
            result = sharing(article, arguments.pairs)
            text = sharing_table(result)
        else:
            result = comparisons[name]()
            text = "| work | Mien | peer | times faster | pairs |\n|---|---|---|---|---|\n" + summary(result) + "\n"
        result["machine"] = {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
        (HERE / "results" / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
        (HERE / "results" / f"{name}.md").write_text(text)
        print(text)


if __name__ == "__main__":
    main()

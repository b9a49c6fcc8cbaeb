"""Times Mien and its peers in turn, A B A B …, and prints the ratio of each pair.

    bench.py [--pairs N] [read] [forest]

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


def pairs(name: str, title: str, count: int, mien, other) -> dict:
    measured = []
    for index in range(count):
        ours, theirs = mien(index), other(index)
        measured.append({"mien": ours, "peer": theirs, "ratio": theirs["seconds"] / ours["seconds"]})
        print(f"{name} {index + 1}/{count}: {ours['seconds']:.3f} s against {theirs['seconds']:.3f} s, "
              f"{measured[-1]['ratio']:.1f} times", flush=True)
    return {"name": name, "title": title, "pairs": measured}


def summary(result: dict) -> str:
    ratios = [pair["ratio"] for pair in result["pairs"]]
    median = lambda side: statistics.median(pair[side]["seconds"] for pair in result["pairs"])
    line = (f"| {result['title']} | {median('mien'):.3f} s | {median('peer'):.3f} s | "
            f"**{statistics.median(ratios):.1f}** ({min(ratios):.1f} … {max(ratios):.1f}) | {len(ratios)} |")
    ours = [statistics.mean(pair["mien"]["mean_scores"]) for pair in result["pairs"] if pair["mien"].get("mean_scores")]
    if len(ours) > 1:
        theirs = [statistics.mean(pair["peer"]["mean_scores"]) for pair in result["pairs"]]
        error = (statistics.variance(ours) / len(ours) + statistics.variance(theirs) / len(theirs)) ** 0.5
        difference = statistics.mean(ours) - statistics.mean(theirs)
        line += (f"\n\nMean cross-validation accuracy over all candidates and {len(ours)} seeds: "
                 f"{statistics.mean(ours):.4f} against {statistics.mean(theirs):.4f}, "
                 f"difference {difference:+.4f} ({difference / error:+.1f} standard errors).")
    return line


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("what", nargs="*", default=["read", "forest"])
    arguments = parser.parse_args()
    benchmarks = {
        "read": lambda: pairs(
            "read", "Four landmark tables, 20,181 × 136, against pandas' C parser, to one float32 matrix (Mien 2 threads, pandas 1)", 2 * arguments.pairs,
            lambda _: run([MIEN, "read", LANDMARKS]), lambda _: peer("read", LANDMARKS)),
        "forest": lambda: pairs(
            "forest", "The article's random forest grid, 12 × 5 fits on 13,521 × 136, against GridSearchCV",
            arguments.pairs,
            lambda seed: run([MIEN, "search", ROOT / "experiments" / "article.yaml", seed]),
            lambda seed: peer("search", LANDMARKS, seed, 2, 1)),
    }
    (HERE / "results").mkdir(exist_ok=True)
    for name in arguments.what:
        result = benchmarks[name]()
        result["machine"] = {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
        (HERE / "results" / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
        text = "| work | Mien | peer | times faster | pairs |\n|---|---|---|---|---|\n" + summary(result) + "\n"
        (HERE / "results" / f"{name}.md").write_text(text)
        print(text)


if __name__ == "__main__":
    main()

"""Writes tables of as many rows as asked: rows of the committed tables, drawn with replacement and shaken a little.

    grow_tables.py FROM TO ROWS
"""

import pathlib
import sys

import numpy as np
import pandas as pd


def main() -> None:
    source, target, count = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    target.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    tables = {path.name: pd.read_csv(path) for path in sorted(source.glob("*.csv"))}
    total = sum(map(len, tables.values()))
    for name, table in tables.items():
        coordinates = table[[column for column in table if column[0].isdigit()]]
        rows = random.integers(0, len(table), round(count * len(table) / total))
        values = coordinates.to_numpy()[rows] + random.normal(scale=0.3, size=(len(rows), coordinates.shape[1]))
        pd.DataFrame(values.round(2), columns=coordinates.columns).to_csv(target / name, index=False)


if __name__ == "__main__":
    main()

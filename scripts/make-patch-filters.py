#!/usr/bin/env python3
"""Learns the filters of Sources/Features/PatchFilterValues.swift from chips of faces, without their classes.

    mien extract FER2013/train --out fer2013 --descriptors fhog
    scripts/make-patch-filters.py fer2013 RUN/splits.csv > Sources/Features/PatchFilterValues.swift

Takes numpy. RUN is a search of experiments/best.yaml (with any features): the rows that it holds out are left alone here too.
100,000 patches of 2,000 faces are brought to mean 0 and unit contrast and whitened; the centres of spherical
k-means (Coates & Ng 2012, doi:10.1007/978-3-642-35289-8_30) among them, multiplied by the whitening, are the filters.
"""
import base64
import csv
import sys
from pathlib import Path

import numpy as np

CHIP, SIDE, FILTERS, FACES, PATCHES, ROUNDS = 48, 6, 64, 2000, 100_000, 20
LEAST_VARIANCE, WHITENING = 10, 0.1


def main() -> None:
    random = np.random.default_rng(42)
    chips = np.concatenate([np.load(path) for path in sorted(Path(sys.argv[1]).glob("*.chip.npy"))])
    with open(sys.argv[2], newline="") as file:
        splits = [row["split"] for row in csv.DictReader(file) if not row["augmented_from"]]
    learned = [row for row, split in enumerate(splits) if split == "train"]
    chips = chips[random.choice(learned, FACES, replace=False)].reshape(-1, CHIP, CHIP).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(chips, (SIDE, SIDE), axis=(1, 2))
    places = (random.integers(0, size, PATCHES) for size in windows.shape[:3])
    patches = windows[tuple(places)].reshape(PATCHES, SIDE * SIDE)
    patches = patches - patches.mean(axis=1, keepdims=True)
    patches /= np.sqrt(patches.var(axis=1, keepdims=True) + LEAST_VARIANCE)
    # As many mirror images, so that left and right are alike.
    mirrored = patches.reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(PATCHES, -1)
    sizes, directions = np.linalg.eigh((patches.T @ patches + mirrored.T @ mirrored) / (2 * PATCHES))
    whitening = directions @ np.diag((sizes + WHITENING) ** -0.5) @ directions.T
    white = patches @ whitening

    centres = random.normal(size=(FILTERS, SIDE * SIDE))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    for _ in range(ROUNDS):
        answers = white @ centres.T
        nearest = np.abs(answers).argmax(axis=1)
        chosen = np.zeros_like(answers)
        chosen[np.arange(PATCHES), nearest] = np.sign(answers[np.arange(PATCHES), nearest])
        sums = chosen.T @ white
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        # A centre that no patch is near goes where some patch is.
        lost = norms[:, 0] < 1e-9
        sums[lost] = white[random.integers(0, PATCHES, lost.sum())]
        centres = sums / np.linalg.norm(sums, axis=1, keepdims=True)

    filters = (centres @ whitening).reshape(FILTERS, SIDE, SIDE)
    filters = np.concatenate([filters, filters[:, :, ::-1]]).astype("<f2")
    text = base64.b64encode(filters.tobytes()).decode()
    lines = "\n".join("    " + text[place:place + 110] for place in range(0, len(text), 110))
    print(f'''extension PatchFilters {{
  /// {2 * FILTERS} filters learned from faces; made by `scripts/make-patch-filters.py`, not to be changed by hand.
  package static let standard = PatchFilters(base64: text)

  /// 16-bit floats, low byte first.
  private static let text = """
{lines}
    """
}}''')


main()

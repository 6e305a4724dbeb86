"""The baseline against itself on disjoint groups of seeds: how often do really trained equals differ?

One variant, many seeds, on few Fashion-MNIST images; the seeds are dealt into groups at random, again and again, and the
groups compared as if they were variants. Draws share seeds, so the shares are less certain than their number suggests.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from rich.console import Console
from rich.table import Table

from regtrack.data import load_dataset
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.names import BETTER, WORSE
from regtrack.training import fit_variants
from regtrack.variants import Settings, Variant

SETTINGS = Settings(dataset="fashion_mnist", train_size=1000, epochs=20)


def wrong_of(seeds: int) -> np.ndarray:
    """(seeds, 5000) bool on validation at the selected epoch."""
    dataset = load_dataset(SETTINGS.dataset, split_seed=0, train_size=SETTINGS.train_size)
    results = fit_variants([Variant()], dataset, seeds=range(seeds), settings=SETTINGS)
    labels = dataset.validation.given_label
    return np.stack([result.of("val").probs.argmax(axis=1) != labels for result in results])


def deal(wrong: np.ndarray, groups: int, size: int, rng: np.random.Generator) -> list[VariantErrors]:
    order = rng.permutation(len(wrong))[: groups * size].reshape(groups, size)
    names = ["baseline", *(f"again {i}" for i in range(1, groups))]
    return [VariantErrors(name, wrong[rows]) for name, rows in zip(names, order, strict=True)]


def main(seeds: int = 160, draws: int = 500) -> None:
    wrong, rng = wrong_of(seeds), np.random.default_rng(0)
    table = Table("groups", "seeds a group", "any of all pairs", "any against baseline", "coverage",
                  title=f"the baseline against itself: {seeds} networks, {wrong.shape[1]:,} validation images, {draws} deals")  # fmt: skip
    for groups, size in ((12, 3), (12, 5), (12, 10), (24, 3), (24, 5)):
        shares = np.zeros(3)
        for _ in range(draws):
            found = compare_variants(deal(wrong, groups, size, rng), split="val")
            shown = found["verdict"].isin([BETTER, WORSE])
            covered = (found["low"] <= 0) & (found["high"] >= 0)
            shares += [(shown & (found["family"] == AMONG_ALL)).any(), (shown & (found["family"] == TO_BASELINE)).any(),
                       covered[found["family"] == AMONG_ALL].mean()]  # fmt: skip
        table.add_row(str(groups), str(size), *(f"{share / draws:.3f}" for share in shares))
    Console(width=120).print(f"seed sd of the validation error: {wrong.mean(axis=1).std(ddof=1):.4f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

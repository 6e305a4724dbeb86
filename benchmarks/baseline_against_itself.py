"""The baseline against itself on disjoint groups of seeds: how often do really trained equals differ?

One variant, many seeds, on few Fashion-MNIST images; the seeds are dealt into groups at random, again and again, and the
groups compared as if they were variants: chosen on half of the validation images, read on the others. Draws share seeds,
so the shares are less certain than their number suggests.

    python benchmarks/baseline_against_itself.py [networks] [deals]
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

from regtrack.data import load_dataset
from regtrack.diagnosis.answer import answer_of
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.names import BETTER, TEST, WELL_FIT, WORSE
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


def judged(dealt: list[VariantErrors]) -> tuple[bool, bool, bool, float, bool]:
    """Whether a win is said; any false verdict against the baseline, of all pairs; coverage of one, and of all at once."""
    even, odd = ([VariantErrors(v.variant, v.wrong[:, first::2]) for v in dealt] for first in (0, 1))
    found = compare_variants(odd, split=TEST)
    against, shown = found["family"] == TO_BASELINE, found["verdict"].isin([BETTER, WORSE])
    joint = ((found["low"] <= 0) & (found["high"] >= 0))[against].all()
    alone = ((found["low_alone"] <= 0) & (found["high_alone"] >= 0))[against].mean()
    wins = answer_of(even, odd, found, {v.variant: WELL_FIT for v in dealt}).wins
    return wins, (shown & against).any(), (shown & (found["family"] == AMONG_ALL)).any(), alone, joint


def main(seeds: int = 160, draws: int = 500) -> None:
    wrong, rng, console = wrong_of(seeds), np.random.default_rng(0), Console(width=140)
    table = Table("groups", "seeds a group", "a win", "any against baseline", "any of all pairs", "coverage of one", "all at once",
                  title=f"the baseline against itself: {seeds} networks, {draws} deals; ± three standard errors, were they apart")  # fmt: skip
    for groups, size in ((2, 5), (2, 10), (12, 3), (12, 5), (12, 10), (24, 3), (24, 5)):
        found = np.array([judged(deal(wrong, groups, size, rng)) for _ in range(draws)], float)
        means, errors = found.mean(axis=0), 3 * found.std(axis=0) / np.sqrt(draws)
        table.add_row(str(groups), str(size), *(f"{m:.3f} ± {e:.3f}" for m, e in zip(means, errors, strict=True)))
    rates = wrong.mean(axis=1)
    console.print(f"validation error over seeds: sd {rates.std(ddof=1):.4f}, skewness {stats.skew(rates):.2f}")
    console.print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

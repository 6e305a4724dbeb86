"""What splits share by learning from the same examples: does a verdict over splits allow for it? `python benchmarks/split_training.py [tables [designs from [to]]]`.

Differences whose law is known and shares nothing with the formulas but the counts of examples: a network's luck is of the examples it
learned from, of those it is tested on, and of its seed, so much of the variance each, all normal. Of two splits the luck by
training examples correlates as their examples overlap, as it does for what is linear in them; the truth is 0, on data drawn anew.
Without and with the training examples' part: coverage of one 95 % interval, any false verdict of a family at a first look (0.04
wanted), and how often variant 1 is shown better, where it is by 1.6 standard deviations of one training's difference.
"""

import sys

import numpy as np
from scipy import stats

from regtrack.diagnosis.differences.dunnett import two_sided_quantile
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.differences.over_splits import difference_over_splits, examples_per_train
from regtrack.diagnosis.differences.shared_training import BetweenSplits, Overlap

TRAIN, VALIDATION, TEST = 300, 100, 100
"""Examples of a split."""
DESIGNS = (
    (7, 2, 3), (7, 2, 1), (7, 2, 11), (5, 2, 3), (5, 2, 1), (5, 3, 3), (10, 2, 3), (10, 2, 11), (15, 1, 3), (15, 1, 1),
)  # fmt: skip
"""Splits, seeds, variants beside the baseline."""
FOLDS = ((5, 2, 3), (5, 2, 1), (10, 1, 3), (10, 2, 3), (10, 2, 1))
SHARES = (
    (0, 0.1, 0.9), (0, 0.5, 0.5), (0, 0.9, 0.1), (0.2, 0.1, 0.7), (0.5, 0.1, 0.4), (0.8, 0.1, 0.1), (0.25, 0.25, 0.5), (0.45, 0.45, 0.1),
)  # fmt: skip
"""Of the variance of one training, by what it learned from, is tested on, and its seed."""
GAIN = 1.6
FEW = 30


def overlap_of(splits: int, *, folds: bool) -> Overlap:
    if not folds:
        return Overlap.of_splits(TRAIN, VALIDATION, TEST)
    return Overlap.of_folds(splits, TRAIN, VALIDATION)


def networks(design, shares, overlap: Overlap, rng) -> np.ndarray:
    """(variants, splits, seeds) of one data set."""
    (splits, seeds, others), (trained, tested, seed) = design, shares

    def lucky(share: float, common: float) -> np.ndarray:
        once = rng.normal(size=(others + 1, 1)) * np.sqrt(common)
        return np.sqrt(share) * (once + rng.normal(size=(others + 1, splits)) * np.sqrt(1 - common))

    of_split = lucky(trained, overlap.trained) + lucky(tested, overlap.tested)
    return of_split[..., None] + np.sqrt(seed) * rng.normal(size=(others + 1, splits, seeds))


def judged(design, shares, rng, *, folds: bool) -> np.ndarray:
    """(without and with, [covered, any false, variant 1 shown better, half-width]) of one data set."""
    splits, _, others = design
    overlap = overlap_of(splits, folds=folds)
    made = networks(design, shares, overlap, rng)
    per_train = examples_per_train(TEST, TRAIN, splits if folds else 0)
    rows = [difference_over_splits(list(own - made[0]), test_per_train=per_train) for own in made[1:]]
    of_examples = np.full(others, 2 * shares[1])

    def each(name: str) -> np.ndarray:
        return np.array([getattr(row, name) for row in rows])

    freedom = np.full(others, splits * (design[1] - 1))
    count, trained, tested = (np.full(others, value, float) for value in (splits, overlap.trained, overlap.tested))
    parts = BetweenSplits(count, each("between"), each("of_seeds"), freedom, of_examples, trained, tested)
    without = np.maximum(each("variance"), of_examples / splits)
    mean = each("mean")
    alpha, found = alpha_of_look(1, 0.05), []
    for variance, degrees in ((without, count - 1), parts.with_training(without)):
        error, alone = np.sqrt(variance), stats.t.ppf(0.975, degrees)
        family = two_sided_quantile(degrees, others, 1 - alpha) if others > 1 else stats.t.isf(alpha / 2, degrees)
        better = mean[0] + GAIN * np.sqrt(2) > (family * error)[0]
        covered = (np.abs(mean) <= alone * error).mean()
        found.append((covered, (np.abs(mean) > family * error).any(), better, (alone * error).mean() / np.sqrt(2)))
    return np.array(found, float)


def main(tables: int = FEW, first: int = 0, last: int | None = None) -> None:
    print(
        f"{tables:,} tables a cell: coverage / any false / shown better; half-widths in standard deviations of one training, over all cells"
    )
    shares = " | ".join(" / ".join(f"{share:g}" for share in one) for one in SHARES)
    print(f"| design | variants | the part | {shares} | half-width |\n|{'---|' * (4 + len(SHARES))}")
    every = [(design, False) for design in DESIGNS] + [(design, True) for design in FOLDS]
    for design, folds in every[first:last]:
        found = []
        for one in SHARES:
            rng = np.random.default_rng([*design, *(int(100 * share) for share in one), folds])
            found.append(np.mean([judged(design, one, rng, folds=folds) for _ in range(tables)], axis=0))
        name = f"{design[0]} {'folds ' if folds else ''}x {design[1]} | {design[2] + 1}"
        for part, cells in zip(("without", "with"), np.swapaxes(found, 0, 1), strict=True):
            told = " | ".join(f"{covered:.3f} / {false:.3f} / {better:.2f}" for covered, false, better, _ in cells)
            print(f"| {name} | {part} | {told} | {cells[:, 3].mean():.2f} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

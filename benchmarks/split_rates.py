"""Do intervals over splits and folds cover what new data would show? `python benchmarks/split_rates.py [data sets [kind ...]]`.

Two generators that share no code, each with a known truth: differences that are means of what single examples do (so that
splits that share examples agree as much as they share), and refits of ridge regression on random features, whose truth is the
mean over fresh data. What is covered is the difference on new data of the same size, by a 95 % interval. Kinds: test examples are
drawn with each split, fixed, or those of a fold (and the same without validation examples beside them); or the folds validate, and
test examples are fixed.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import stats

from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.over_splits import OverSplits, difference_over_splits, examples_per_train
from regtrack.diagnosis.differences.shared_training import BetweenSplits, Overlap

DESIGNS = {
    "drawn": ((7, 2), (5, 2), (5, 3), (10, 1), (15, 1), (10, 3)),
    "fixed": ((7, 2), (5, 2), (5, 3), (10, 1), (15, 1), (10, 3)),
    "folds": ((5, 2), (7, 2), (10, 1), (10, 2)),
    "folds alone": ((5, 2), (10, 1)),
    "validating": ((5, 2), (10, 1), (10, 2)),
}
FIXED = ("fixed", "validating")
VALIDATION, TEST = 0.2, 0.2
FEW = 40
"""Data sets without a number: `make bench` is to end. docs/split-rates.md names the number that its table took."""


def covers(found: OverSplits, truth: float) -> tuple[bool, float]:
    half = stats.t.ppf(0.975, found.freedom) * found.standard_error
    return abs(found.mean - truth) <= half, half


def found_by(kind: str, design: tuple[int, int], n: int, differences: list, of_examples: list[float]) -> OverSplits:
    """As the product has it of a single comparison, the training examples' part included where test is drawn."""
    splits, seeds = design
    tested, trained = counts(kind, splits, n)
    by_examples = float(np.mean(of_examples))
    known = by_examples if kind in FIXED else 0.0
    found = difference_over_splits(differences, test_per_train=per_train(kind, splits, n), example_variance=known)
    if kind in FIXED:
        return found
    validated = 0 if kind == "folds alone" else int(VALIDATION * n)
    folds = kind.startswith("folds")
    overlap = Overlap.of_folds(splits, trained, validated) if folds else Overlap.of_splits(trained, validated, tested)
    parts = (splits, found.between, found.of_seeds, splits * (seeds - 1), by_examples, overlap.trained, overlap.tested)
    without = np.array([max(found.variance, by_examples / splits)])
    (variance,), (freedom,) = BetweenSplits(*(np.array([part], float) for part in parts)).with_training(without)
    return replace(found, variance=variance, freedom=freedom)


def divided(kind: str, splits: int, n: int, rng) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(test, train) rows of each split; a fifth of the rows validate, but for folds alone, and where the folds themselves do."""
    rows, validation = rng.permutation(n), 0 if kind == "folds alone" else int(VALIDATION * n)
    fixed, others = np.split(rows, [int(TEST * n)])
    for fold in np.array_split(others if kind == "validating" else rows, splits):
        if kind == "validating":
            yield fixed, np.setdiff1d(others, fold)
            continue
        if kind == "drawn":
            rows = rng.permutation(n)
        test = fold if kind.startswith("folds") else rows[: int(TEST * n)]
        rest = rng.permutation(np.setdiff1d(rows, test))
        yield test, rest[validation:]


def counts(kind: str, splits: int, n: int) -> tuple[int, int]:
    """(test, train) examples of a split."""
    tested = n // splits if kind.startswith("folds") else int(TEST * n)
    if kind == "validating":
        return tested, n - tested - (n - tested) // splits
    return tested, n - tested - (0 if kind == "folds alone" else int(VALIDATION * n))


def per_train(kind: str, splits: int, n: int) -> float:
    """As the product has it."""
    if kind in FIXED:
        return 0.0
    return examples_per_train(*counts(kind, splits, n), splits if kind.startswith("folds") else 0)


def by_examples(kind: str, design: tuple[int, int], part_of_seeds: float, rng, *, trained: float = 0.1, n: int = 500):
    """One data set: the difference of a network is the mean of what its training examples do to it and of what it is on its test
    examples, and its seed. `trained` of the examples' variance is that of training examples; the truth is 0."""
    splits, seeds = design
    n_test, n_train = counts(kind, splits, n)
    of_train = rng.standard_t(5, n) * np.sqrt(3 / 5 * trained * n_train)
    of_test = rng.standard_t(5, n) * np.sqrt(3 / 5 * (1 - trained) * n_test)
    differences, known = [], []
    for test, train in divided(kind, splits, n, rng):
        known.append(of_test[test].var(ddof=1) / n_test)
        shared = of_train[train].mean() + of_test[test].mean()
        differences.append(shared + rng.normal(0, np.sqrt(part_of_seeds / (1 - part_of_seeds)), seeds))
    return found_by(kind, design, n, differences, known)


def blobs(n: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Two classes in eight dimensions that overlap."""
    y = rng.integers(0, 2, n)
    return rng.normal(size=(n, 8)) + 0.35 * (2 * y[:, None] - 1), y


def wrong(train, test, seed_rng, strengths=(0.01, 30.0), features: int = 40) -> np.ndarray:
    """(2, n_test) bool: ridge regression on random features (the seed), weak and strong."""
    (x, y), (at, labels) = train, test
    weights, shift = seed_rng.normal(size=(x.shape[1], features)), seed_rng.normal(size=features)
    made, made_at = np.tanh(x @ weights + shift), np.tanh(at @ weights + shift)
    gram, target = made.T @ made, made.T @ (2 * y - 1)
    fits = [np.linalg.solve(gram + strength * np.eye(features), target) for strength in strengths]
    return np.stack([(made_at @ fit > 0) != labels for fit in fits])


def truth_of_refits(n_train: int, rng, draws: int = 3000) -> float:
    rates = [wrong(blobs(n_train, rng), blobs(1000, rng), rng).mean(axis=1) for _ in range(draws)]
    return float(np.diff(np.mean(rates, axis=0))[0])


def by_refits(kind: str, design: tuple[int, int], rng, *, n: int = 300):
    """One data set of n rows, split anew for each split, and refitted."""
    splits, seeds = design
    x, y = blobs(n, rng)
    differences, every, known = [], [], []
    for test, train in divided(kind, splits, n, rng):
        found = [wrong((x[train], y[train]), (x[test], y[test]), rng) for _ in range(seeds)]
        differences.append(np.array([one[1].mean() - one[0].mean() for one in found]))
        every += found
        known.append(of_examples(found))
    return found_by(kind, design, n, differences, [of_examples(every)] if kind in FIXED else known)


def of_examples(networks: list[np.ndarray]) -> float:
    a, b = (np.stack([one[v] for one in networks]) for v in (0, 1))
    return float(CrossedErrors([a, b], moderate=False).difference(1, 0).example_variance)


def main(data_sets: int, kinds: list[str]) -> None:
    rng = np.random.default_rng(0)
    print(f"{data_sets:,} data sets each; coverage of a 95 % interval, and its mean half-width")
    print("design    test         generator                    coverage  half-width")
    for kind in kinds:
        for design in DESIGNS[kind]:
            for part, trained in ((0.1, 0.1), (0.5, 0.1), (0.9, 0.1), (0.5, 0.5)):
                row = [covers(by_examples(kind, design, part, rng, trained=trained), 0.0) for _ in range(data_sets)]
                show(design, kind, f"seeds {part:.0%}, trained on {trained:.0%}", row)
        for design in DESIGNS[kind]:
            truth = truth_of_refits(counts(kind, design[0], 300)[1], np.random.default_rng(1))
            show(design, kind, "refits", [covers(by_refits(kind, design, rng), truth) for _ in range(data_sets)])


def show(design, kind: str, generator: str, row: list[tuple[bool, float]]) -> None:
    covered, half = np.mean(row, axis=0)
    print(f"{design[0]:>2} x {design[1]:<4} {kind:<12} {generator:<28} {covered:>8.3f}  {half:>9.4f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FEW, sys.argv[2:] or list(DESIGNS))

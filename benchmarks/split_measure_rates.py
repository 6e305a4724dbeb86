"""Do verdicts over splits hold by every measure? `python benchmarks/split_measure_rates.py [data sets [design [seed]]]`.

Probabilities of networks on data sets that are split anew, by two laws that share no code: **refits** are ridge regressions on random
features, which really learn from the examples of their split; **margins** answer examples of some difficulty with heavy tails, and what an
example does to whoever learns from it is drawn. Of three variants that are equal to the baseline: any false verdict at a first look
(0.04 wanted), and of one comparison the coverage of a 95 % interval; refits also of a weak and a strong penalty, whose truth is the
mean over fresh data. Balanced accuracy is asked where one class has an eighth of the examples, of which a test has 25, and where it has a
twentieth, 10.
"""

import sys
from functools import partial

import numpy as np
from scipy import special, stats

from regtrack.diagnosis.differences.split_comparison import SplitErrors, compare_over_splits
from regtrack.diagnosis.primary import Primary
from regtrack.measures.primaries import COMPARED
from regtrack.names import BALANCED_ACCURACY, BASELINE, BETTER, EQUAL, NO_VERDICT, WORSE

DESIGNS = ((7, 2), (5, 2))
ROWS, TESTED, VALIDATED = 1000, 200, 200
TRAINED = ROWS - TESTED - VALIDATED
VARIANTS = (BASELINE, "a", "b", "c")
WEAK, STRONG = 1.0, 300.0
FEATURES, BOLDNESS = 40, 3.0
MEASURES = tuple(name for name in COMPARED if name != BALANCED_ACCURACY)
RARE = (1 / 8, 1 / 20)
"""Shares of the second class, where balanced accuracy is asked."""
FEW = 5


def labels_of(n: int, share: float | None, rng) -> np.ndarray:
    """(n,) of two classes; without a share of the second as likely as the first."""
    return rng.integers(0, 2, n) if share is None else (rng.random(n) < share).astype(int)


def blobs(n: int, rng, share: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Two classes in eight dimensions that overlap."""
    y = labels_of(n, share, rng)
    return rng.normal(size=(n, 8)) + 0.35 * (2 * y[:, None] - 1), y


def refit(train, at: np.ndarray, penalty: float, rng) -> np.ndarray:
    """(n, 2) probabilities of ridge regression on random features, which are the seed's."""
    x, y = train
    weights, shift = rng.normal(size=(x.shape[1], FEATURES)), rng.normal(size=FEATURES)
    made, made_at = np.tanh(x @ weights + shift), np.tanh(at @ weights + shift)
    fit = np.linalg.solve(made.T @ made + penalty * np.eye(FEATURES), made.T @ (2 * y - 1))
    return two_classes(special.expit(BOLDNESS * (made_at @ fit)))


def two_classes(of_the_second: np.ndarray) -> np.ndarray:
    return np.stack([1 - of_the_second, of_the_second], axis=-1)


def resplit(splits: int, rng):
    """(test, train) rows of each."""
    for _ in range(splits):
        rows = rng.permutation(ROWS)
        yield rows[:TESTED], rows[-TRAINED:]


def by_refits(design, penalties, rng, share: float | None = None) -> list[tuple[np.ndarray, np.ndarray, list]]:
    """Of each split its test rows, their labels and by variant the probabilities of its seeds."""
    x, y = blobs(ROWS, rng, share)
    found = []
    for test, train in resplit(design[0], rng):
        made = [[refit((x[train], y[train]), x[test], p, rng) for _ in range(design[1])] for p in penalties]
        found.append((test, y[test], made))
    return found


def by_margins(design, _, rng, share: float | None = None) -> list[tuple[np.ndarray, np.ndarray, list]]:
    """The same: margins of 1.5 on average, networks that scatter by 0.15 by their seeds and by 0.05 by what they learned from."""
    ease, labels = 1.5 + 1.5 * rng.standard_normal(ROWS), labels_of(ROWS, share, rng)
    does = 0.05 * np.sqrt(TRAINED) * rng.standard_normal((len(VARIANTS), ROWS))
    found = []
    for test, train in resplit(design[0], rng):
        made = []
        for v in range(len(VARIANTS)):
            ability = does[v, train].mean() + 0.15 * rng.standard_normal((design[1], 1))
            margins = ease[test] + ability + 0.7 * rng.standard_t(3, (design[1], TESTED))
            made.append(list(two_classes(special.expit(np.where(labels[test] == 1, margins, -margins)))))
        found.append((test, labels[test], made))
    return found


def tables(drawn, names, measures) -> dict[str, object]:
    """By measure its names.OVER_SPLITS_COLUMNS."""
    found = {}
    for measure in measures:
        splits = []
        for test, labels, made in drawn:
            errors = [
                Primary(measure).errors(name, own, labels, range(len(own)))
                for name, own in zip(names, made, strict=True)
            ]
            splits.append(SplitErrors(errors, test, dict.fromkeys(names, TRAINED), VALIDATED))
        found[measure] = compare_over_splits(splits, primary=measure)
    return found


def truths(rng, draws: int, measures=MEASURES, share: float | None = None) -> dict[str, float]:
    """What the strong penalty gains on fresh data of the same sizes."""
    gains = {measure: [] for measure in measures}
    for _ in range(draws):
        train, (at, labels) = blobs(TRAINED, rng, share), blobs(TESTED, rng, share)
        probs = [refit(train, at, penalty, rng) for penalty in (WEAK, STRONG)]
        for measure in measures:
            weak, strong = (Primary(measure).errors("", [p], labels).rate for p in probs)
            gains[measure].append(weak - strong)
    return {measure: float(np.nanmean(own)) for measure, own in gains.items()}


def rates(design, told_law: str, law, penalties, names, truth, data_sets: int, rng) -> None:
    """Args: truth: by measure, of those that are asked."""
    told = {measure: [] for measure in truth}
    for _ in range(data_sets):
        for measure, table in tables(law(design, penalties, rng), names, truth).items():
            given = table["verdict"] != NO_VERDICT
            if given.any():
                half = stats.t.ppf(0.975, table["freedom"]) * table["standard_error"]
                covered = (np.abs(table["difference"] - truth[measure]) <= half)[given].mean()
                shown = [table["verdict"].isin(words).any() for words in ((BETTER, WORSE), (BETTER,), (EQUAL,))]
                told[measure].append((covered, *shown))
    cells = []
    for own in told.values():
        covered, shown, better, equal = np.mean(own, axis=0) if own else (np.nan,) * 4
        given = f" ({len(own) / data_sets:.2f})" if len(own) < data_sets else ""
        cells.append(f"{covered:.3f} / {shown:.3f} / {better:.3f} / {equal:.3f}{given}")
    print(f"| {design[0]} x {design[1]} | {told_law} | {' | '.join(cells)} |", flush=True)


def main(data_sets: int = FEW, which: int | None = None, seed: int = 0) -> None:
    nothing, equal = dict.fromkeys(MEASURES, 0.0), (STRONG,) * len(VARIANTS)
    print(
        f"{data_sets:,} data sets a row: coverage / any verdict / any better / any practically equal (share with a verdict)"
    )
    two, asked = ((WEAK, STRONG), (BASELINE, "a")), DESIGNS if which is None else DESIGNS[which : which + 1]
    draws = 40 * max(data_sets, 5)
    head(MEASURES)
    for design in asked:
        rng = np.random.default_rng([seed, *design])
        rates(design, "refits", by_refits, equal, VARIANTS, nothing, data_sets, rng)
        rates(design, "margins", by_margins, equal, VARIANTS, nothing, data_sets, rng)
        gains = truths(np.random.default_rng(1), draws)
        rates(design, "refits, strong against weak", by_refits, *two, gains, data_sets, rng)
    balanced = (BALANCED_ACCURACY,)
    head(balanced)
    for design in asked:
        for share in RARE:
            rng, told = np.random.default_rng([seed, *design, round(1 / share)]), f"one class 1/{1 / share:.0f}"
            for name, law in (("refits", by_refits), ("margins", by_margins)):
                own = partial(law, share=share)
                rates(design, f"{name}, {told}", own, equal, VARIANTS, dict.fromkeys(balanced, 0.0), data_sets, rng)
            gains = truths(np.random.default_rng(1), draws, balanced, share)
            own = partial(by_refits, share=share)
            rates(design, f"refits, {told}, strong against weak", own, *two, gains, data_sets, rng)


def head(measures) -> None:
    print(f"| design | law | {' | '.join(measures)} |\n|{'---|' * (2 + len(measures))}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""What is said falsely beside the verdicts over splits? `python benchmarks/split_answers.py [data sets [which of the three]]`.

Models that are really fitted (`split_refits.py`), judged as a sweep over splits is. **Practically equal**: of a variant that gains, how often it is said where the
margin is exactly the gain (0.025 wanted, as one limit has to miss), and where it is more; and of equals. **Techniques** of one, three and seven settings
beside the baseline, all equal, so that what was tried more often is not better: any false verdict at a first look (0.04 wanted). **Whom nobody should choose** of six: any
among equals (0.04 wanted), and one that is better, at ten times the cost.
"""

import sys
from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd
from split_refits import AT_ONCE, LAWS, Design, Fitted, data_sets_of, names_of, split_errors, truth_of, two_classes
from technique_rates import SIZES, TRIED, VARIANTS

from regtrack.diagnosis.differences.split_comparison import compare_over_splits
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.all_splits import AllSplits
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.diagnosis.techniques.expected_best import expect_best
from regtrack.diagnosis.techniques.technique_choices import choose_of_each, pairs_of_techniques
from regtrack.names import ACCURACY, BETTER, DETERMINISTIC, EQUAL, N_TRAIN, NEGATIVE_LOG_LIKELIHOOD, WORSE

DESIGNS = ((7, 2, False), (5, 2, False), (10, 2, False), (5, 2, True))
MARGINS = (1.0, 1.5, 2.0, 3.0)
"""Times the gain."""
SHOWN = (BETTER, WORSE)
FEW = 5


def drawn(design: Design, law: str, data_sets: int) -> Iterator[tuple[list[Fitted], np.ndarray]]:
    rng, left = np.random.default_rng([*repr((design, law)).encode()]), data_sets
    while left > 0:
        yield from data_sets_of(design, LAWS[law], min(AT_ONCE, left), rng)
        left -= AT_ONCE


def equal_rows(data_sets: int, cells: slice) -> Iterator[tuple[str, ...]]:
    for (splits, seeds, folds), law in [*product(DESIGNS, ("gain", "gain, heavy tails"))][cells]:
        design = Design(splits, seeds, folds=folds, trained=2_000)
        gain, *_ = truth_of(design, LAWS[law])
        found = []
        for fitted, labels in drawn(design, law, data_sets):
            errors = split_errors(fitted, labels, names_of(design))
            tables = [compare_over_splits(errors, folds=splits if folds else 0, margin=m * gain) for m in MARGINS]
            told = [(table["verdict"] == EQUAL).to_numpy() for table in tables]
            found.append([*(of[0] for of in told), *(of[1:].mean() for of in told)])
        yield design.name, law, f"{100 * gain:.1f}", *(f"{share:.3f}" for share in np.mean(found, axis=0))


def resplits(fitted: list[Fitted], labels: np.ndarray, variants: list[str]) -> list[Resplit]:
    """As a sweep over splits has them."""

    def held_out(split: str, rows: np.ndarray, probs: np.ndarray) -> HeldOut:
        trials = [TrialPredictions(v, s, p) for v, own in zip(variants, two_classes(probs), strict=True) for s, p in enumerate(own)]  # fmt: skip
        return HeldOut(split, rows, labels[rows], labels[rows], tuple(trials))

    found = []
    for split, one in enumerate(fitted):
        trials = pd.DataFrame({"variant": np.repeat(variants, one.on_test.shape[1]), N_TRAIN: one.trained})
        held = held_out("val", one.validation, one.on_validation), held_out("test", one.test, one.on_test)
        found.append(Resplit(split, *held, trials))
    return found


def technique_rows(data_sets: int, cells: slice) -> Iterator[tuple[str, ...]]:
    for (splits, seeds, folds), law in [*product(DESIGNS, ("ridge", "heavy tails"))][cells]:
        design, found = Design(splits, seeds, len(VARIANTS), folds), []
        for fitted, labels in drawn(design, law, data_sets):
            over_all = AllSplits.judged(resplits(fitted, labels, VARIANTS), Primary(), folds=splits if folds else 0)
            read, trials = over_all.settings(), pd.concat([one.trials for one in over_all.splits], ignore_index=True)
            techniques = choose_of_each(TRIED, read, trials, primary=ACCURACY)
            pairs = pairs_of_techniques(techniques, over_all.pairs(techniques["chosen"], of=len(read)))
            tries = expect_best(TRIED, read, trials, primary=ACCURACY)
            own = techniques.set_index("technique").loc[list(SIZES), "verdict"]
            found.append([*(own == BETTER), *(of["verdict"].isin(SHOWN).any() for of in (techniques, pairs, tries))])
        yield design.name, law, *(f"{share:.3f}" for share in np.mean(found, axis=0))


def pareto_rows(data_sets: int, cells: slice) -> Iterator[tuple[str, ...]]:
    laws = ("ridge", "heavy tails", "gain", "gain, heavy tails")
    for (splits, seeds, folds), law in [*product(DESIGNS, laws)][cells]:
        design, found = Design(splits, seeds, 6, folds), []
        names = names_of(design)
        for fitted, labels in drawn(design, law, data_sets):
            over_all = AllSplits.judged(resplits(fitted, labels, names), Primary(), folds=splits if folds else 0)
            by_measure = [
                over_all.splits[0].errors(Primary(name)).errors for name in (ACCURACY, NEGATIVE_LOG_LIKELIHOOD)
            ]
            beaten = []
            for cost in (1.0, 10.0):
                costs = [cost if name == names[1] else 1.0 for name in names]
                predictors = [Predictor(e.variant, DETERMINISTIC, 1, c, e, nll) for e, nll, c in zip(*by_measure, costs, strict=True)]  # fmt: skip
                beaten.append((over_all.pareto(predictors, {})["beaten_by"] != "").to_numpy())
            found.append((beaten[0].any(), beaten[0][1], np.delete(beaten[0], 1).mean(), beaten[1][1]))
        yield design.name, law, *(f"{share:.3f}" for share in np.mean(found, axis=0))


TABLES = (
    (equal_rows, ("splits x seeds", "law", "gain, points", *(f"gains, margin {m:g}" for m in MARGINS), *(f"equal, margin {m:g}" for m in MARGINS))),
    (technique_rows, ("splits x seeds", "law", *(f"{name} better" for name in SIZES), "any against baseline", "any pair", "any number of tries")),
    (pareto_rows, ("splits x seeds", "law", "any", "variant 1", "each other", "variant 1, ten times as dear")),
)  # fmt: skip


def main(data_sets: int = FEW, which: int = 0, first: int = 0, last: int | None = None) -> None:
    """`which` is 1 to 3, else all; rows of each from `first` to before `last`."""
    for number, (rows, head) in enumerate(TABLES, start=1):
        if which in (0, number):
            print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}", flush=True)
            for row in rows(data_sets, slice(first, last)):
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

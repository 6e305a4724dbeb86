"""Levels over splits: what the leaderboard shows of each variant over several splits of the data, with intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from regtrack import names
from regtrack.diagnosis.differences.over_splits import FEWEST_SPLITS, difference_over_splits, examples_per_train
from regtrack.diagnosis.splits.resplit import Resplit

LEVELS = {
    "val_error": (f"{names.SELECTED}val_accuracy", names.N_VAL),
    "test_accuracy": (f"{names.TEST}/accuracy", names.N_TEST),
    "generalization_gap": (names.GENERALIZATION_GAP, names.N_VAL),
}
"""Measure -> (metric of a trial, its count of the examples that it is read on)."""
LEVEL_COLUMNS = ("variant", "measure", "low", "high")


def levels_over_splits(
    splits: Sequence[Resplit], *, test_is_fixed: bool, folds: int = 0, level: float = 0.95
) -> pd.DataFrame:
    """LEVEL_COLUMNS, of the variants with networks in FEWEST_SPLITS or more: 95 % limits of a variant's own mean over splits, in
    the leaderboard's units. As of a difference over splits (Nadeau and Bengio), and as it for new data."""
    rows = []
    every = pd.concat([one.trials.assign(**{names.SPLIT: one.split}) for one in splits], ignore_index=True)
    for variant, own in every.groupby("variant", sort=False):
        for measure, (metric, count) in LEVELS.items():
            by_split = (
                [of.dropna().to_numpy(float) for _, of in own.groupby(names.SPLIT)[metric]] if metric in own else []
            )
            by_split = [of for of in by_split if len(of)]
            if len(by_split) >= FEWEST_SPLITS:
                of_test = measure == "test_accuracy"
                of_folds = folds if of_test != test_is_fixed else 0  # folds validate where test is fixed
                per_train = examples_per_train(own[count].iloc[0], own[names.N_TRAIN].min(), of_folds)
                fixed = own[count].iloc[0] if of_test and test_is_fixed else 0
                low, high = _limits(by_split, per_train, fixed, level)
                rows.append((variant, measure, *((1 - high, 1 - low) if measure == "val_error" else (low, high))))
    return pd.DataFrame(rows, columns=list(LEVEL_COLUMNS))


def _limits(by_split: list[np.ndarray], per_train: float, fixed: int, level: float) -> tuple[float, float]:
    """Args: fixed: examples that are the same in every split, 0 where they are drawn."""
    mean = float(np.mean([of.mean() for of in by_split]))
    found = difference_over_splits(
        by_split,
        test_per_train=0.0 if fixed else per_train,
        example_variance=mean * (1 - mean) / fixed if fixed else 0.0,
    )
    half = stats.t.ppf(0.5 + level / 2, found.freedom) * found.standard_error
    return found.mean - half, found.mean + half

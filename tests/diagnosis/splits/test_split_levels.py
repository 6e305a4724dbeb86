"""Levels over splits: a variant's own means with intervals for new data, in the leaderboard's units."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from regtrack import names
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.diagnosis.splits.split_levels import levels_over_splits

ACCURACIES = (0.70, 0.74, 0.72, 0.78, 0.76)


def of_splits(values=ACCURACIES, variant="baseline") -> list[Resplit]:
    """One network a split: 100 test and 100 validation examples, 400 to learn on."""
    rows = [
        pd.DataFrame([{"variant": variant, f"{names.TEST}/accuracy": value, f"{names.SELECTED}val_accuracy": value,
                       names.GENERALIZATION_GAP: value, names.N_TEST: 100, names.N_VAL: 100, names.N_TRAIN: 400}])
        for value in values
    ]  # fmt: skip
    return [Resplit(i, None, None, trials) for i, trials in enumerate(rows)]


def test_limits_are_those_of_the_formula():
    """t of 4 degrees of freedom, (1/5 + 100/400) of the variance between splits; an error's limits are the accuracy's, turned."""
    table = levels_over_splits(of_splits(), test_is_fixed=False).set_index("measure")
    half = stats.t.ppf(0.975, 4) * np.sqrt((1 / 5 + 1 / 4) * np.var(ACCURACIES, ddof=1))
    assert table.loc["test_accuracy", ["low", "high"]].tolist() == pytest.approx([0.74 - half, 0.74 + half])
    assert table.loc["val_error", ["low", "high"]].tolist() == pytest.approx([0.26 - half, 0.26 + half])
    assert table.loc["generalization_gap", ["low", "high"]].tolist() == pytest.approx([0.74 - half, 0.74 + half])


def test_examples_that_are_the_same_in_every_split_add_their_part():
    """The splits' means know nothing of the 100 test examples: p (1 - p) / n more."""
    table = levels_over_splits(of_splits(), test_is_fixed=True).set_index("measure")
    half = stats.t.ppf(0.975, 4) * np.sqrt(np.var(ACCURACIES, ddof=1) / 5 + 0.74 * 0.26 / 100)
    assert table.loc["test_accuracy", "high"] == pytest.approx(0.74 + half)


def test_a_variant_of_few_splits_has_no_limits():
    """Four of five are too few."""
    assert levels_over_splits(of_splits(ACCURACIES[:4]), test_is_fixed=False).empty


def test_folds_share_fewer_examples():
    """Of five folds the factor is 1/5 + 1/4, however many examples validate beside them; validation, which is drawn, keeps its own."""
    splits = [
        Resplit(one.split, None, None, one.trials.assign(**{names.N_TRAIN: 200})) for one in of_splits()
    ]  # half as many to learn on
    table = levels_over_splits(splits, test_is_fixed=False, folds=5).set_index("measure")
    between, t = np.var(ACCURACIES, ddof=1), stats.t.ppf(0.975, 4)
    assert table.loc["test_accuracy", "high"] == pytest.approx(0.74 + t * np.sqrt((1 / 5 + 1 / 4) * between))
    assert table.loc["val_error", "high"] == pytest.approx(0.26 + t * np.sqrt((1 / 5 + 1 / 2) * between))

"""Choosing over splits: the lowest mean rate, whatever split a variant lacks, and which may be the best."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.splits.choosing_over_splits import validation_over_splits


def split_of(n: int = 100, **wrong: int) -> list[VariantErrors]:
    """Two networks a variant that get the first so many of n examples wrong."""
    return [VariantErrors(name, np.tile(np.arange(n) < count, (2, 1)), (0, 1)) for name, count in wrong.items()]


def test_the_rate_is_the_mean_of_the_splits():
    """Each split counts alike, whatever its level."""
    splits = [split_of(baseline=10 + i, a=8 + 2 * i) for i in range(5)]
    found = validation_over_splits(splits, validation_per_train=1 / 3)
    assert found.rates == pytest.approx({"baseline": 0.12, "a": 0.12})


def test_a_variant_that_lacks_the_hard_split_gains_nothing_by_it():
    """It is set against the baseline on the splits that it has: always 1 point worse, its mean is 1 point above the baseline's."""
    splits = [split_of(baseline=10, a=11) for _ in range(5)] + [split_of(baseline=70)]
    found = validation_over_splits(splits, validation_per_train=1 / 3)
    assert found.rates["a"] - found.rates["baseline"] == pytest.approx(0.01)
    assert found.may_be_best == ("baseline",)


def test_fewer_than_five_splits_choose_nothing():
    """Neither among four splits nor for a variant that has four of five."""
    assert validation_over_splits([split_of(baseline=9, a=8)] * 4, validation_per_train=1 / 3).rates == {}
    splits = [split_of(baseline=9, a=8)] * 4 + [split_of(baseline=9)]
    assert list(validation_over_splits(splits, validation_per_train=1 / 3).rates) == ["baseline"]


def test_what_is_far_behind_is_not_among_those_that_may_be_the_best():
    """Two that take turns may both be the best, one that is 20 points behind in every split may not."""
    splits = [split_of(baseline=10 + i % 2, a=11 - i % 2, bad=30 + i % 3) for i in range(6)]
    found = validation_over_splits(splits, validation_per_train=1 / 3)
    assert set(found.may_be_best) == {"baseline", "a"}


def test_the_best_of_equals_is_nearly_always_among_them():
    """Of six variants that are alike a given one is kept in 0.95 of data sets: in 52 of 60 or more, three standard errors below 57."""
    rng = np.random.default_rng(0)
    names = ("baseline", *"abcde")
    kept = 0
    for _ in range(60):
        splits = []
        for _ in range(7):
            hard = rng.random(150)
            splits.append(
                [VariantErrors(name, 0.7 * hard + 0.3 * rng.random((2, 150)) < 0.2, (0, 1)) for name in names]
            )
        kept += "baseline" in validation_over_splits(splits, validation_per_train=1 / 3).may_be_best
    assert kept >= 52

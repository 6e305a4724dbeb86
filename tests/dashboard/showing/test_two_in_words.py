"""How much one of two does better than the other."""

import numpy as np
import pandas as pd
import pytest
from showing.two_in_words import difference_in_words, points_in_words


@pytest.mark.parametrize(
    ("difference", "half", "words"),
    [
        (0.012, 0.005, "1.2 ± 0.5 points more test accuracy than **b** (95 %)"),
        (-0.012, 0.005, "1.2 ± 0.5 points less test accuracy than **b** (95 %)"),
        (0.0, 0.005, "the same test accuracy as **b** (± 0.5 points, 95 %)"),
        (-0.0001, 0.005, "the same test accuracy as **b** (± 0.5 points, 95 %)"),
        (0.0, np.nan, "the same test accuracy as **b** (no interval: one seed tells nothing of others)"),
        (0.01, np.nan, "1.00 points more test accuracy than **b** (no interval: one seed tells nothing of others)"),
    ],
)
def test_a_difference_of_nothing_is_no_less(difference, half, words):
    """Where not a digit is left, both have the same; the interval stays."""
    row = pd.Series(
        {"primary": "accuracy", "difference": difference, "low": difference - half, "high": difference + half}
    )
    assert difference_in_words(row, "b") == words


@pytest.mark.parametrize(
    ("fixed", "broken", "n", "words"),
    [(3, 3, 360, "the same test accuracy as"), (4, 3, 360, "0.28 points more test accuracy than"),
     (0, 1, 50_000, "0.0020 points less test accuracy than"), (0, 36, 360, "10 points less test accuracy than")],
)  # fmt: skip
def test_two_networks_that_fix_as_many_as_they_break_are_the_same(fixed, broken, n, words):
    """One example of 50,000 is a difference still, and is not rounded away."""
    assert points_in_words(fixed, broken, n) == words


def test_a_measure_without_a_unit_leaves_no_gap_and_a_reason_is_told():
    """By a primary measure of which less is better, and where its losses are too few for limits."""
    row = pd.Series({"primary": "brier_score", "difference": 0.012, "low": 0.007, "high": 0.017, "reason": ""})
    assert difference_in_words(row, "b") == "0.012 ± 0.005 less test Brier score than **b** (95 %)"
    worse = pd.Series({**row, "difference": -0.012, "low": -0.017, "high": -0.007})
    assert difference_in_words(worse, "b") == "0.012 ± 0.005 more test Brier score than **b** (95 %)"
    refused = pd.Series({**row, "low": np.nan, "high": np.nan, "reason": "few errors"})
    assert difference_in_words(refused, "b").endswith("(no interval: few errors)")

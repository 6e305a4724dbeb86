"""The interval of a mean over seeds alone, against its closed form and scipy's own."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.half_over_seeds import half_width


def test_two_values_have_a_closed_form():
    """0 and 2: a standard error of 1, and of one degree of freedom tan(0.475 pi) of it."""
    assert half_width(np.array([0.0, 2.0])) == pytest.approx(np.tan(0.475 * np.pi))


@pytest.mark.parametrize("n", [2, 5, 50_000])
def test_it_is_what_scipy_says_to_the_last_bit(n):
    """Of few values and of many."""
    values = np.random.default_rng(n).random(n)
    assert half_width(values) == stats.t.ppf(0.975, n - 1) * stats.sem(values)


def test_what_is_not_known_of_one_seed_is_not_known():
    """A missing value has no interval."""
    assert np.isnan(half_width(np.array([1.0, np.nan, 2.0])))

"""The Poisson-binomial law against the binomial one, counting by hand, and its own moments."""

import itertools

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.triage.poisson_binomial import chances_of_counts, most_events


def test_equal_chances_are_binomial():
    """300 events of 0.03 each, joined by halves: scipy's binomial, to the last count."""
    assert chances_of_counts(np.full(300, 0.03)) == pytest.approx(stats.binom.pmf(np.arange(301), 300, 0.03), abs=1e-14)


def test_three_unequal_events_counted_by_hand():
    """All eight outcomes of chances 0.1, 0.5 and 0.8."""
    expected = np.zeros(4)
    for outcome in itertools.product((0, 1), repeat=3):
        expected[sum(outcome)] += np.prod(
            [p if hit else 1 - p for hit, p in zip(outcome, (0.1, 0.5, 0.8), strict=True)]
        )
    assert chances_of_counts(np.array([0.1, 0.5, 0.8])) == pytest.approx(expected)


def test_mean_and_variance_are_the_sums():
    """5,000 unequal events: mean sum p, variance sum p (1 - p), and all chances add up to 1."""
    p = np.random.default_rng(0).uniform(0, 0.1, 5000)
    found, counts = chances_of_counts(p), np.arange(5001)
    assert found.sum() == pytest.approx(1)
    assert found @ counts == pytest.approx(p.sum())
    assert found @ counts**2 - p.sum() ** 2 == pytest.approx(np.sum(p * (1 - p)))


def test_the_limit_is_the_binomial_quantile():
    """Of 100 events of 0.05 at most 9 happen with 95 %, at most 10 with 97.5 %."""
    p = np.full(100, 0.05)
    for alpha in (0.05, 0.025, 0.001):
        assert most_events(p, alpha=alpha) == stats.binom.ppf(1 - alpha, 100, 0.05)


@pytest.mark.parametrize(("chances", "most"), [([], 0), ([0.0, 0.0], 0), ([1.0, 1.0, 1.0], 3)])
def test_what_is_certain(chances, most):
    """No event, events that never happen, events that always do."""
    assert most_events(np.array(chances), alpha=0.05) == most


def test_no_chance_is_refused():
    """A number outside [0, 1] is no chance."""
    with pytest.raises(ValueError, match=r"expected chances in \[0, 1\]"):
        chances_of_counts(np.array([0.5, 1.1]))

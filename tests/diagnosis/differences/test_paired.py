"""The crossed mean, by hand and by simulation."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.paired import crossed_mean


def test_one_seed_is_the_ordinary_mean_over_examples():
    """A single row: Student's interval of its examples, and it says that it covers examples only."""
    scores = np.array([[1.0, 2.0, 3.0, 6.0]])
    estimate = crossed_mean(scores)
    low, high = stats.t.interval(0.95, 3, loc=3.0, scale=stats.sem(scores[0]))
    assert (estimate.mean, estimate.low, estimate.high) == pytest.approx((3.0, low, high))
    assert estimate.covers == "examples"


def test_a_table_worked_by_hand():
    """Seed means 1 and 3, example means 1 and 3, no interaction: MS_seed = 4, MS_example = 4; variance (4 + 4) / 4."""
    scores = np.array([[0.0, 2.0], [2.0, 4.0]])
    estimate = crossed_mean(scores)
    freedom = 2.0**2 / (1.0**2 / 1 + 1.0**2 / 1)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(2.0)
    assert (estimate.mean, estimate.low, estimate.high) == pytest.approx((2.0, 2.0 - half, 2.0 + half))
    assert estimate.covers == "seeds and examples"


def test_no_difference_anywhere_has_no_width():
    """All scores equal: the interval is the point."""
    estimate = crossed_mean(np.full((5, 10), 0.25))
    assert (estimate.low, estimate.mean, estimate.high) == (0.25, 0.25, 0.25)


def test_the_interval_covers_what_it_says():
    """Crossed random effects with a true mean of 0: 95 % intervals hold it in 93 to 98 % of 2,000 tables."""
    rng, hits = np.random.default_rng(0), 0
    for _ in range(2000):
        scores = rng.normal(0, 0.5, (5, 1)) + rng.normal(0, 1.0, (1, 60)) + rng.normal(0, 1.0, (5, 60))
        estimate = crossed_mean(scores)
        hits += estimate.low <= 0 <= estimate.high
    assert 0.93 <= hits / 2000 <= 0.98

"""The interval of an ensemble against closed forms, and by simulation."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.jackknife import FEWEST_SEEDS, jackknifed


def test_of_a_mean_it_is_students_interval():
    """The statistic being the seeds' mean and the examples known exactly, the limits are those of Student's t."""
    values = np.array([0.1, 0.4, 0.2, 0.9, 0.5, 0.3])
    without = np.array([np.delete(values, s).mean() for s in range(len(values))])
    found = jackknifed(values.mean(), without, 0.0, 1000)
    half = stats.t.ppf(0.975, 5) * stats.sem(values)
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half))
    assert found.covers == "seeds and examples"


def test_seeds_that_are_alike_leave_the_examples_part():
    """Where leaving a seed out changes nothing, only the examples vary: the normal interval of many of them."""
    found = jackknifed(0.9, np.full(5, 0.9), 1e-4, 100_000)
    assert found.high - 0.9 == pytest.approx(0.0196, abs=1e-4)


def test_fewer_than_five_seeds_have_no_interval():
    """Four ensembles of three say too little of how ensembles vary: the value stands alone, and says so."""
    found = jackknifed(0.9, np.array([0.8, 0.9, 0.7, 0.6]), 1e-4, 100)
    assert found.mean == 0.9
    assert np.isnan([found.low, found.high]).all()
    assert found.covers == "none"
    assert FEWEST_SEEDS == 5


def test_the_limits_of_an_ensembles_brier_score_hold_the_truth():
    """Five networks with biases of their own, 200 examples: the truth is in the limits in 0.92 or more of 300 sweeps,
    and over the examples alone in fewer than 0.5."""
    rng = np.random.default_rng(0)

    def squares(n_seeds, n):
        truth, seed = rng.random(n), rng.normal(0, 0.15, (n_seeds, 1))
        return truth, truth + 0.5 + seed + rng.normal(0, 0.1, (n_seeds, n))

    def loss(networks, truth):
        return (networks.mean(axis=0) - truth) ** 2

    expected = np.mean([loss(networks, truth).mean() for truth, networks in (squares(5, 200) for _ in range(20_000))])
    inside = np.zeros(2)
    for _ in range(300):
        truth, networks = squares(5, 200)
        scores = loss(networks, truth)
        without = np.array([loss(np.delete(networks, s, axis=0), truth).mean() for s in range(5)])
        found = jackknifed(scores.mean(), without, scores.var(ddof=1) / 200, 200)
        half = 1.96 * scores.std(ddof=1) / np.sqrt(200)
        inside += found.low <= expected <= found.high, abs(scores.mean() - expected) <= half
    assert inside[0] / 300 >= 0.92
    assert inside[1] / 300 < 0.5

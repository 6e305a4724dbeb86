"""Seeds out of line: by hand, what two close seeds must not do, and how seldom a normal seed is named."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.seed_outliers import FAR, interquartile_mean, outlying_seeds


def named(rates, examples=0.0):
    found = outlying_seeds([np.array(r) for r in rates], np.full(len(rates), examples))
    return [np.flatnonzero(far).tolist() for far in found]


def test_a_stuck_seed_is_named_and_a_lucky_one_is_not():
    """0.9 among 0.10 to 0.13 is; 0.0 lies as far the other way and is no failure."""
    assert named([[0.10, 0.11, 0.90, 0.12, 0.13], [0.50, 0.51, 0.0, 0.52, 0.53]]) == [[2], []]


def test_the_line_is_ten_robust_standard_deviations():
    """Median 2, median absolute deviation 1: beyond 2 + 10 x 1.4826, by hand."""
    edge = 2 + FAR * 1.4826
    assert named([[0.0, 1.0, 2.0, 3.0, edge + 0.01]]) == [[4]]
    assert named([[0.0, 1.0, 2.0, 3.0, edge - 0.01]]) == [[]]


def test_two_of_three_seeds_that_are_close_by_chance_do_not_expel_the_third():
    """The sweep's usual spread and the examples' own are floors."""
    close = [0.100, 0.1001, 0.104]
    assert named([close]) == [[2]]
    assert named([close, [0.10, 0.11, 0.13], [0.10, 0.12, 0.15]]) == [[], [], []]
    assert named([close], examples=0.001**2) == [[]]


def test_fewer_than_three_seeds_name_none():
    """Of two nobody knows which is the odd one."""
    assert named([[0.1, 0.9], [0.1]]) == [[], []]


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_normal_seeds_are_hardly_ever_named(seeds):
    """12 variants, 400 sweeps: fewer than one network in a thousand."""
    rng, count = np.random.default_rng(0), 0
    for _ in range(400):
        rates = 0.1 + 0.004 * rng.standard_normal((12, seeds))
        count += sum(far.sum() for far in outlying_seeds(list(rates), np.zeros(12)))
    assert count / (400 * 12 * seeds) < 1e-3


def test_the_interquartile_mean():
    """Of eight the middle four; of three, all."""
    assert interquartile_mean(np.array([9.0, 1, 2, 3, 4, 5, 6, -50])) == pytest.approx((2 + 3 + 4 + 5) / 4)
    assert interquartile_mean(np.array([1.0, 2.0, 6.0])) == pytest.approx(3.0)

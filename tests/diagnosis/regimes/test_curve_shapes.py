"""Shapes of curves: V, slopes and plateaus in closed form, and flat noise that must not be called rising."""

import numpy as np
import pytest

from regtrack.diagnosis.regimes.curve_shapes import last_fall, last_improvement, mean_of_running, rise_after_minimum


def test_a_v_rises_by_its_arm():
    """|epoch - 6| over 13 epochs: last three 5, 6, 7 mean 6; the lowest three 1, 0, 1 mean 2/3."""
    v = np.abs(np.arange(1, 14) - 6.0)
    assert rise_after_minimum(np.stack([v, v + 0.3, v - 0.1])) == pytest.approx([6 - 2 / 3] * 3)


def test_a_plateau_after_the_minimum_is_read_whole():
    """Three epochs low, three epochs 0.25 above: the rise is 0.25 exactly."""
    curve = np.array([2.0, 1.0, 0.5, 0.5, 0.5, 0.6, 0.75, 0.75, 0.75])
    assert rise_after_minimum(np.stack([curve] * 2)) == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize("curve", [np.linspace(3, 1, 10), np.full(10, 0.4)], ids=["falling", "flat"])
def test_a_curve_that_does_not_rise_gives_nothing(curve):
    """The lowest window is the last one, or as low."""
    assert rise_after_minimum(np.stack([curve] * 3)) == pytest.approx([0, 0, 0])


def test_the_minimum_is_that_of_the_other_seeds():
    """Two seeds with minima elsewhere: each is read at the other's."""
    a = np.array([5.0, 0, 0, 0, 5, 5, 5, 9, 9, 9])
    b = np.array([7.0, 7, 7, 7, 1, 1, 1, 4, 4, 4])
    assert rise_after_minimum(np.stack([a, b])) == pytest.approx([9 - 5, 4 - 7])


def test_flat_noise_does_not_rise():
    """2,000 flat sweeps: no rise but for chance; with the minimum taken on the same curve it is 0.5 deviations and more."""
    rng, found, naive = np.random.default_rng(0), [], []
    for _ in range(2000):
        curves = rng.normal(0, 1, (4, 20))
        found.append(rise_after_minimum(curves).mean())
        windows = np.stack([np.convolve(c, np.ones(3) / 3, mode="valid") for c in curves])
        naive.append((windows[:, -1] - windows.min(axis=1)).mean())
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(2000)
    assert np.mean(naive) > 0.5


def test_seeds_that_stopped_at_different_epochs():
    """The minimum is sought where all others still run, the end is each seed's own last three epochs."""
    v = np.abs(np.arange(1, 14) - 6.0)
    short = np.where(np.arange(13) < 10, v, np.nan)
    # the mean of the others is lowest about epoch 6 in both: 2/3; the ends are 6, 6 and (2 + 3 + 4) / 3
    assert rise_after_minimum(np.stack([v, v, short])) == pytest.approx([6 - 2 / 3, 6 - 2 / 3, 3 - 2 / 3])


def test_what_cannot_be_told_is_missing():
    """One seed has no other; three epochs are no curve, nor are three that are shared, nor a seed's own three."""
    assert np.isnan(rise_after_minimum(np.zeros((1, 10)))).all()
    assert np.isnan(rise_after_minimum(np.zeros((3, 3)))).all()
    three = np.array([[1.0, 2, 3, np.nan, np.nan], [1, 2, 3, 4, 5]])
    assert np.isnan(rise_after_minimum(three)).all()
    assert rise_after_minimum(np.zeros((2, 4))).tolist() == [0, 0]


def test_the_last_improvement_is_the_fall_over_three_epochs():
    """A slope of -0.1 an epoch falls by 0.3; a flat end by 0; a rising one by less than 0."""
    epochs = np.arange(10.0)
    curves = np.stack([-0.1 * epochs, np.minimum(epochs, 4.0), 0.2 * epochs])
    assert last_improvement(curves) == pytest.approx([0.3, 0.0, -0.6])


def test_the_last_improvement_needs_six_epochs_of_a_seed():
    """Each seed's own last epochs; missing with five."""
    curves = np.array([[6.0, 6, 6, 4, 4, 4, np.nan], [1, 1, 1, 1, 1, np.nan, np.nan], [9, 5, 5, 5, 4, 4, 4]])
    np.testing.assert_allclose(last_improvement(curves), [2, np.nan, 1])


def test_a_seed_that_stops_early_hides_no_rise():
    """Four V's of 40 epochs that rise by 0.3, and one that ends at epoch 5: the four are read to their end."""
    v = np.concatenate([np.linspace(1, 0, 12), np.zeros(3), np.linspace(0, 0.3, 22), np.full(3, 0.3)])
    stopped = np.where(np.arange(40) < 5, v, np.nan)
    found = rise_after_minimum(np.stack([v, v, v, v, stopped]))
    assert found[:4] == pytest.approx([0.3] * 4, abs=1e-9)
    assert found[4] <= 0


def test_the_mean_of_those_that_run_does_not_jump_where_one_ends():
    """A seed a whole nat above the other ends after two epochs: the mean goes on by the other's steps."""
    curves = np.array([[1.0, 0.9, 0.8, 0.9], [2.0, 1.9, np.nan, np.nan]])
    assert mean_of_running(curves) == pytest.approx([1.5, 1.4, 1.3, 1.4])
    assert mean_of_running(curves[:, :1]) == pytest.approx([1.5])


def test_a_fall_needs_four_epochs():
    """From the epoch three before the last; over six and more as the improvement has it."""
    line = 1 - 0.1 * np.arange(8)
    assert last_fall(np.tile(line[:4], (2, 1))) == pytest.approx([0.3, 0.3])
    assert last_fall(np.tile(line, (2, 1))) == pytest.approx(last_improvement(np.tile(line, (2, 1))))
    assert np.isnan(last_fall(np.tile(line[:3], (2, 1)))).all()

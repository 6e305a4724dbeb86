"""Simulated fits come out as asked: rates, what networks share, and rises."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.regimes.curve_shapes import rise_after_minimum
from regtrack.diagnosis.simulation import OWN, SHARED, Truth, simulate_fits, simulate_wrong


def apart(correlation, rate):
    """Share of examples wrong in one of two networks only: latent normals of that correlation beyond one threshold."""
    at = stats.norm.ppf(rate)
    both = stats.multivariate_normal.cdf([at, at], cov=[[1, correlation], [correlation, 1]])
    return 2 * (rate - both)


@pytest.fixture(scope="module")
def many():
    """Three variants of true errors 0.05, 0.12, 0.12 without seed spread, three seeds, 200,000 examples."""
    truths = [Truth(0.1, error, seed_sd=0.0) for error in (0.05, 0.12, 0.12)]
    return simulate_wrong(truths, seeds=3, n=200_000, rng=np.random.default_rng(0))


def test_rates_are_the_truth(many):
    """Of every network, within five standard errors of a share."""
    for wrong, rate in zip(many, (0.05, 0.12, 0.12), strict=True):
        assert wrong.shape == (3, 200_000)
        assert wrong.mean(axis=1) == pytest.approx([rate] * 3, abs=5 * np.sqrt(rate * (1 - rate) / 200_000))


def test_networks_share_what_is_hard(many):
    """The bivariate normal's share wrong in one only: 10 % for two seeds of a variant, 12 % for two variants."""
    seeds = np.mean(many[1][0] != many[1][1])
    variants = np.mean(many[1][0] != many[2][0])
    assert seeds == pytest.approx(apart(SHARED + OWN, 0.12), abs=4e-3)
    assert variants == pytest.approx(apart(SHARED, 0.12), abs=4e-3)
    assert (round(seeds, 2), round(variants, 2)) == (0.10, 0.12)


def test_seeds_scatter_as_asked():
    """The standard deviation of 400 seeds' rates is seed_sd (and the examples' little share)."""
    [wrong] = simulate_wrong([Truth(0.1, 0.2, seed_sd=0.02)], seeds=400, n=20_000, rng=np.random.default_rng(1))
    own = 0.2 * 0.8 / 20_000
    assert wrong.mean(axis=1).std(ddof=1) == pytest.approx(np.sqrt(0.02**2 + own), rel=0.12)


@pytest.mark.parametrize("epochs", [6, 8, 20, 45])
@pytest.mark.parametrize("rise", [0.0, 0.01, 0.3])
def test_rises_are_as_asked(epochs, rise):
    """Without noise the curves rise by exactly the truth, however long the budget."""
    truth = Truth(0.1, 0.2, rise=rise, rise_sd=0.0, epoch_sd=0.0)
    [fits] = simulate_fits([truth], seeds=3, n=50, epochs=epochs, rng=np.random.default_rng(0))
    assert rise_after_minimum(fits.val_cross_entropy_curve) == pytest.approx([rise] * 3)


def test_fits_are_those_of_the_documented_record():
    """Names, shapes, the last epoch judged, validation error from the very networks, train error within its spread."""
    truths = [Truth(0.10, 0.2), Truth(0.0, 0.2, name="memorizes")]
    found = simulate_fits(truths, seeds=4, n=60, epochs=7, rng=np.random.default_rng(0))
    assert [f.variant for f in found] == ["variant 0", "memorizes"]
    for f in found:
        assert f.wrong.shape == (4, 60)
        assert f.val_cross_entropy_curve.shape == (4, 7)
        assert f.judged_epoch.tolist() == [7] * 4
        assert f.val_error == pytest.approx(f.judged(f.val_error_curve))
    assert found[0].train_error == pytest.approx([0.1] * 4, abs=0.01)
    assert (found[1].train_error >= 0).all()


def test_the_same_generator_gives_the_same_sweep():
    """Nothing but rng is random."""
    one, two = (simulate_fits([Truth(0.1, 0.2)], seeds=2, n=30, rng=np.random.default_rng(5))[0] for _ in range(2))
    np.testing.assert_array_equal(one.wrong, two.wrong)
    np.testing.assert_array_equal(one.val_cross_entropy_curve, two.val_cross_entropy_curve)

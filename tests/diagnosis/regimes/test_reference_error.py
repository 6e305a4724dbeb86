"""The reference error: two examples by hand, and twelve equals whose luckiest is not taken for what is reachable."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.regimes.reference_error import cross_fitted_error
from regtrack.diagnosis.simulation import Truth, simulate_wrong


def test_what_is_chosen_on_one_half_is_read_on_the_other():
    """Each variant is wrong on one of two examples: the half that shows it right never reads it right. Error 1."""
    found = cross_fitted_error([np.array([[1, 0]], bool), np.array([[0, 1]], bool)])
    assert found.mean == pytest.approx(1.0)
    assert found.share_wrong == pytest.approx([1.0, 1.0])
    assert found.weights == pytest.approx([0.5, 0.5])


def test_a_variant_that_is_better_everywhere_is_the_reference():
    """All weight on it, and its own errors."""
    rng = np.random.default_rng(0)
    hard = rng.random(301) < 0.6
    wrong = [np.tile(hard, (2, 1)), np.tile(hard & (rng.random(301) < 0.5), (2, 1)), np.ones((2, 301), bool)]
    found = cross_fitted_error(wrong)
    assert found.weights == pytest.approx([0, 1, 0])
    assert found.mean == pytest.approx(wrong[1].mean())
    assert found.share_wrong == pytest.approx(wrong[1][0].astype(float), abs=1e-6)


def test_every_example_is_read_once_a_halving():
    """The weights are shares of all readings, the mean is that of the examples, and the same table gives the same."""
    wrong = simulate_wrong([Truth(0.1, 0.12)] * 4, seeds=2, n=251, rng=np.random.default_rng(1))
    found, again = (cross_fitted_error(wrong) for _ in range(2))
    assert found.weights.sum() == pytest.approx(1)
    assert found.mean == pytest.approx(found.share_wrong.mean())
    assert (found.mean, found.weights.tolist()) == (again.mean, again.weights.tolist())


def test_twelve_equals_are_not_the_luckiest_of_them():
    """Over 200 sweeps it is their common error but for chance; the plain minimum is too low by 0.5 points and more."""
    rng, reference, minimum = np.random.default_rng(0), [], []
    for _ in range(200):
        wrong = simulate_wrong([Truth(0.1, 0.12)] * 12, seeds=3, n=500, rng=rng)
        errors = CrossedErrors(wrong)
        reference.append(cross_fitted_error(wrong).mean - errors.rates.mean())
        minimum.append(errors.rates.min() - errors.rates.mean())
    assert abs(np.mean(reference)) < 3 * np.std(reference) / np.sqrt(200)
    assert np.mean(minimum) < -0.005


def test_lucky_seeds_are_not_what_is_reachable():
    """Twelve equals whose seeds scatter by five points, over 200 sweeps: their common error but for chance, though each
    sweep's best seeds are far below it."""
    rng, reference, minimum = np.random.default_rng(0), [], []
    for _ in range(200):
        wrong = simulate_wrong([Truth(0.1, 0.3, seed_sd=0.05)] * 12, seeds=4, n=300, rng=rng)
        rates = np.array([w.mean() for w in wrong])
        reference.append(cross_fitted_error(wrong).mean - rates.mean())
        minimum.append(rates.min() - rates.mean())
    assert abs(np.mean(reference)) < 3 * np.std(reference) / np.sqrt(200)
    assert np.mean(minimum) < -0.03


def test_of_two_seeds_one_chooses_and_the_other_is_read():
    """A variant with a perfect seed and a hopeless one beside one that is always wrong on half: where the perfect seed
    chooses, the hopeless one is read (1.0), and where the hopeless one does, the other variant is (0.5)."""
    uneven = np.stack([np.zeros(40, bool), np.ones(40, bool)])
    steady = np.tile(np.arange(40) % 2 == 0, (2, 1))
    assert cross_fitted_error([uneven, steady]).mean == pytest.approx(0.75)

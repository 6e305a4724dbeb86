"""The second generator: rates exactly as asked, seeds of any law around them, lucky seeds that carry over."""

import numpy as np
import pytest

from regtrack.diagnosis.item_response import STUCK_ERROR, network_errors, simulate_answers
from regtrack.diagnosis.simulated_sweeps import LAWS, STUCK, Design


@pytest.mark.parametrize("error", [0.004, 0.1, 0.5])
def test_error_rates_are_exactly_as_asked(error):
    """The mean of 200,000 items, five standard errors; the better variant by its gain."""
    [wrong] = simulate_answers(
        Design(2, 1, 200_000, error=error, seed_sd=0.0, gain=error / 4), np.random.default_rng(0)
    )
    expected = np.array([error, 0.75 * error])
    assert np.abs(wrong.mean(axis=(1, 2)) - expected).max() < 5 * np.sqrt(error * (1 - error) / 200_000)


def test_a_seed_that_strays_far_is_not_cut_off():
    """Seeds that scatter by four points around ten: the mean of 40,000 networks is 0.1, five standard errors."""
    errors = network_errors(Design(2, 40_000, 1, seed_sd=0.04), np.random.default_rng(1))
    assert errors.mean(axis=1) == pytest.approx([0.1, 0.1], abs=5 * 0.04 / np.sqrt(40_000))
    assert errors.std(axis=1) == pytest.approx([0.04, 0.04], rel=0.03)


def test_lucky_seeds_carry_over():
    """The same networks are lucky on both splits, and items wrong in one variant are wrong in another more than by chance."""
    validation, test = simulate_answers(Design(2, 200, 10_000, seed_sd=0.02), np.random.default_rng(2), splits=2)
    assert np.corrcoef(validation[0].mean(axis=1), test[0].mean(axis=1))[0, 1] > 0.9
    assert np.mean(test[0, 0] & test[1, 0]) > 4 * 0.1 * 0.1


@pytest.mark.parametrize("law", LAWS)
def test_every_law_has_the_standard_deviation_it_says(law):
    """20,000 seeds of four variants: half noisy four times every other one, one noisy the second; a stuck one errs alike."""
    errors = network_errors(Design(4, 20_000, 1, error=0.3, seed_sd=0.01, law=law), np.random.default_rng(3))
    stuck = errors == STUCK_ERROR
    assert stuck.mean() == pytest.approx(STUCK if law == "stuck seeds" else 0.0, abs=0.01)
    spreads = np.array([own[~is_stuck].std() for own, is_stuck in zip(errors, stuck, strict=True)]) / 0.01
    if law == "lognormal spreads":
        assert ((spreads > 0.3) & (spreads < 3.1)).all()
        assert np.ptp(spreads) > 0.5
    else:
        noisy = {"half noisy": [1, 4, 1, 4], "one noisy": [1, 4, 1, 1]}.get(law, [1] * 4)
        assert spreads == pytest.approx(noisy, rel=0.05)

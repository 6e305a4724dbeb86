"""The independent generator: rates exactly as asked, lucky seeds that carry over, and each law of seeds."""

import numpy as np
import pytest

from regtrack.diagnosis.simulated_sweeps import LAWS, STUCK, Design, seed_shifts, simulate_sweep


def test_error_rates_are_exactly_as_asked():
    """The mean of 100,000 examples, five standard errors; the better variant by its gain, whichever it is."""
    for better in (0, 1):
        [wrong] = simulate_sweep(Design(3, 2, 100_000, seed_sd=0.0, gain=0.04, better=better), np.random.default_rng(0))
        expected = [0.1 - 0.04 * (v == better) for v in range(3)]
        assert wrong.mean(axis=(1, 2)) == pytest.approx(expected, abs=5 * np.sqrt(0.09 / 100_000))


def test_seeds_scatter_as_asked_and_carry_over():
    """Over 300 seeds the standard deviation is seed_sd; the same networks are lucky on both splits."""
    validation, test = simulate_sweep(Design(2, 300, 20_000, seed_sd=0.012), np.random.default_rng(1), splits=2)
    assert validation.mean(axis=2).std(axis=1, ddof=1) == pytest.approx([0.012] * 2, rel=0.12)
    assert np.corrcoef(validation[0].mean(axis=1), test[0].mean(axis=1))[0, 1] > 0.9


def test_variants_share_what_is_hard():
    """Examples wrong in one variant are wrong in another far more often than by chance."""
    [wrong] = simulate_sweep(Design(2, 1, 50_000), np.random.default_rng(2))
    assert np.mean(wrong[0, 0] & wrong[1, 0]) > 4 * 0.1 * 0.1


@pytest.mark.parametrize("law", LAWS)
def test_every_law_has_the_standard_deviation_it_says(law):
    """4,000 seeds a variant: half noisy four times every other one, one noisy the second; all have a mean of 0."""
    design = Design(6, 4_000, 1, seed_sd=0.01, law=law)
    shifts = seed_shifts(design, np.random.default_rng(3))
    spreads = np.nanstd(shifts, axis=1) / 0.01
    assert np.abs(np.nanmean(shifts, axis=1)).max() < 5 * spreads.max() * 0.01 / np.sqrt(4_000)
    assert np.isnan(shifts).mean() == pytest.approx(STUCK if law == "stuck seeds" else 0.0, abs=0.01)
    if law == "lognormal spreads":
        assert np.ptp(spreads) > 0.5
    else:
        noisy = {"half noisy": [1, 4] * 3, "one noisy": [1, 4, 1, 1, 1, 1]}.get(law, [1] * 6)
        assert spreads == pytest.approx(noisy, rel=0.35 if law == "heavy tails" else 0.06)

"""Temperature scaling against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regtrack.uncertainty.temperature import LIMITS, apply_temperature, fit_temperature


def test_temperature_divides_log_odds():
    """Two classes: the log odds of 0.9 are ln 9; at T = 2 they halve, so the odds become 3 to 1."""
    assert apply_temperature([[0.9, 0.1]], 2.0) == pytest.approx(np.array([[0.75, 0.25]]))


@given(st.floats(0.1, 10), st.integers(0, 100))
def test_scaling_keeps_probabilities_and_the_predicted_class(temperature, seed):
    """Rows still add up to 1, the order of classes stays, T = 1 changes nothing, and 1/T undoes T."""
    probs = np.random.default_rng(seed).dirichlet(np.ones(4), size=6)
    scaled = apply_temperature(probs, temperature)
    assert scaled.sum(axis=1) == pytest.approx(np.ones(6))
    assert (scaled.argmax(axis=1) == probs.argmax(axis=1)).all()
    assert apply_temperature(probs, 1.0) == pytest.approx(probs)
    assert apply_temperature(scaled, 1 / temperature) == pytest.approx(probs, abs=1e-9)


@pytest.mark.parametrize("truth", [0.5, 1.0, 3.0])
def test_the_temperature_that_spoiled_calibrated_probabilities_is_found_again(truth):
    """Labels drawn from p, probabilities sharpened to p^(truth): the fit returns truth."""
    rng = np.random.default_rng(0)
    probs = rng.dirichlet(np.ones(3), size=40_000)
    labels = (probs.cumsum(axis=1) > rng.random((len(probs), 1))).argmax(axis=1)
    assert fit_temperature(apply_temperature(probs, 1 / truth), labels) == pytest.approx(truth, rel=0.05)


def test_two_classes_have_a_closed_form():
    """Confidence 0.9 everywhere and 75 % right: T = ln 9 / ln 3 = 2, whose confidence is 0.75."""
    probs, labels = np.tile([0.9, 0.1], (100, 1)), np.array([0] * 75 + [1] * 25)
    assert fit_temperature(probs, labels) == pytest.approx(2.0, abs=1e-3)


def test_all_right_goes_to_the_boldest_limit():
    """Without an error the likelihood has no minimum inside: the lowest temperature is returned, finite."""
    assert fit_temperature(np.tile([0.6, 0.4], (10, 1)), np.zeros(10, int)) == pytest.approx(LIMITS[0], rel=0.01)


def test_saturated_probabilities_stay_finite():
    """Confidence exactly 1 and 0 keeps finite probabilities at any temperature."""
    scaled = apply_temperature([[1.0, 0.0]], 20.0)
    assert np.isfinite(scaled).all()
    assert scaled.sum() == pytest.approx(1)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_none_is_refused(temperature):
    """T must be above 0."""
    with pytest.raises(ValueError, match="expected a temperature above 0"):
        apply_temperature([[0.5, 0.5]], temperature)

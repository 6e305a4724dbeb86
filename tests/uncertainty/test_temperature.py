"""Temperature scaling against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regtrack.uncertainty.calibration import negative_log_likelihood
from regtrack.uncertainty.temperature import apply_temperature, fit_temperature


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
    """Confidence 0.9 everywhere and 75 % of very many right: T = ln 9 / ln 3 = 2, whose confidence is 0.75."""
    probs, labels = np.tile([0.9, 0.1], (400_000, 1)), np.array([0] * 300_000 + [1] * 100_000)
    assert fit_temperature(probs, labels) == pytest.approx(2.0, abs=1e-3)


def test_few_examples_move_the_temperature_little():
    """Of 20 examples with 5 wrong the minimum solves 20 dNLL/dlog T + log T / 0.25 = 0, between 1 and the 2 of many."""
    probs, labels = np.tile([0.9, 0.1], (20, 1)), np.array([0] * 15 + [1] * 5)
    log_t = np.log(fit_temperature(probs, labels))
    odds = np.log(9) / np.exp(log_t)
    slope = odds * (1 / (1 + np.exp(-odds)) - 0.75)  # of minus the NLL, by log T
    assert 20 * slope == pytest.approx(log_t / 0.25, abs=1e-3)
    assert 1 < np.exp(log_t) < 1.9


@pytest.mark.parametrize("wrong", [0, 4])
def test_with_fewer_than_five_errors_nothing_is_fitted(wrong):
    """The likelihood of examples that are nearly all right only grows with boldness: the temperature stays 1."""
    labels = np.array([1] * wrong + [0] * (1000 - wrong))
    assert fit_temperature(np.tile([0.6, 0.4], (1000, 1)), labels) == 1.0
    assert fit_temperature(np.tile([0.6, 0.4], (1000, 1)), np.array([1] * 5 + [0] * 995)) < 0.3


def test_a_nearly_separable_validation_set_does_not_spoil_the_likelihood_of_new_examples():
    """One network in twenty loses at most a tenth; the maximum likelihood temperature loses tenfold there."""
    rng = np.random.default_rng(0)

    def draw(n):
        logits = rng.standard_t(5, size=(n, 2))
        logits[np.arange(n), rng.integers(0, 2, n)] += 8
        probs = np.exp(logits - logits.max(axis=1, keepdims=True))
        probs /= probs.sum(axis=1, keepdims=True)
        return probs, (probs[:, 0] < rng.random(n)).astype(int)

    ratios = []
    for _ in range(60):
        (val, val_labels), (test, labels) = draw(300), draw(3000)
        tempered = apply_temperature(test, fit_temperature(val, val_labels))
        ratios.append(negative_log_likelihood(tempered, labels) / negative_log_likelihood(test, labels))
    assert np.quantile(ratios, 0.95) < 1.1


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

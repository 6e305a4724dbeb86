"""Calibration compared: about 0 of calibrated networks, and the squared distance of others."""

import numpy as np
import pytest

from regtrack.diagnosis.compared.calibration import calibration_losses


def test_by_hand():
    """Two bins: in one 0.9 said and 3 of 4 right, in the other 0.6 and half of 2; each distance squared less its variance."""
    confidence = np.array([0.9] * 4 + [0.61] * 2)
    wrong = np.array([True, False, False, False, True, False])
    first = 0.15**2 - (0.75 * 0.25) / 3  # of accuracy in a bin of one confidence: Kumar's a (1 - a) / (n - 1)
    second = 0.11**2 - 0.25 / 1
    assert calibration_losses(confidence, wrong).mean() == pytest.approx((4 * first + 2 * second) / 6)


@pytest.mark.parametrize(("off", "expected"), [(0.0, 0.0), (0.1, 0.01)])
def test_its_mean_has_no_bias(off, expected):
    """Of 2,000 networks with 200 examples each: ECE of calibrated ones would be 0.1."""
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.55, 0.85, (2_000, 200))
    wrong = rng.random(confidence.shape) > confidence - off
    found = [calibration_losses(c, w).mean() for c, w in zip(confidence, wrong, strict=True)]
    assert np.mean(found) == pytest.approx(expected, abs=4 * np.std(found) / np.sqrt(2_000))


def test_each_is_what_leaving_its_example_out_changes():
    """As the jackknife has it, of a network that is too sure."""
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 600)
    wrong = rng.random(600) > confidence - 0.2
    losses = calibration_losses(confidence, wrong)
    without = [calibration_losses(np.delete(confidence, i), np.delete(wrong, i)).mean() for i in range(600)]
    assert np.corrcoef(losses, 599 * (losses.mean() - np.array(without)))[0, 1] > 0.99


def test_sure_and_right_is_0_and_one_example_alone_tells_nothing():
    """A confidence of exactly 1 falls into the last bin."""
    assert calibration_losses(np.ones(5), np.zeros(5, bool)).tolist() == [0] * 5
    assert calibration_losses(np.array([0.5]), np.array([True])).tolist() == [0]

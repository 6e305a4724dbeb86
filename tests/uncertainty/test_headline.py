"""The measures that go to the store, on four examples worked out by hand."""

import numpy as np
import pytest

from regtrack.uncertainty.headline import headline_measures

PROBS = np.array([[0.9, 0.1], [0.6, 0.4], [0.05, 0.95], [0.3, 0.7]])
NAMES = {
    "accuracy", "balanced_accuracy", "negative_log_likelihood", "brier_score", "expected_calibration_error",
    "adaptive_calibration_error", "aurc", "error_detection_auroc", "high_confidence_errors",
    "auroc", "average_precision", "f1_second_class", "base_rate",
}  # fmt: skip


def test_every_measure_by_hand():
    """Right are the first and the last; the surest of all is wrong."""
    measures = headline_measures(PROBS, np.array([0, 1, 0, 1]), n_bins=1, threshold=0.9)
    assert set(measures) == NAMES
    assert all(type(value) is float for value in measures.values())
    assert measures["accuracy"] == 0.5
    assert measures["balanced_accuracy"] == 0.5  # one of two right in each class
    assert measures["negative_log_likelihood"] == pytest.approx(-np.log([0.9, 0.4, 0.05, 0.7]).mean())
    assert measures["brier_score"] == pytest.approx(np.mean([2 * 0.1**2, 2 * 0.6**2, 2 * 0.95**2, 2 * 0.3**2]))
    assert measures["expected_calibration_error"] == pytest.approx(np.mean([0.9, 0.6, 0.95, 0.7]) - 0.5)
    assert measures["adaptive_calibration_error"] == pytest.approx(measures["expected_calibration_error"])
    # By falling confidence: wrong, right, right, wrong.
    assert measures["aurc"] == pytest.approx(np.mean([1, 1 / 2, 1 / 3, 2 / 4]))
    # Uncertain-and-wrong outranks both right ones, sure-and-wrong outranks none: 2 of 4 pairs.
    assert measures["error_detection_auroc"] == pytest.approx(0.5)
    assert measures["high_confidence_errors"] == 1
    # Of the second class by its probability: first, 0.95, one of the first class, then 0.7 and 0.4 of the second.
    assert measures["auroc"] == pytest.approx(0.5)
    assert measures["average_precision"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert (measures["f1_second_class"], measures["base_rate"]) == (0.5, 0.5)


def test_the_threshold_and_the_bins_are_those_asked_for():
    """A higher threshold counts fewer errors, more bins cannot lower the calibration error."""
    labels = np.array([0, 1, 0, 1])
    assert headline_measures(PROBS, labels, n_bins=1, threshold=0.96)["high_confidence_errors"] == 0
    assert headline_measures(PROBS, labels, n_bins=1, threshold=0.6)["high_confidence_errors"] == 2
    coarse, fine = (headline_measures(PROBS, labels, n_bins=n, threshold=0.9) for n in (1, 15))
    assert fine["expected_calibration_error"] > coarse["expected_calibration_error"]


def test_what_is_undefined_is_absent():
    """Without an error there is nothing to detect: no value rather than a NaN or an invented one."""
    measures = headline_measures(PROBS, np.array([0, 0, 1, 1]), n_bins=15, threshold=0.9)
    assert set(measures) == NAMES - {"error_detection_auroc"}
    assert measures["accuracy"] == 1
    assert measures["aurc"] == measures["high_confidence_errors"] == 0

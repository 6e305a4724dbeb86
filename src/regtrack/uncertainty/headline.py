"""The measures of one set of predictions that go to the store beside each other."""

import numpy as np

from regtrack.uncertainty.calibration import (
    adaptive_calibration_error,
    brier_score,
    expected_calibration_error,
    negative_log_likelihood,
)
from regtrack.uncertainty.per_class import balanced_accuracy
from regtrack.uncertainty.selective import aurc, error_detection_auroc, high_confidence_errors


def headline_measures(probs: np.ndarray, labels: np.ndarray, *, n_bins: int, threshold: float) -> dict[str, float]:
    """Measures of `probs` (n, n_classes) against integer `labels` (n,), by the names of the store contract.

    `aurc` and `error_detection_auroc` rank by confidence, so that one deterministic pass and Monte Carlo dropout
    are read by the same rule. A measure that is undefined here (error detection without an error) is absent.
    """
    correct, confidence = probs.argmax(axis=1) == labels, probs.max(axis=1)
    measures = {
        "accuracy": float(correct.mean()),
        "balanced_accuracy": balanced_accuracy(probs.argmax(axis=1), labels),
        "negative_log_likelihood": negative_log_likelihood(probs, labels),
        "brier_score": brier_score(probs, labels),
        "expected_calibration_error": expected_calibration_error(probs, labels, n_bins=n_bins),
        "adaptive_calibration_error": adaptive_calibration_error(probs, labels, n_bins=n_bins),
        "aurc": aurc(confidence, correct),
        "error_detection_auroc": error_detection_auroc(1 - confidence, correct),
        "high_confidence_errors": float(high_confidence_errors(confidence, correct, threshold)),
    }
    return {name: value for name, value in measures.items() if not np.isnan(value)}

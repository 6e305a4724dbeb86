"""Calibration compared: the debiased calibration error as a mean over examples."""

import numpy as np

N_BINS = 15
"""Of equal width over [0, 1], whatever a sweep's own are: edges that no example moves."""
LARGEST = 4.0
"""Between the losses of two examples: 2 d e - d² of d and e in [-1, 1]."""


def calibration_losses(confidence: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """(n,) whose mean is the squared distance of accuracy from confidence over bins of the top label, less what chance adds to it:
    about 0 where every confidence is right, and below 0 as often as above (Kumar, Liang and Ma 2019, arXiv 1909.10155).

    A bin's squared distance d² is too large by the variance of d, which is taken off (over two examples or more; one alone
    tells nothing and counts 0). An example counts by its influence on its bin, 2 d e - d², e = confidence - right.

    Args:
        confidence: (n,) of the predicted class, [0, 1]; wrong (n,) bool.
    """
    places = np.minimum((confidence * N_BINS).astype(np.int64), N_BINS - 1)  # the last is closed
    errors = confidence.astype(np.float64) - ~wrong
    counts = np.bincount(places, minlength=N_BINS)
    sums, squares = (np.bincount(places, weights, N_BINS) for weights in (errors, errors**2))
    several, n = counts > 1, np.maximum(counts, 2)
    distance = np.where(several, sums / n, 0.0)
    by_chance = np.where(several, np.maximum(squares / n - distance**2, 0.0) / (n - 1), 0.0)
    return 2 * distance[places] * errors - distance[places] ** 2 - by_chance[places]

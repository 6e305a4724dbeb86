"""Temperature scaling (Guo et al. 2017): one number, fitted on validation, that makes all confidences bolder or meeker.

The cheap rival of every uncertainty method: no extra pass, and the predicted class never changes.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

from regtrack.uncertainty.calibration import SMALLEST_PROBABILITY, negative_log_likelihood

LIMITS = (0.05, 20.0)


def apply_temperature(mean_probs: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """softmax(log p / T) of `mean_probs` (n_examples, n_classes): T > 1 lowers confidence, T < 1 raises it.

    Probabilities below the smallest normal float32 count as that, so that a saturated class keeps a finite logit.
    """
    if not temperature > 0:
        raise ValueError(f"expected a temperature above 0, received {temperature}")
    logits = np.log(np.maximum(np.asarray(mean_probs, np.float64), SMALLEST_PROBABILITY)) / temperature
    logits -= logits.max(axis=1, keepdims=True)
    scaled = np.exp(logits)
    return scaled / scaled.sum(axis=1, keepdims=True)


def fit_temperature(mean_probs: ArrayLike, labels: ArrayLike) -> float:
    """The temperature in LIMITS that minimizes the negative log-likelihood on these (validation) examples.

    The likelihood is convex in 1/T and has one minimum; it is searched on a logarithmic scale to 1e-4.
    """
    found = minimize_scalar(
        lambda log_t: negative_log_likelihood(apply_temperature(mean_probs, np.exp(log_t)), labels),
        bounds=tuple(np.log(LIMITS)),
        method="bounded",
        options={"xatol": 1e-4},
    )
    return float(np.exp(found.x))

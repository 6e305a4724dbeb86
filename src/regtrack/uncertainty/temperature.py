"""Temperature scaling (Guo et al. 2017): one number, fitted on validation, that makes all confidences bolder or meeker.

The cheap rival of every uncertainty method: no extra pass, and the predicted class never changes.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

from regtrack.uncertainty.calibration import SMALLEST_PROBABILITY, mean_nats, negative_log_likelihood

LIMITS = (0.05, 20.0)
SPREAD = 0.5
"""Standard deviation of log T before the examples are seen: few examples know little of T."""
FEWEST_ERRORS = 5
"""With fewer wrong examples the likelihood says only "bolder". SPREAD and this together: where the likeliest temperature
made the likelihood of new examples up to 14 times worse, one fit in twenty now makes it at most 1.1 times worse (docs/uncertainty.md)."""


def apply_temperature(mean_probs: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """softmax(log p / T) of `mean_probs` (n_examples, n_classes): T > 1 lowers confidence, T < 1 raises it.

    Probabilities below the smallest normal float32 count as that, so that a saturated class keeps a finite logit.
    """
    if not temperature > 0:
        raise ValueError(f"expected a temperature above 0, received {temperature}")
    logits = _logits(mean_probs)
    powers = _powers(logits, logits.max(axis=1, keepdims=True), temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def _logits(mean_probs: ArrayLike) -> NDArray[np.float64]:
    return np.log(np.maximum(np.asarray(mean_probs, np.float64), SMALLEST_PROBABILITY))


def _powers(logits: NDArray[np.float64], largest: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """exp(logits / T) (n_examples, n_classes), scaled so that the `largest` logit of an example (n_examples, 1) has 1."""
    scaled = logits / temperature
    scaled -= largest / temperature
    return np.exp(scaled, out=scaled)


def fit_temperature(mean_probs: ArrayLike, labels: ArrayLike) -> float:
    """The temperature in LIMITS that is likeliest after these (validation) examples, if log T is normal with SPREAD.

    It is 1, nothing being fitted, where fewer than FEWEST_ERRORS examples are wrong. The sum of
    negative log-likelihood, convex in 1/T, and (log T / SPREAD)² / 2 is searched on a logarithmic scale to 1e-4.
    """
    mean_probs, labels = np.asarray(mean_probs), np.asarray(labels)
    if (mean_probs.argmax(axis=1) != labels).sum() < FEWEST_ERRORS:
        return 1.0
    negative_log_likelihood(
        apply_temperature(mean_probs, 1.0), labels
    )  # refuses what are no labels, once for all that follows
    logits, rows = _logits(mean_probs), np.arange(len(labels))
    largest = logits.max(axis=1, keepdims=True)

    def loss(log_t: float) -> float:
        powers = _powers(logits, largest, np.exp(log_t))
        given = powers[rows, labels] / powers.sum(axis=1)
        return mean_nats(given) * len(labels) + (log_t / SPREAD) ** 2 / 2

    found = minimize_scalar(
        loss,
        bounds=tuple(np.log(LIMITS)),
        method="bounded",
        options={"xatol": 1e-4},
    )
    return float(np.exp(found.x))

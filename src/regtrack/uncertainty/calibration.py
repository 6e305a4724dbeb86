"""Does a confidence of 0.9 mean right nine times in ten?

Conventions: `mean_probs` is (n_examples, n_classes), each row summing to 1 (one deterministic pass, or the mean of
many); `labels` is (n_examples,), integers in [0, n_classes). The predicted class is the argmax, the lowest class
among equals; confidence is its probability. All arithmetic is float64.

Bins are half-open, [lower, upper), and the last one is closed, so that a confidence of exactly 1.0 is in it:
saturated and wrong is what we look for.

An expected calibration error of 0 is out of reach with finitely many examples. Read it beside
`expected_calibration_error_if_calibrated`; rank methods by `negative_log_likelihood` and `brier_score`, which are
proper scores.
"""

import functools
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regtrack.uncertainty.decomposition import require_probabilities

__all__ = [
    "SMALLEST_PROBABILITY",
    "CalibratedReference",
    "ReliabilityBins",
    "adaptive_calibration_error",
    "brier_score",
    "expected_calibration_error",
    "expected_calibration_error_if_calibrated",
    "negative_log_likelihood",
    "reliability_bins",
]

SMALLEST_PROBABILITY = float(np.finfo(np.float32).tiny)  # 1.18e-38, the smallest normal float32: 87.3 nats
_Z95 = 1.959963984540054  # the 97.5 % point of the normal distribution
_NUMBERS_AT_ONCE = 2**21  # 16 MiB of random numbers a block


@dataclass(frozen=True, eq=False)
class ReliabilityBins:
    """The table behind a reliability diagram; every field is (n_bins,), in order of confidence.

    Attributes:
        lower: the bin's lower edge, included.
        upper: its upper edge, excluded except for the last bin, where it is 1.0 and included.
        count: examples in the bin; sums to n_examples.
        mean_confidence: their mean confidence; NaN in an empty bin.
        accuracy: the share of them predicted right; NaN in an empty bin.
        accuracy_low: lower limit of the Wilson 95 % interval of `accuracy`; NaN in an empty bin.
        accuracy_high: its upper limit; NaN in an empty bin.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    count: NDArray[np.int64]
    mean_confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    accuracy_low: NDArray[np.float64]
    accuracy_high: NDArray[np.float64]


class CalibratedReference(NamedTuple):
    """What a perfectly calibrated model with these confidences would show: the mean, and the 95 % quantile."""

    mean: float
    q95: float


def reliability_bins(mean_probs: ArrayLike, labels: ArrayLike, n_bins: int = 15) -> ReliabilityBins:
    """Confidence against accuracy in equal-width bins over [0, 1].

    Args:
        mean_probs: (n_examples, n_classes).
        labels: (n_examples,), integers.
        n_bins: how many bins, >= 1.

    Returns:
        The table, see `ReliabilityBins`. Empty bins are NaN, and not on the diagonal.

    Raises:
        ValueError: `mean_probs`, `labels` or `n_bins` is not as above.

    Reference: Guo et al., "On Calibration of Modern Neural Networks" (2017), section 2; Wilson (1927) for the interval.
    """
    confidence, correct = _confidence_and_correct(mean_probs, labels)
    edges = _edges(n_bins)
    index = _bin_index(confidence, edges)
    n_bins = len(edges) - 1
    count = np.bincount(index, minlength=n_bins)
    filled = count > 0
    n = np.where(filled, count, 1)  # where it is 1 in place of 0 the result is replaced by NaN
    accuracy = np.bincount(index, weights=correct, minlength=n_bins) / n
    mean_confidence = np.bincount(index, weights=confidence, minlength=n_bins) / n
    low, high = wilson_interval(accuracy, n)
    return ReliabilityBins(
        edges[:-1], edges[1:], count, *(np.where(filled, x, np.nan) for x in (mean_confidence, accuracy, low, high))
    )


def expected_calibration_error(mean_probs: ArrayLike, labels: ArrayLike, *, n_bins: int = 15) -> float:
    """Mean distance of accuracy from confidence over equal-width bins, weighted by count; top label only.

    Biased upwards, the more so with few examples and many bins: see `expected_calibration_error_if_calibrated`.
    It is computed from `reliability_bins`, so the diagram and the number agree.

    Args:
        mean_probs: (n_examples, n_classes).
        labels: (n_examples,), integers.
        n_bins: how many bins, >= 1; record it beside the number.

    Returns:
        A probability, [0, 1]; lower is better.

    Raises:
        ValueError: `mean_probs`, `labels` or `n_bins` is not as above.

    Reference: Naeini et al. (2015); Guo et al. (2017), equation 3, but for which side of the bins is closed.
    """
    bins = reliability_bins(mean_probs, labels, n_bins)
    filled = bins.count > 0
    gap = np.abs(bins.accuracy - bins.mean_confidence)[filled]
    return float(np.average(gap, weights=bins.count[filled]))


def expected_calibration_error_if_calibrated(
    mean_probs: ArrayLike, *, n_bins: int = 15, n_draws: int = 1000, seed: int
) -> CalibratedReference:
    """The expected calibration error that a perfectly calibrated model with these probabilities would show.

    Labels are redrawn from the stated probabilities. Only whether the predicted class is right matters, so that is
    what is drawn: right with probability equal to the confidence.

    Args:
        mean_probs: (n_examples, n_classes).
        n_bins: as for `expected_calibration_error`.
        n_draws: how often the labels are redrawn, >= 1.
        seed: of the draws.

    Returns:
        (mean, q95) over the draws; probabilities, [0, 1]. A measured error above q95 is miscalibration, one near the
        mean is none that this many examples can show.

    Raises:
        ValueError: `mean_probs`, `n_bins` or `n_draws` is not as above.

    Reference: consistency resampling, Bröcker and Smith, "Increasing the Reliability of Reliability Diagrams" (2007);
    Vaicenavicius et al. (2019), section 4.
    """
    mean_probs = require_probabilities(mean_probs, "(n_examples, n_classes)")
    n_draws = _positive(n_draws, "n_draws")
    # Sorted, so that each bin is one stretch and a draw's hits are summed by reduceat.
    confidence = np.sort(mean_probs.max(axis=1).astype(np.float64))
    _, starts = np.unique(_bin_index(confidence, _edges(n_bins)), return_index=True)  # filled bins only
    stated = np.add.reduceat(confidence, starts)
    whole = np.uint16 if len(confidence) < 2**16 else np.int64  # the narrow one takes a tenth of the time
    errors = []
    for uniform in _uniform_blocks(seed, n_draws, len(confidence)):
        hit = (uniform < confidence).view(np.uint8)  # (n_now, n_examples)
        hits = np.add.reduceat(hit, starts, axis=1, dtype=whole)  # (n_now, n_filled_bins)
        errors.append(np.abs(hits - stated).sum(axis=1) / len(confidence))
    errors = np.concatenate(errors)
    return CalibratedReference(float(errors.mean()), float(np.quantile(errors, 0.95)))


def _uniform_blocks(seed: int, n_draws: int, n: int) -> Iterator[NDArray[np.float64]]:
    """The draws (n_draws, n), in blocks of them."""
    if n_draws * n <= _NUMBERS_AT_ONCE:
        yield _uniform(seed, n_draws, n)
        return
    rng, at_once = np.random.default_rng(seed), max(1, _NUMBERS_AT_ONCE // n)
    for done in range(0, n_draws, at_once):
        yield rng.random((min(at_once, n_draws - done), n))


@functools.lru_cache(maxsize=1)
def _uniform(seed: int, n_draws: int, n: int) -> NDArray[np.float64]:
    """Kept for the next call: the networks of a sweep are asked one after the other, on as many examples and at one seed."""
    return np.random.default_rng(seed).random((n_draws, n))


def adaptive_calibration_error(mean_probs: ArrayLike, labels: ArrayLike, *, n_bins: int = 15) -> float:
    """Mean distance of accuracy from confidence over equal-mass bins, weighted by count; top label only.

    The example of rank r (from 0) of n by confidence is in bin floor(r * n_bins / n): bin sizes differ by at most one.
    Examples of equal confidence that fall into two bins are not told apart: each counts with the mean correctness of
    all of them, so that the result does not depend on their order. With fewer examples than bins each is its own bin.

    Args:
        mean_probs: (n_examples, n_classes).
        labels: (n_examples,), integers.
        n_bins: how many bins, >= 1; record it beside the number.

    Returns:
        A probability, [0, 1]; lower is better. Biased upwards as the equal-width error is.

    Raises:
        ValueError: `mean_probs`, `labels` or `n_bins` is not as above.

    Reference: equal-mass bins as in Nixon et al., "Measuring Calibration in Deep Learning" (2019), who average over
    all classes; ours keeps the top label, so that it differs from `expected_calibration_error` in the bins alone.
    """
    confidence, correct = _confidence_and_correct(mean_probs, labels)
    n_bins, n = _positive(n_bins, "n_bins"), len(confidence)
    order = np.argsort(confidence)
    _, tie, tie_size = np.unique(confidence, return_inverse=True, return_counts=True)
    correct = (np.bincount(tie, weights=correct) / tie_size)[tie]
    index = np.arange(n) * n_bins // n
    gap = np.bincount(index, weights=(correct - confidence)[order])  # (n_bins,): count * (accuracy - confidence)
    return float(np.abs(gap).sum() / n)


def brier_score(mean_probs: ArrayLike, labels: ArrayLike) -> float:
    """Squared distance of the probabilities from the one-hot label: summed over classes, averaged over examples.

    Args:
        mean_probs: (n_examples, n_classes).
        labels: (n_examples,), integers.

    Returns:
        [0, 2]; lower is better. A proper score. With two classes it is twice the one-sided binary convention.

    Raises:
        ValueError: `mean_probs` or `labels` is not as above.

    Reference: Brier, "Verification of Forecasts Expressed in Terms of Probability" (1950), equation 2.
    """
    mean_probs, labels = _probs_and_labels(mean_probs, labels)
    miss = mean_probs.astype(np.float64)
    miss[np.arange(len(labels)), labels] -= 1.0
    return float(np.mean(np.sum(miss**2, axis=1)))


def negative_log_likelihood(mean_probs: ArrayLike, labels: ArrayLike) -> float:
    """Mean of -log of the probability given to the label.

    A probability below `SMALLEST_PROBABILITY` (1.18e-38, the smallest normal float32) counts as that: one example costs
    at most 87.3 nats. Without it one float32 underflow makes the mean infinite, which a store cannot keep (MLflow
    writes 1.8e308) and no chart can draw; at 87.3 nats it still dominates the mean and is seen.

    Args:
        mean_probs: (n_examples, n_classes).
        labels: (n_examples,), integers.

    Returns:
        Nats, [0, 87.4]; lower is better. A proper score.

    Raises:
        ValueError: `mean_probs` or `labels` is not as above.

    Reference: Good, "Rational Decisions" (1952), the logarithmic score.
    """
    mean_probs, labels = _probs_and_labels(mean_probs, labels)
    return mean_nats(mean_probs[np.arange(len(labels)), labels].astype(np.float64))


def mean_nats(given: NDArray[np.float64]) -> float:
    """`negative_log_likelihood` of the probabilities (n_examples,) that were given to the labels."""
    return float(np.mean(0.0 - np.log(np.maximum(given, SMALLEST_PROBABILITY))))


def _probs_and_labels(mean_probs: ArrayLike, labels: ArrayLike) -> tuple[NDArray, NDArray]:
    mean_probs = require_probabilities(mean_probs, "(n_examples, n_classes)")
    labels = np.asarray(labels)
    n_examples, n_classes = mean_probs.shape
    if labels.shape != (n_examples,) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"expected integer labels of shape ({n_examples},), received {labels.dtype} of shape {labels.shape}. "
            "Take the argmax of one-hot labels first."
        )
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError(
            f"expected labels in [0, {n_classes}), as there are {n_classes} classes; "
            f"received labels in [{labels.min()}, {labels.max()}]"
        )
    return mean_probs, labels


def _confidence_and_correct(mean_probs: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    mean_probs, labels = _probs_and_labels(mean_probs, labels)
    return mean_probs.max(axis=1).astype(np.float64), mean_probs.argmax(axis=1) == labels


def _edges(n_bins: int) -> NDArray[np.float64]:
    n_bins = _positive(n_bins, "n_bins")
    # Not linspace: that makes the edge 3/5 0.6000000000000001, and a confidence of 0.6 would fall below it.
    return np.arange(n_bins + 1) / n_bins


def _bin_index(confidence: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int64]:
    # Compared with the very edges the table shows. The clip closes the last bin.
    return np.clip(np.searchsorted(edges, confidence, side="right") - 1, 0, len(edges) - 2)


def _positive(value: int, name: str) -> int:
    try:
        value = operator.index(value)
    except TypeError:
        raise ValueError(f"expected {name} to be an integer >= 1, received {value!r}") from None
    if value < 1:
        raise ValueError(f"expected {name} to be an integer >= 1, received {value}")
    return value


def wilson_interval(share: ArrayLike, n: ArrayLike) -> tuple[NDArray, NDArray]:
    """95 % limits of a share seen in n examples (Wilson 1927): inside [0, 1] also for shares of 0 and 1."""
    share, n = np.asarray(share, np.float64), np.asarray(n)
    z2 = _Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)

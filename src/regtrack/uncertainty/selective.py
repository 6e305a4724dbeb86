"""If the network may decline to answer, how right are the answers it keeps?

Conventions: `confidence` and `uncertainty` are (n_examples,), finite and on any scale, since only their order counts:
higher confidence is surer, higher uncertainty less sure (pass `-mutual_information` as a confidence). `correct` is
(n_examples,), True where the predicted class is the label. No result depends on the order of the examples.

Tie rule. Saturated networks give thousands of examples the confidence 1.0. Examples of equal confidence are taken in
random order and the result is the exact mean over all orders: k of m tied examples with e errors count as k * e / m
errors. So a constant confidence has the error rate as its risk at every coverage. The exception is `coverage_at_risk`,
which answers for a threshold, and a threshold takes tied examples all or none.

References: El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification" (2010); Geifman, Uziel and
El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers" (2019); Hendrycks and Gimpel, "A Baseline
for Detecting Misclassified and Out-of-Distribution Examples" (2017).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "RiskCoverageCurve",
    "aurc",
    "coverage_at_risk",
    "error_detection_aupr",
    "error_detection_auroc",
    "excess_aurc",
    "high_confidence_errors",
    "risk_at_coverage",
    "risk_coverage_curve",
]


class RiskCoverageCurve(NamedTuple):
    """Error rate among the accepted, against the share accepted; both (n_examples,), in order of rising coverage."""

    coverage: NDArray[np.float64]
    selective_risk: NDArray[np.float64]


def risk_coverage_curve(confidence: ArrayLike, correct: ArrayLike) -> RiskCoverageCurve:
    """The error rate among the k most confident examples, for every k from 1 to n.

    Args:
        confidence: (n_examples,), higher is surer.
        correct: (n_examples,), booleans.

    Returns:
        coverage: (n_examples,), k/n, (0, 1].
        selective_risk: (n_examples,), [0, 1], lower is better; its last entry is the error rate. Ties by the
            module's rule.

    Raises:
        ValueError: the shapes differ, there is no example, a confidence is not finite, or `correct` is not boolean.

    Reference: Geifman et al. (2019), section 2.
    """
    confidence, correct = _checked(confidence, correct, "confidence")
    n = len(correct)
    tie, tie_size = _ties(-confidence)  # the most confident first
    tie_errors = np.bincount(tie, weights=~correct)
    # Within ties, whole numbers times a share: cumulated by position, not by adding shares, so sums stay exact.
    first = np.cumsum(tie_size) - tie_size
    errors_before = np.cumsum(tie_errors) - tie_errors
    accepted = np.arange(1, n + 1)
    in_tie = np.repeat(np.arange(len(tie_size)), tie_size)  # which ties the k-th most confident example is in
    errors = errors_before[in_tie] + (accepted - first[in_tie]) * tie_errors[in_tie] / tie_size[in_tie]
    return RiskCoverageCurve(accepted / n, errors / accepted)


def aurc(confidence: ArrayLike, correct: ArrayLike) -> float:
    """Area under the risk-coverage curve: the mean of the selective risk over coverages 1/n, 2/n, ..., 1.

    Args:
        confidence: (n_examples,), higher is surer.
        correct: (n_examples,), booleans.

    Returns:
        An error rate, [0, 1]; lower is better. It mixes accuracy with ordering: a random order has the error rate in
        expectation. `excess_aurc` isolates the ordering. Not scaled by 1000. Ties by the module's rule.

    Raises:
        ValueError: as `risk_coverage_curve`.

    Reference: Geifman et al. (2019), section 2.
    """
    return float(risk_coverage_curve(confidence, correct).selective_risk.mean())


def excess_aurc(confidence: ArrayLike, correct: ArrayLike) -> float:
    """`aurc` minus that of the best possible order of the same examples, with every error last.

    The optimum is computed exactly for these n examples, not by Geifman's approximation r + (1 - r) ln(1 - r).

    Args:
        confidence: (n_examples,), higher is surer.
        correct: (n_examples,), booleans.

    Returns:
        An error rate, [0, 1); lower is better, 0 for a perfect order, and when all are right or all are wrong. Rounding
        below 0 is clipped.

    Raises:
        ValueError: as `risk_coverage_curve`.

    Reference: E-AURC, Geifman et al. (2019), section 2.
    """
    _, checked = _checked(confidence, correct, "confidence")
    return max(0.0, aurc(confidence, checked) - aurc(checked.astype(np.float64), checked))


def risk_at_coverage(confidence: ArrayLike, correct: ArrayLike, coverage: float) -> float:
    """The error rate when at least the share `coverage`, the most confident, is accepted.

    Args:
        confidence: (n_examples,), higher is surer.
        correct: (n_examples,), booleans.
        coverage: (0, 1]; the ceil(coverage * n) most confident are accepted.

    Returns:
        [0, 1]; lower is better; the value of `risk_coverage_curve` there. Ties by the module's rule.

    Raises:
        ValueError: as `risk_coverage_curve`, or `coverage` is outside (0, 1].
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"expected a coverage in (0, 1], received {coverage}")
    risk = risk_coverage_curve(confidence, correct).selective_risk
    accepted = int(np.ceil(coverage * len(risk) - 1e-9))  # 0.07 * 100 is 7.000000000000001, and means 7
    return float(risk[max(accepted, 1) - 1])


def coverage_at_risk(confidence: ArrayLike, correct: ArrayLike, risk: float) -> float:
    """The largest share of examples a confidence threshold can accept with an error rate of at most `risk`.

    A threshold accepts tied examples all or none, so only ends of ties count here. The risk need not rise with
    coverage; the largest coverage is taken wherever it lies. Found and read on the same examples it is optimistic:
    choose the threshold on validation, read its risk on test.

    Args:
        confidence: (n_examples,), higher is surer.
        correct: (n_examples,), booleans.
        risk: the error rate allowed, [0, 1].

    Returns:
        [0, 1]; higher is better; 0.0 when no threshold keeps the promise: then nothing may be accepted.

    Raises:
        ValueError: as `risk_coverage_curve`, or `risk` is outside [0, 1].
    """
    if not 0 <= risk <= 1:
        raise ValueError(f"expected a risk in [0, 1], received {risk}")
    confidence, correct = _checked(confidence, correct, "confidence")
    order = np.argsort(-confidence)
    is_threshold = np.append(np.diff(confidence[order]) != 0, True)
    accepted = np.arange(1, len(correct) + 1)
    allowed = is_threshold & (np.cumsum(~correct[order]) / accepted <= risk)
    return float(accepted[allowed].max(initial=0) / len(correct))


def error_detection_auroc(uncertainty: ArrayLike, correct: ArrayLike) -> float:
    """The probability that a random error is more uncertain than a random correct prediction; ties count 1/2.

    Args:
        uncertainty: (n_examples,), higher is less sure.
        correct: (n_examples,), booleans.

    Returns:
        [0, 1]; higher is better; 1/2 is no information. NaN when all are right or all are wrong: there is no pair to
        compare, and the measure is undefined.

    Raises:
        ValueError: as `risk_coverage_curve`.

    Reference: Hendrycks and Gimpel (2017), section 2; Mann and Whitney (1947), U / (n_errors * n_correct).
    """
    uncertainty, correct = _checked(uncertainty, correct, "uncertainty")
    n_errors, n_correct = int(np.sum(~correct)), int(np.sum(correct))
    if n_errors == 0 or n_correct == 0:
        return float("nan")
    tie, tie_size = _ties(uncertainty)
    mid_rank = np.cumsum(tie_size) - (tie_size - 1) / 2  # from 1
    u = mid_rank[tie][~correct].sum() - n_errors * (n_errors + 1) / 2
    return float(u / (n_errors * n_correct))


def error_detection_aupr(uncertainty: ArrayLike, correct: ArrayLike) -> float:
    """Average precision of an uncertainty for finding errors: errors are the positives.

    The sum over thresholds of precision times the step in recall, no interpolation. A threshold takes tied examples
    all at once, which is how scikit-learn's `average_precision_score` does it, too.

    Args:
        uncertainty: (n_examples,), higher is less sure.
        correct: (n_examples,), booleans.

    Returns:
        (0, 1]; higher is better; no information is the error rate, so compare it only at equal accuracy. NaN when all
        are right: recall is undefined. 1.0 when all are wrong.

    Raises:
        ValueError: as `risk_coverage_curve`.

    Reference: Hendrycks and Gimpel (2017), section 2 (AUPR, errors as positives).
    """
    uncertainty, correct = _checked(uncertainty, correct, "uncertainty")
    if correct.all():
        return float("nan")
    tie, tie_size = _ties(-uncertainty)  # the least sure first
    found = np.bincount(tie, weights=~correct)
    precision = np.cumsum(found) / np.cumsum(tie_size)
    return float(np.sum(precision * found) / found.sum())


def high_confidence_errors(confidence: ArrayLike, correct: ArrayLike, threshold: float = 0.9) -> int:
    """How many predictions are confident but wrong: not correct, and confidence >= threshold.

    The threshold is compared in the precision of `confidence`: a float32 confidence of 0.9 reaches the threshold 0.9,
    though it lies below the float64 of that name.

    Args:
        confidence: (n_examples,), the probability of the predicted class.
        correct: (n_examples,), booleans.
        threshold: [0, 1]; record it beside the number.

    Returns:
        A count, 0 to n_examples; lower is better.

    Raises:
        ValueError: as `risk_coverage_curve`, or `threshold` is outside [0, 1].
    """
    if not 0 <= threshold <= 1:
        raise ValueError(f"expected a threshold in [0, 1], received {threshold}")
    _, correct = _checked(confidence, correct, "confidence")
    return int(np.sum((np.asarray(confidence) >= float(threshold)) & ~correct))


BY_ORDER = frozenset({aurc, excess_aurc, error_detection_auroc, error_detection_aupr})
"""Of them the scores' order is all that counts: `ranks_of` the scores gives the same result, faster where it is asked for often."""


def ranks_of(score: ArrayLike) -> NDArray[np.int64]:
    """(n_examples,): how many different scores are lower. Equal scores keep an equal rank."""
    return np.unique(score, return_inverse=True)[1]


def _ties(score: NDArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n_examples,) which of the ties each is in, the lowest score's being 0, and (n_ties,) how many are in each."""
    if score.dtype.kind != "i" or np.ptp(score) > 2 * len(score):
        return np.unique(score, return_inverse=True, return_counts=True)[1:]
    ranks = score - score.min()  # close whole numbers are counted, not sorted
    counts = np.bincount(ranks)
    is_there = counts > 0
    return (np.cumsum(is_there) - 1)[ranks], counts[is_there]


def _checked(score: ArrayLike, correct: ArrayLike, name: str) -> tuple[NDArray, NDArray[np.bool_]]:
    score, correct = np.asarray(score), np.asarray(correct)
    if score.dtype.kind != "i":
        score = score.astype(np.float64, copy=False)
    if score.ndim != 1 or score.shape != correct.shape or score.size == 0:
        raise ValueError(
            f"expected {name} and correct of one shape (n_examples,) with at least one example, "
            f"received {score.shape} and {correct.shape}"
        )
    if not np.all(np.isfinite(score)):
        raise ValueError(f"expected a finite {name}, received {np.sum(~np.isfinite(score))} non-finite values")
    if correct.dtype != bool and not np.all((correct == 0) | (correct == 1)):
        raise ValueError(
            f"expected correct to be booleans (or 0 and 1), received {correct.dtype} values in "
            f"[{correct.min()}, {correct.max()}]. Pass predicted_class == labels."
        )
    return score, correct.astype(bool, copy=False)

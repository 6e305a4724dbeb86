"""Influence values: AURC and error-detection AUROC as means over examples, so that what is known of means holds of them.

Neither is a mean: an example counts by its rank among the others. Each is its value plus the mean of its examples'
influence, to first order (Hampel 1974), so that value + influence stands for an example's loss: their mean over a network's examples is
the measure itself, and their spread what the examples make uncertain.
"""

import numpy as np

from regtrack.names import AURC, ERROR_DETECTION_AUROC

SELECTIVE = (AURC, ERROR_DETECTION_AUROC)
FEWEST_ERRORS = 10
"""Wrong answers, and right ones, of every network: what was measured, see docs/comparison.md."""


def selective_losses(measure: str, confidence: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """(n,) of one network, lower being better: their mean is its AURC, or 1 minus its error-detection AUROC.

    Args:
        measure: one of SELECTIVE.
        confidence: (n,), higher is surer, on any scale; examples of equal confidence are in random order (see
            uncertainty.selective), to which AURC's values are exact.
        wrong: (n,) bool, some and not all for the AUROC, whose values are NaN otherwise.
    """
    _, tie, sizes = np.unique(-confidence, return_inverse=True, return_counts=True)  # the surest first
    of = _aurc if measure == AURC else _auroc
    return of(tie, sizes, np.bincount(tie, weights=wrong, minlength=len(sizes)), wrong)


def _aurc(tie: np.ndarray, sizes: np.ndarray, errors: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """AURC = mean over examples of w (1/r + ... + 1/n), r the rank. An example counts as itself, and by the room it takes:
    those that are less sure come one rank later, each of which lowers what an error there counts by 1/rank."""
    n = len(wrong)
    to_the_end = np.cumsum(1 / np.arange(n, 0, -1))[::-1]  # at rank r: 1/r + ... + 1/n
    last = np.cumsum(sizes)
    first = last - sizes
    sums = np.append(np.cumsum(to_the_end), 0.0)  # of an empty start at -1
    itself = (sums[last - 1] - sums[first - 1]) / sizes  # the mean over a tie's ranks
    room = errors / ((first + 1 + last) / 2)
    later = room.sum() - np.cumsum(room) + room / 2  # of a tie half come later
    losses = wrong * itself[tie] - later[tie]
    return losses + ((wrong * itself[tie]).mean() - losses.mean())


def _auroc(tie: np.ndarray, sizes: np.ndarray, errors: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Of an error: the share of right answers that are as unsure or more; of a right answer: that of errors that are as
    sure or more. Half of a tie counts."""
    n, n_errors = len(wrong), int(wrong.sum())
    if n_errors in (0, n):
        return np.full(n, np.nan)
    right = sizes - errors
    surer_errors = (np.cumsum(errors) - errors / 2) / n_errors
    less_sure_right = (right.sum() - np.cumsum(right) + right / 2) / (n - n_errors)
    mean = float((less_sure_right * errors).sum() / n_errors)  # 1 - AUROC
    share = np.where(wrong, n / n_errors, n / (n - n_errors))
    return mean + share * (np.where(wrong, less_sure_right[tie], surer_errors[tie]) - mean)

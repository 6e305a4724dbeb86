"""Influence values: AURC and error-detection AUROC as means over examples, so that what is known of means holds of them.

Neither is a mean: an example counts by its rank among the others. Each is its value plus the mean of its examples'
influence, to first order (Hampel 1974), so that value + influence stands for an example's loss: their mean over a network's examples is
the measure itself, and their spread what the examples make uncertain.
"""

from dataclasses import dataclass

import numpy as np

from regtrack.names import AURC, ERROR_DETECTION_AUROC

SELECTIVE = (AURC, ERROR_DETECTION_AUROC)
FEWEST_ERRORS = 10
"""Wrong answers, and right ones, of every network: what was measured, see docs/measure-rates.md."""
TOO_FEW_ERRORS = f"a network with fewer than {FEWEST_ERRORS} errors, or right answers"
"""Reason for no verdict on how errors are detected: the first order is then not enough."""


def too_few_errors(wrong: np.ndarray) -> bool:
    """Whether some network has too few for a verdict, of (n_seeds, n_examples) bool."""
    errors = wrong.sum(axis=1)
    return bool(min(errors.min(), (wrong.shape[1] - errors).min()) < FEWEST_ERRORS)


@dataclass(frozen=True, eq=False)
class Ranked:
    """One network's examples in the order of its confidence, those of equal confidence in random order (see
    uncertainty.selective): `tie` (n,) is which tie each is in, the surest being 0; `sizes` and `errors` (n_ties,) how many are in
    each, and wrong; `wrong` (n,) bool."""

    tie: np.ndarray
    sizes: np.ndarray
    errors: np.ndarray
    wrong: np.ndarray

    @classmethod
    def of(cls, confidence: np.ndarray, wrong: np.ndarray) -> "Ranked":
        """By confidence (n,), higher is surer, on any scale."""
        _, tie, sizes = np.unique(-confidence, return_inverse=True, return_counts=True)
        return cls(tie, sizes, np.bincount(tie, weights=wrong, minlength=len(sizes)), wrong)

    def losses(self, measure: str) -> np.ndarray:
        """(n,), lower being better, whose mean is the network's AURC, or 1 minus its error-detection AUROC; of the latter NaN
        where all are right or all are wrong. `measure` is one of SELECTIVE."""
        return _aurc(self) if measure == AURC else _auroc(self)


def _aurc(of: Ranked) -> np.ndarray:
    """AURC = mean over examples of w (1/r + ... + 1/n), r the rank. An example counts as itself, and by the room it takes:
    those that are less sure come one rank later, each of which lowers what an error there counts by 1/rank."""
    n, last = len(of.wrong), np.cumsum(of.sizes)
    first = last - of.sizes
    to_the_end = np.cumsum(1 / np.arange(n, 0, -1))[::-1]  # at rank r: 1/r + ... + 1/n
    sums = np.append(np.cumsum(to_the_end), 0.0)  # of an empty start at -1
    itself = (sums[last - 1] - sums[first - 1]) / of.sizes  # the mean over a tie's ranks
    room = of.errors / ((first + 1 + last) / 2)
    later = room.sum() - np.cumsum(room) + room / 2  # of a tie half come later
    own = of.wrong * itself[of.tie]
    return own - later[of.tie] + (later * of.sizes).sum() / n


def _auroc(of: Ranked) -> np.ndarray:
    """Of an error: the share of right answers that are less sure; of a right answer: that of errors that are surer. Half of a
    tie counts."""
    n, n_errors = len(of.wrong), int(of.wrong.sum())
    if n_errors in (0, n):
        return np.full(n, np.nan)
    right = of.sizes - of.errors
    surer_errors = (np.cumsum(of.errors) - of.errors / 2) / n_errors
    less_sure_right = (right.sum() - np.cumsum(right) + right / 2) / (n - n_errors)
    mean = float((less_sure_right * of.errors).sum() / n_errors)  # 1 - AUROC
    share = np.where(of.wrong, n / n_errors, n / (n - n_errors))
    return mean + share * (np.where(of.wrong, less_sure_right[of.tie], surer_errors[of.tie]) - mean)

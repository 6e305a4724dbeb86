"""Measures by order on many resamples of the same examples: the scores are sorted once, and of each resample only how often every
example was drawn is asked. An error counts by how many stand before it, so that what is summed is of the errors alone."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regtrack.uncertainty.selective import aurc, error_detection_auroc


class ErrorTies(NamedTuple):
    """Of one resample, the ties of equal score that hold an error: how many examples stand before each, how many are in it, and how
    many of these are wrong, (n_error_ties,) each; and how many examples and errors there are in all."""

    before: NDArray[np.int64]
    size: NDArray[np.int64]
    errors: NDArray[np.int64]
    n: int
    n_errors: int


def on_resamples(
    measure: Callable[..., float], score: NDArray, correct: NDArray[np.bool_], drawn: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n_resamples,): a measure of BY_COUNTING on resamples of the examples, each of which was drawn so often; but for rounding (1e-12)
    what the measure gives of the resample itself, NaN where that is.

    Args:
        score, correct: (n_examples,) as the measure asks for them.
        drawn: (n_resamples, n_examples), at least one example in each.
    """
    of_ties, sign = BY_COUNTING[measure]
    harmonic = np.append(0.0, np.cumsum(1 / np.arange(1, int(drawn.sum(axis=1).max()) + 1)))  # H(0), H(1), ...
    summed = np.append(0.0, np.cumsum(harmonic))  # of H(0) to H(k - 1)
    return np.array([of_ties(ties, harmonic, summed) for ties in _error_ties(sign * score, ~correct, drawn)])


def _error_ties(score: NDArray, wrong: NDArray[np.bool_], drawn: NDArray[np.int64]) -> Iterator[ErrorTies]:
    """Of each resample, by rising score."""
    order = np.argsort(score)
    is_first = np.append(True, np.diff(score[order]) != 0)
    places = np.flatnonzero(wrong[order])  # of the errors, in this order
    tie, begins = np.unique(np.cumsum(is_first)[places] - 1, return_index=True)  # those that hold one
    bounds = np.append(np.flatnonzero(is_first), len(order))
    first, last = bounds[tie], bounds[tie + 1] - 1
    for times in drawn:
        in_order = times[order]
        up_to = np.cumsum(in_order)
        before = up_to[first] - in_order[first]
        errors = np.add.reduceat(in_order[places], begins) if len(tie) else before
        yield ErrorTies(before, up_to[last] - before, errors, int(up_to[-1]), int(errors.sum()))


def _aurc(ties: ErrorTies, harmonic: NDArray[np.float64], summed: NDArray[np.float64]) -> float:
    """An error that is the k-th most confident adds 1/j to the risk's sum at each j from k on: H(n) - H(k - 1). Within ties each
    place has the same share of it."""
    within = (summed[ties.before + ties.size] - summed[ties.before]) / np.maximum(ties.size, 1)
    return float((ties.errors @ (harmonic[ties.n] - within)) / ties.n)


def _auroc(ties: ErrorTies, *_) -> float:
    n_correct = ties.n - ties.n_errors
    if ties.n_errors == 0 or n_correct == 0:
        return float("nan")
    mid_rank = ties.before + (ties.size + 1) / 2
    u = mid_rank @ ties.errors - ties.n_errors * (ties.n_errors + 1) / 2
    return float(u / (ties.n_errors * n_correct))


BY_COUNTING = {aurc: (_aurc, -1), error_detection_auroc: (_auroc, 1)}
"""Measures with the form that counts: what it makes of the ties, and the sign by which a score counts from the first."""

"""Two classes: how well the probability of the second, the positive one, ranks and finds its examples.

`mean_probs` (n, 2), integer `labels` and `predicted_class` (n,). Each is NaN where there are not two classes, or only one
of them has examples.
"""

import numpy as np
from scipy import stats


def auroc(mean_probs: np.ndarray, labels: np.ndarray) -> float:
    """Chance that an example of the second class has more probability of it than one of the first, [0, 1], higher is
    better; equal ones count half (Mann and Whitney 1947)."""
    if not _are_two(mean_probs, labels):
        return np.nan
    of_second = stats.rankdata(mean_probs[:, 1])[labels == 1]
    n = len(of_second)
    return float((of_second.sum() - n * (n + 1) / 2) / (n * (len(labels) - n)))


def average_precision(mean_probs: np.ndarray, labels: np.ndarray) -> float:
    """Sum over thresholds of precision times the recall gained, (0, 1], higher is better; by chance the base rate. Equal
    probabilities are accepted together, and nothing is interpolated."""
    if not _are_two(mean_probs, labels):
        return np.nan
    order = np.argsort(-mean_probs[:, 1], kind="stable")
    found, falling = np.cumsum(labels[order] == 1), mean_probs[order, 1]
    last = np.append(falling[1:] != falling[:-1], True)  # of those that are accepted together
    accepted, found = np.flatnonzero(last) + 1, found[last]
    return float(np.sum(found / accepted * np.diff(found, prepend=0)) / found[-1])


def f1_second_class(mean_probs: np.ndarray, labels: np.ndarray, predicted_class: np.ndarray) -> float:
    """Harmonic mean of recall and precision of the second class, [0, 1], higher is better; 0 where none is found."""
    if not _are_two(mean_probs, labels):
        return np.nan
    second, taken = labels == 1, predicted_class == 1
    return float(2 * np.sum(taken & second) / (taken.sum() + second.sum()))


def base_rate(mean_probs: np.ndarray, labels: np.ndarray) -> float:
    """Share of the examples that belong to the second class."""
    return float(np.mean(labels == 1)) if _are_two(mean_probs, labels) else np.nan


def _are_two(mean_probs: np.ndarray, labels: np.ndarray) -> bool:
    return mean_probs.shape[1] == 2 and len(np.unique(labels)) == 2

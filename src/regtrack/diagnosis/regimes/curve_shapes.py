"""What validation curves do: rise after their minimum, still improve at the end. One value a seed."""

import numpy as np

WINDOW = 3
"""Epochs that are averaged at both ends."""
FEWEST_EPOCHS = WINDOW + 1


def rise_after_minimum(curves: np.ndarray) -> np.ndarray:
    """(S,) last minus minimum of each seed's curve (S, E), the minimum's epoch chosen from the other seeds' mean curve.

    Three-epoch means at both ends. Choosing the minimum on the same curve would call flat noise rising. The mean is of
    the seeds that still run: one that stopped early hides nothing of what the others did later. NaN with one seed, and
    where fewer than four epochs are shared.
    """
    values = np.full(len(curves), np.nan)
    for s, own in enumerate(curves):
        others = np.delete(curves, s, axis=0)
        own = own[~np.isnan(own)]
        if not len(others):
            continue
        mean = mean_of_running(others)[: len(own)]
        if len(mean) < FEWEST_EPOCHS or len(own) < FEWEST_EPOCHS:
            continue
        middle = _minimum(mean)
        values[s] = own[-WINDOW:].mean() - own[middle - 1 : middle + 2].mean()
    return values


def mean_of_running(curves: np.ndarray) -> np.ndarray:
    """(E',) the mean curve of curves (S, E) that end one after the other (NaN from there on), up to the last one's end.

    The first epoch's mean, then the mean steps of those that still run: a mean of levels would jump where a seed ends.
    """
    steps = np.diff(curves, axis=1)
    if np.isnan(curves).any():
        running = (~np.isnan(steps)).sum(axis=0)
        running = running[running > 0]
        first, steps = np.nanmean(curves[:, 0]), np.nansum(steps[:, : len(running)], axis=0) / running
    else:  # the same sums, without the search for what is missing, which is most of the time
        first, steps = curves[:, 0].mean(), steps.sum(axis=0) / len(curves)
    return first + np.concatenate([[0.0], np.cumsum(steps)])


def _minimum(mean: np.ndarray) -> int:
    """The middle of the lowest three-epoch window."""
    windows = np.convolve(mean, np.ones(WINDOW) / WINDOW, mode="valid")
    return int(np.argmin(windows)) + 1


def last_improvement(curves: np.ndarray) -> np.ndarray:
    """(S,) how far each seed's curve (S, E) fell from the three epochs before the last three to those; above 0 it
    still improves. NaN with fewer than six epochs."""
    values = np.full(len(curves), np.nan)
    for s, own in enumerate(curves):
        own = own[~np.isnan(own)]
        if len(own) >= 2 * WINDOW:
            values[s] = own[-2 * WINDOW : -WINDOW].mean() - own[-WINDOW:].mean()
    return values


def last_fall(curves: np.ndarray) -> np.ndarray:
    """(S,) as `last_improvement`, of four or five epochs from the epoch three before the last to the last. NaN with
    fewer."""
    values = last_improvement(curves)
    for s, own in enumerate(curves):
        own = own[~np.isnan(own)]
        if FEWEST_EPOCHS <= len(own) < 2 * WINDOW:
            values[s] = own[-FEWEST_EPOCHS] - own[-1]
    return values

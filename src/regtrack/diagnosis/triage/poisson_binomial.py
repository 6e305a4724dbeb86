"""How many of independent events happen, each with a chance of its own (the Poisson-binomial law), exactly."""

import numpy as np

_TOGETHER = 64
"""Fewer events than this are joined one by one, more by halves: both exact, the second fast for thousands."""


def chances_of_counts(chances: np.ndarray) -> np.ndarray:
    """(n + 1,): the chance that 0, 1, ..., n of the events happen.

    Args:
        chances: (n,), of each event, [0, 1].
    """
    chances = np.asarray(chances, np.float64)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError("expected chances in [0, 1], received others")
    if len(chances) > _TOGETHER:
        half = len(chances) // 2
        return np.convolve(chances_of_counts(chances[:half]), chances_of_counts(chances[half:]))
    counts = np.ones(1)
    for chance in chances:
        counts = np.convolve(counts, [1 - chance, chance])
    return counts


def most_events(chances: np.ndarray, *, alpha: float) -> int:
    """The smallest number that is exceeded with a chance of at most `alpha`."""
    at_most = chances_of_counts(chances).cumsum()
    return int(np.argmax(at_most >= 1 - alpha - 1e-12))  # the sum of all may be a rounding error below 1

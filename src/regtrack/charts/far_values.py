"""The few values far away from all others, for which an axis would squeeze everything else into a corner."""

import numpy as np

TIMES = 3
"""As often as long as without them the axis would be, at least."""
MOST = 4
"""At most one in so many values is off the scale: where more are, they are what the chart is about."""


def off_scale(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Which of the intervals are to stand at the edge of the axis: (n,) of bool, none where that would not help.

    Args:
        low, high: (n,) limits; missing ones count for nothing. The axis always reaches 0.
    """
    low, high = np.fmin(np.asarray(low, float), 0), np.fmax(np.asarray(high, float), 0)
    low, high = np.nan_to_num(low), np.nan_to_num(high)
    order = np.argsort(np.maximum(-low, high), kind="stable")
    for left_out in range(1, len(order) // MOST + 1):
        inside = order[:-left_out]
        within = high[inside].max() - low[inside].min()
        if 0 < TIMES * within < high.max() - low.min():
            found = np.ones(len(order), bool)
            found[inside] = False
            return found
    return np.zeros(len(order), bool)

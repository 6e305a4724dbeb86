"""Columns of very unlike spread: divided by one number, the small ones hardly reach the network."""

import numpy as np

MANY_TIMES = 100


def spread_note(x: np.ndarray) -> str:
    """A note if the standard deviations of x's columns, (n, d), differ more than MANY_TIMES-fold; else ""."""
    if x.ndim != 2:
        return ""
    spread = x.std(axis=0, dtype=np.float64)
    moving = np.flatnonzero(spread > 0)
    if not len(moving):
        return ""
    low, high = moving[spread[moving].argmin()], moving[spread[moving].argmax()]
    times = spread[high] / spread[low]
    if times <= MANY_TIMES:
        return ""
    return (
        f"all columns are divided by one number, and column {high} spreads {times:,.0f} times as wide as column {low}: "
        "standardize the columns first, or give a table, whose columns are scaled one by one"
    )

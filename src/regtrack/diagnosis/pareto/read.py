"""Read: what one measure shows of all predictors, each alone and each against each."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Read:
    """Of n predictors, lower being better; NaN where nothing is known.

    Args:
        seeds: (n,) networks of each.
        losses: (n,) with 95 % limits `low` and `high` of each alone.
        lower, upper: (n, n) limits of the row's mean loss minus the column's, each missed with the chance that `alpha_of_each` gives.
    """

    seeds: np.ndarray
    losses: np.ndarray
    low: np.ndarray
    high: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

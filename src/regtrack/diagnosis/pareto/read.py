"""Read: what one measure shows of all predictors, each alone and each against each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Limits = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Read:
    """Of n predictors, lower being better; NaN where nothing is known.

    Args:
        seeds: (n,) networks of each.
        losses: (n,) with 95 % limits `low` and `high` of each alone.
        limits: numbers of predictors (m,) and of others (m,) -> (m,) lower and upper limits of the first one's mean loss minus the other's,
            each missed with the chance that `alpha_of_each` gives. Where the lower one reaches beyond what matters, so that nothing is
            shown of the first, they may be infinite.
    """

    seeds: np.ndarray
    losses: np.ndarray
    low: np.ndarray
    high: np.ndarray
    limits: Limits

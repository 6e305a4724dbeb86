"""Entropy of right and of wrong answers: the table behind the picture."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

MEASURES = ("predictive_entropy", "expected_entropy", "mutual_information")
RIGHT, WRONG = "right", "wrong"
SMALLEST_RANGE = 1e-3
"""Nats; entropies that are all 0 still have bins to be in."""
COLUMNS = ("measure", "outcome", "lower", "upper", "count", "share")


def entropy_bins_chart(entropies: Mapping[str, np.ndarray], correct: np.ndarray, *, n_bins: int = 24) -> pd.DataFrame:
    """How the right and the wrong answers spread over equal bins of each entropy: COLUMNS.

    Args:
        entropies: measure of MEASURES -> (n_examples,) nats, at least 0.
        correct: (n_examples,) bool.
        n_bins: they divide 0 to the measure's largest value, the last one closed.
    Returns:
        count: examples. share: of those with the same outcome, so both outcomes sum to 1 however rare errors are;
        missing where no example has the outcome.
    """
    correct, rows = np.asarray(correct, bool), []
    for measure, values in entropies.items():
        values = np.asarray(values, np.float64)
        edges = np.linspace(0, max(values.max(initial=0), SMALLEST_RANGE), n_bins + 1)
        for outcome, chosen in ((RIGHT, correct), (WRONG, ~correct)):
            counts, _ = np.histogram(values[chosen], edges)
            total = counts.sum()
            shares = counts / total if total else np.full(n_bins, np.nan)
            rows += [(measure, outcome, *row) for row in zip(edges[:-1], edges[1:], counts, shares, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS))

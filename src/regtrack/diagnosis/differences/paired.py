"""A mean over crossed seeds and examples, and its interval."""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % limits. `covers` says what varies: "seeds and examples", or "examples" for one row."""

    mean: float
    low: float
    high: float
    covers: str


def crossed_mean(scores: np.ndarray, level: float = 0.95) -> Estimate:
    """The mean of `scores` (n_seeds, n_examples) and its interval, both seeds and examples being samples.

    Variance = MS_seed / (n S) + max(0, MS_example - MS_interaction) / (n S), the two-way random model of the crossed
    table (Satterthwaite's degrees of freedom). With one seed only the examples' part is known: variance / n.
    """
    seeds, n = scores.shape
    mean = float(scores.mean())
    if seeds == 1:
        variance, freedom, covers = scores.var(ddof=1) / n, n - 1, "examples"
    else:
        ms_seed, ms_example, ms_rest = mean_squares(scores)
        parts = np.array([ms_seed, max(0.0, ms_example - ms_rest)]) / (n * seeds)
        variance, covers = parts.sum(), "seeds and examples"
        spread = (parts**2 / np.array([seeds - 1, n - 1])).sum()
        freedom = variance**2 / spread if spread > 0 else n - 1
    half = float(stats.t.ppf(0.5 + level / 2, freedom) * np.sqrt(variance)) if variance > 0 else 0.0
    return Estimate(mean, mean - half, mean + half, covers)


def mean_squares(scores: np.ndarray) -> tuple[float, float, float]:
    """(MS_seed, MS_example, MS_interaction) of crossed `scores` (n_seeds, n_examples), two or more of each."""
    seeds, n = scores.shape
    of_seeds, of_examples = scores.mean(axis=1), scores.mean(axis=0)
    rest = scores - of_seeds[:, None] - of_examples[None, :] + scores.mean()
    interaction = (rest**2).sum() / ((seeds - 1) * (n - 1))
    return n * of_seeds.var(ddof=1), seeds * of_examples.var(ddof=1), interaction

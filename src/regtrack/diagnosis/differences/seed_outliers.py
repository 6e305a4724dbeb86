"""Seeds that fall out of line with their variant's others: a failed or stuck training, shown by name, never dropped."""

from collections.abc import Sequence

import numpy as np

FAR = 10.0
"""Robust standard deviations above the median. The spread of 3 seeds is mostly too small, so that 6 would name three
normal networks in a thousand; a stuck training lies far beyond either."""
FEWEST_SEEDS = 3
TO_STANDARD_DEVIATION = 1.4826
"""Of the median absolute deviation, of a normal law."""


def outlying_seeds(rates: Sequence[np.ndarray], variance_of_examples: np.ndarray) -> list[np.ndarray]:
    """For each variant (n_seeds,) bool: whose error rate lies FAR above the median of its variant's seeds.

    The spread is the variant's own median absolute deviation, but never below the median one of the sweep's variants
    (of three seeds two are close by chance) nor below what its own examples add to a network's rate.

    Args:
        rates: for each variant (n_seeds,) error rates.
        variance_of_examples: (V,) of a network's rate, from its examples alone.
    """
    known = [len(of_variant) >= FEWEST_SEEDS for of_variant in rates]
    own = np.array([np.median(np.abs(r - np.median(r))) if k else np.nan for r, k in zip(rates, known, strict=True)])
    usual = np.nanmedian(own) if any(known) else np.nan
    spread = TO_STANDARD_DEVIATION * np.fmax(own, usual)
    spread = np.fmax(spread, np.sqrt(variance_of_examples))
    return [
        (of_variant - np.median(of_variant) > FAR * scale) if k else np.zeros(len(of_variant), bool)
        for of_variant, scale, k in zip(rates, spread, known, strict=True)
    ]


def interquartile_mean(rates: np.ndarray) -> float:
    """Mean without a quarter of the seeds at either end, rounded down: one stuck seed of four or more does not move it."""
    low, n = len(rates) // 4, len(rates)
    # What `stats.trim_mean` does, at a hundredth of its time: a sweep has thousands of variants.
    return float(np.partition(rates, (low, n - low - 1))[low : n - low].mean())

"""Probability of improvement: how often does a network of one variant do better than one of another?"""

from collections.abc import Sequence

import numpy as np


def improvement_of_pairs(rates: Sequence[np.ndarray], a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(n_pairs,) share of the pairs of a network of variant a and one of variant b in which a's is the better, [0, 1]; ties count
    half, so that a variant against itself has 0.5.

    Of the seeds that were trained, on the same examples: it says how large a difference is beside the seeds' scatter, and no
    verdict (Bouthillier et al. 2021, arXiv 2103.03098).

    Args:
        rates: for each variant (n_seeds,) of what is compared, lower being better.
        a, b: (n_pairs,) numbers of variants.
    """
    padded = np.full((len(rates), max(map(len, rates))), np.nan)
    for row, own in zip(padded, rates, strict=True):
        row[: len(own)] = own
    ours, theirs = padded[a][:, :, None], padded[b][:, None, :]
    better = (ours < theirs).sum(axis=(1, 2)) + 0.5 * (ours == theirs).sum(axis=(1, 2))
    seeds = np.array([len(own) for own in rates])
    return better / (seeds[a] * seeds[b])

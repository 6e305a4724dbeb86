"""The best of k tries: how likely each setting of a grid is the one that validation chooses, when k of them are tried."""

from collections.abc import Sequence

import numpy as np

from regtrack.diagnosis.choosing import DECIMALS


def chances_of_best(losses: Sequence[float]) -> np.ndarray:
    """(K, K): row k - 1 holds each setting's chance to have the lowest loss of k drawn at random, each at most once.

    The r-th best is chosen when it is drawn and the r - 1 better ones are not: C(K - r, k - 1) / C(K, k). Without
    replacement, as a grid holds each setting once and all of it is known: then this is exact, and the same as the unbiased
    estimator of Tang et al. (2020, ACL) where the settings are a sample. Dodge et al. (2019, EMNLP) draw with replacement, which
    is the expectation over an endless space that the settings were a sample of, and too pessimistic near k = K.

    Args:
        losses: (K,) of each setting on validation, lower is better; of equals the first is chosen, as `choosing` has it.
    """
    order = np.argsort(np.round(losses, DECIMALS), kind="stable")
    settings = len(order)
    tries, worse = np.arange(1, settings + 1), settings - np.arange(1, settings)
    # One rank worse is (K - r - k + 1) / (K - r) as likely: binomials themselves overflow from a thousand settings on.
    ratios = np.maximum(0, worse - tries[:, None] + 1) / worse
    chances = np.empty((settings, settings))
    chances[:, order] = np.cumprod(np.column_stack([tries / settings, ratios]), axis=1)
    return chances

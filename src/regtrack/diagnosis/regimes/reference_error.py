"""Reference error: what is known to be reachable, cross-fitted over a sweep's variants."""

from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.differences.crossed import CrossedErrors

REPEATS = 10
"""Halvings of the validation examples that are averaged: one alone would depend on how it fell."""


@dataclass(frozen=True, eq=False)
class ReferenceError:
    """The error and who reaches it: `weights` (V,) of the variants in it, `share_wrong` (n,) of their errors."""

    mean: float
    weights: np.ndarray
    share_wrong: np.ndarray


def cross_fitted_error(errors: CrossedErrors) -> ReferenceError:
    """The best variant is chosen on one half of the examples and its error read on the other, both ways.

    The plain minimum of 12 equal variants is too low, by luck, and would call a third of them underfit.
    """
    order, n = np.random.default_rng(0), errors.n
    weights = np.zeros((len(errors.rates), n))
    for _ in range(REPEATS):
        first = np.zeros(n, bool)
        first[order.permutation(n)[: n // 2]] = True
        for choose, read in ((first, ~first), (~first, first)):
            best = int(np.argmin(errors.share_wrong @ choose))
            weights[best, read] += 1 / REPEATS
    share_wrong = (weights * errors.share_wrong).sum(axis=0)
    return ReferenceError(float(share_wrong.mean()), weights.mean(axis=1), share_wrong)

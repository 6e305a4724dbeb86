"""Reference error: what is known to be reachable, cross-fitted over a sweep's variants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.differences.strata import Strata

REPEATS = 10
"""Halvings of seeds and validation examples that are averaged: one alone would depend on how it fell."""


@dataclass(frozen=True, eq=False)
class ReferenceError:
    """The error and who reaches it: `weights` (V,) of the variants in it, `share_wrong` (n,) of their errors."""

    mean: float
    weights: np.ndarray
    share_wrong: np.ndarray


def cross_fitted_error(wrong: Sequence[np.ndarray], strata: Strata | None = None) -> ReferenceError:
    """The best variant is chosen on half of the seeds and examples; its error is read on the other seeds and examples.

    The plain minimum of 12 equal variants is too low, by luck, and would call a third of them underfit; chosen and read
    on the same seeds it still has their luck (2.65 points too low where seeds scatter by five). A variant of one seed
    is chosen and read on it, and only the examples are crossed; of two seeds one chooses and the other is read.

    Args:
        wrong: for each variant (S_v, n) bool.
        strata: classes that count alike, each of which is halved; all examples in one unless given.
    """
    order, n = np.random.default_rng(0), wrong[0].shape[1]
    strata = strata or Strata.of(None, n)
    places, counts = [np.arange(n)[group] for group in strata.places], strata.share_of_example
    weights = np.zeros((len(wrong), n))
    share_wrong = np.zeros(n)
    # Of 5 seeds the two that are read count as two and the three as three: every seed as much as any other.
    second = float(np.mean([(len(w) - len(w) // 2) / len(w) if len(w) > 1 else 0.5 for w in wrong]))
    shares = (1 - second, second)
    numbers = [w.astype(np.float64) for w in wrong]  # as numbers once: each halving is then a product
    for _ in range(REPEATS):
        first_half = np.zeros(n)
        for group in places:
            first_half[group[order.permutation(len(group))[: len(group) // 2]]] = 1.0
        second_half = 1.0 - first_half
        halves = [_halves_of_seeds(w, order) for w in numbers]
        for chosen_on, read_on in ((0, 1), (1, 0)):
            rates = np.stack([half[chosen_on] for half in halves])
            for choose, read in ((first_half, second_half), (second_half, first_half)):
                best = int(np.argmin(rates @ (choose * counts)))
                weights[best] += shares[read_on] / REPEATS * read
                share_wrong += shares[read_on] * halves[best][read_on] / REPEATS * read
    return ReferenceError(float(strata.mean(share_wrong)), strata.mean(weights), share_wrong)


def _halves_of_seeds(wrong: np.ndarray, order: np.random.Generator) -> np.ndarray:
    """(2, n): of `wrong` (S, n), 0 or 1, the share wrong of one half of the seeds and of the other; of one seed twice the same."""
    seeds = order.permutation(len(wrong))
    middle = len(seeds) // 2
    halves = np.zeros((2, len(seeds)))
    halves[0, seeds[:middle] if middle else seeds] = 1.0
    halves[1, seeds[middle:]] = 1.0
    return halves @ wrong / halves.sum(axis=1, keepdims=True)

"""Strata: groups of examples that count alike whatever their size: all in one for a mean, classes for a balanced one."""

from dataclasses import dataclass

import numpy as np

FEWEST_OF_A_CLASS = 5
"""Examples of each class, where classes count alike: what was measured, see docs/measure-rates.md."""
TOO_FEW_OF_A_CLASS = f"fewer than {FEWEST_OF_A_CLASS} examples of a class"
"""Reason for no verdict."""


@dataclass(frozen=True, eq=False)
class Strata:
    """The groups' places among n examples. A mean over strata is the mean of the groups' means: each example has the
    weight 1 / (C n_c), C groups of n_c examples. What varies with the examples varies within the groups alone, since
    how many are of each is given."""

    n: int
    places: tuple[np.ndarray | slice, ...]
    sizes: np.ndarray

    @classmethod
    def of(cls, classes: np.ndarray | None, n: int) -> "Strata":
        """One group, or one a class that has examples; `classes` (n,) are their numbers."""
        if classes is None:
            return cls(n, (slice(None),), np.array([n]))  # a view of everything: nothing is copied
        places = tuple(np.flatnonzero(classes == one) for one in np.unique(classes))
        return cls(n, places, np.array([len(group) for group in places]))

    @property
    def shares(self) -> np.ndarray:
        """(C,): a group's mean square times this, over n, is its part of the variance of the mean over strata."""
        return self.n / (len(self.sizes) ** 2 * self.sizes)

    @property
    def share_of_example(self) -> np.ndarray:
        """(n,): the share of each example's group, to which its weight in a mean over strata is proportional."""
        found = np.empty(self.n)
        for group, share in zip(self.places, self.shares, strict=True):
            found[group] = share
        return found

    @property
    def smallest(self) -> int:
        return int(self.sizes.min())

    @property
    def refused(self) -> str:
        """Why nothing can be told by these groups, where one of several is too small; else empty."""
        return TOO_FEW_OF_A_CLASS if len(self.sizes) > 1 and self.smallest < FEWEST_OF_A_CLASS else ""

    @property
    def bounding_examples(self) -> int:
        """What `bound_without_spread` rests on: a change is the dearest in the smallest group."""
        return len(self.sizes) * self.smallest

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Over the last axis, (..., n)."""
        return np.mean([values[..., group].mean(axis=-1) for group in self.places], axis=0)

    def freedom(self, variances: np.ndarray) -> np.ndarray:
        """Satterthwaite's, of the sum of (C, ...) variances of the groups' means, each of n_c - 1 degrees."""
        degrees = np.maximum(self.sizes - 1, 1).reshape(-1, *(1,) * (np.ndim(variances) - 1))
        variances = np.maximum(variances, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = variances.sum(axis=0) ** 2 / (variances**2 / degrees).sum(axis=0)
        return np.where(np.isfinite(found), found, max(self.n - 1, 1))[()]

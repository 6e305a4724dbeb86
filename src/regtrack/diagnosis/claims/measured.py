"""Measured: a mean over seeds with its 95 % limits, and how it is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.differences.crossed import Contrast, contrast_of
from regtrack.diagnosis.differences.dunnett import two_sided_quantile
from regtrack.diagnosis.differences.families import SHARE_OF_WIDER_ALONE
from regtrack.words.intervals import limits
from regtrack.words.numbers import fixed

LEVEL = 0.95


@dataclass(frozen=True)
class Measured:
    """An effect with its 95 % limits, over `seeds` seeds. Limits are NaN where one seed leaves them unknown.

    `example_share` is the examples' share of the variance, [0, 1]; NaN where it is not known apart.
    """

    effect: float
    low: float
    high: float
    seeds: int
    example_share: float = np.nan

    def mapped(self, function: Callable[[float], float]) -> "Measured":
        """On another scale: `function` is increasing."""
        return replace(self, effect=function(self.effect), low=function(self.low), high=function(self.high))

    def told(self, unit: str) -> str:
        """`+1.7 points (+1.2 to +2.2)`, rounded to what the interval supports; a ratio (unit x) goes without sign."""
        half = (self.high - self.low) / 2
        digits = int(np.clip(1 - np.floor(np.log10(half)), 0, 4)) if half > 0 else 3
        sign, unit = (False, "×") if unit == "x" else (True, f" {unit}".rstrip())
        known = f" ({limits(self.low, self.high, digits, sign=sign)})" if half >= 0 else ""
        return f"{fixed(self.effect, digits, sign=sign)}{unit}{known}"


def over_seeds(values, *, example_variance: float = 0.0, n: int = 2) -> Measured:
    """Mean of `values` (n_seeds,), one a seed, with Student's t limits.

    Paired differences by seed, so it does not matter whether seeds that two variants share are alike. The examples'
    part of the variance, over n examples, is added where it is known.
    """
    values = np.asarray(values, float)
    if len(values) < 2:
        return Measured(float(values.mean()), np.nan, np.nan, len(values))
    of_seeds = (values.var(ddof=1) / len(values), len(values) - 1)
    return of_contrast(contrast_of(float(values.mean()), [of_seeds], example_variance, n), len(values))


def paired(a: pd.Series, b: pd.Series) -> pd.Series:
    """(n_seeds,) a minus b for every seed that both have. Raises NoEvidence without a common seed."""
    differences = (a - b).dropna()
    if differences.empty:
        raise NoEvidence(
            "The variants to compare have no seed in common", remedy="the same `seeds` for both would tell"
        )
    return differences


def of_contrast(contrast: Contrast, seeds: int, *, chosen_of: int = 1, wider: bool = False) -> Measured:
    """A contrast of errors over seeds and examples, as it is; or, where one of several was chosen that were all set against
    the same, with the limits that hold for all of them at once (Dunnett's): the luck it was chosen by is in what is read.
    Where its seeds scatter the `wider`, limits are of a fifth of the error, as for fresh seeds (families.SHARE_OF_WIDER_ALONE)."""
    alpha = (1 - LEVEL) * (SHARE_OF_WIDER_ALONE if wider else 1)
    low, high = (float(limit) for limit in contrast.limits(1 - alpha))
    if chosen_of > 1:
        half = two_sided_quantile(contrast.freedom, chosen_of, 1 - alpha) * contrast.standard_error
        half = float(contrast.or_bound(half, alpha / chosen_of))
        low, high = float(contrast.mean) - half, float(contrast.mean) + half
    total = contrast.seed_variance + contrast.example_variance
    return Measured(
        float(contrast.mean), low, high, seeds, float(contrast.example_variance / total) if total > 0 else 0.0
    )

"""Trends: the slope of a measure over a technique's strength, one slope a seed."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.selection import VariantTrials

MARGIN = 0.2
"""Points a step of strength: what counts as no trend."""


def slopes_over_strength(
    technique: str, variants: Sequence[VariantTrials], measure: Callable[[VariantTrials], pd.Series], *, base: float
) -> pd.Series:
    """(n_seeds,) least-squares slope of the measure for a `base`-fold strength, for every seed that all strengths have.

    Raises NoEvidence with fewer than two strengths or without a common seed.
    """
    if len({v.strength(technique) for v in variants}) < 2:
        raise NoEvidence(f"The sweep has fewer than two strengths of {technique} alone", variants=variants)
    table = pd.DataFrame({v.variant: measure(v) for v in variants}).dropna()  # (n_seeds, n_strengths)
    if table.empty:
        raise NoEvidence(f"No seed has finished at every strength of {technique}", variants=variants)
    steps = np.log([v.strength(technique) for v in variants]) / np.log(base)
    steps = steps - steps.mean()
    return table @ pd.Series(steps / (steps @ steps), index=table.columns)

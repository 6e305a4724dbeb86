"""Holm's step-down adjustment of p-values (Holm 1979): the family-wise error rate holds whatever their dependence."""

import numpy as np


def holm(p_values: np.ndarray) -> np.ndarray:
    """Adjusted p-values in the order given, in [0, 1]; unknown (NaN) ones stay unknown and count in the family."""
    p_values = np.asarray(p_values, float)
    order, m = np.argsort(p_values), len(p_values)  # NaN last
    steps = p_values[order] * (m - np.arange(m))
    adjusted = np.empty(m)
    adjusted[order] = np.where(np.isnan(steps), np.nan, np.minimum(np.maximum.accumulate(np.nan_to_num(steps)), 1.0))
    return adjusted

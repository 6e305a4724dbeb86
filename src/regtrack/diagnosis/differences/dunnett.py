"""The one-sided Dunnett quantile: how far the largest of k comparisons with one variant strays by chance."""

from functools import lru_cache

import numpy as np
from scipy import optimize, stats

NODES = 64
CORRELATION = 0.5
"""Of two differences from one variant where all means are equally precise."""


@lru_cache(maxsize=4096)
def dunnett_quantile(comparisons: int, freedom: float, level: float = 0.95) -> float:
    """d with P(max of k equicorrelated t variables <= d) = level (Dunnett 1955), by Gauss quadrature.

    Args:
        comparisons: k >= 1.
        freedom: degrees of freedom of the common standard error, >= 1.
    """
    z, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = weight / np.sqrt(2 * np.pi)
    scale = np.sqrt(stats.chi2.ppf((np.arange(400) + 0.5) / 400, freedom) / freedom)

    def excess(d: float) -> float:
        at = (d * scale[:, None] + np.sqrt(CORRELATION) * z) / np.sqrt(1 - CORRELATION)
        return float((stats.norm.cdf(at) ** comparisons @ weight).mean()) - level

    return float(optimize.brentq(excess, -10.0, 200.0))

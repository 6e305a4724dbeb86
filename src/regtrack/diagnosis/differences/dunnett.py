"""Dunnett's quantiles: how far the largest of k comparisons with one variant strays by chance, to one side or to both."""

from functools import lru_cache

import numpy as np
from scipy import optimize, special, stats

NODES = 64
CORRELATION = 0.5
"""Of two differences from one variant where all means are equally precise."""
FREEDOM_STEP = 1.05
"""Degrees of freedom are rounded down to its powers: cautious, and few quantiles to compute."""


@lru_cache(maxsize=4096)
def dunnett_quantile(comparisons: int, freedom: float, level: float = 0.95) -> float:
    """d with P(max of k equicorrelated t variables <= d) = level (Dunnett 1955), by Gauss quadrature.

    Args:
        comparisons: k >= 1.
        freedom: degrees of freedom of the common standard error, >= 1.
    """
    z, weight = _normal_nodes()
    scale = np.sqrt(stats.chi2.ppf((np.arange(400) + 0.5) / 400, freedom) / freedom)

    def excess(d: float) -> float:
        at = (d * scale[:, None] + np.sqrt(CORRELATION) * z) / np.sqrt(1 - CORRELATION)
        return float((special.ndtr(at) ** comparisons @ weight).mean()) - level

    return float(optimize.brentq(excess, *dunnett_limits(comparisons, freedom, level)))


def dunnett_limits(comparisons: int, freedom, level: float = 0.95) -> tuple:
    """Below and above `dunnett_quantile`, at a thousandth of its cost: one comparison's quantile and Bonferroni's, with room for what
    its quadrature misses of few degrees. Arrays of `freedom`'s shape."""
    alone, apart = (special.stdtrit(freedom, one) for one in (level, 1 - (1 - level) / comparisons))
    return alone - 0.2 * np.abs(alone) - 0.1, apart + 0.2 * np.abs(apart) + 0.1


def two_sided_p_value(t, freedom, comparisons: int) -> np.ndarray:
    """P(max of k equicorrelated |t| variables >= |t|): Dunnett's adjusted p-values, single step.

    Args:
        t, freedom: arrays of one shape; NaN stays NaN.
        comparisons: k >= 1.
    """
    t, freedom = np.broadcast_arrays(np.abs(np.asarray(t, float)), rounded_down(freedom))
    alone = 2 * stats.t.sf(t, freedom)
    if comparisons == 1:
        return alone
    # The quadrature is no better than 1e-9, but an adjusted p-value lies between one comparison's and k times that.
    exact = 1 - np.vectorize(_both_sides, otypes=[float])(t, freedom, comparisons)
    return np.clip(exact, alone, np.minimum(comparisons * alone, 1.0))


def two_sided_quantile(freedom, comparisons: int, level: float = 0.95) -> np.ndarray:
    """d with P(max of k equicorrelated |t| variables <= d) = level; an array of `freedom`'s shape."""
    return np.vectorize(lambda f: _two_sided_quantile(float(f), comparisons, level), otypes=[float])(
        rounded_down(freedom)
    )


def rounded_down(freedom) -> np.ndarray:
    """Degrees of freedom >= 1 on a grid of powers; above a thousand as good as the normal, and NaN unknown."""
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = np.floor(np.log(np.clip(freedom, 1.0, 1_000.0)) / np.log(FREEDOM_STEP) + 1e-9)
        return FREEDOM_STEP**steps


@lru_cache(maxsize=65_536)
def _two_sided_quantile(freedom: float, comparisons: int, level: float) -> float:
    if np.isnan(freedom):
        return np.nan
    alone, apart = (float(stats.t.isf((1 - level) / 2 / k, freedom)) for k in (1, comparisons))
    if comparisons == 1:
        return alone
    return float(optimize.brentq(lambda d: _both_sides(d, freedom, comparisons) - level, alone * 0.99, apart * 1.01))


def _both_sides(d: float, freedom: float, comparisons: int) -> float:
    if np.isnan(d) or np.isnan(freedom):
        return np.nan
    z, weight = _normal_nodes()
    scale, mass = _scale_nodes(float(freedom))
    shift, apart = np.sqrt(CORRELATION) * z, np.sqrt(1 - CORRELATION)
    at = d * scale[:, None]
    within = special.ndtr((at + shift) / apart) - special.ndtr((shift - at) / apart)
    return float(mass @ (within**comparisons @ weight))


@lru_cache(maxsize=1)
def _normal_nodes() -> tuple[np.ndarray, np.ndarray]:
    z, weight = np.polynomial.hermite_e.hermegauss(NODES)
    return z, weight / np.sqrt(2 * np.pi)


@lru_cache(maxsize=4096)
def _scale_nodes(freedom: float) -> tuple[np.ndarray, np.ndarray]:
    """Of sqrt(chi² / freedom): Gauss-Legendre in the fourth root of the probability, for small scales make the tail."""
    x, weight = np.polynomial.legendre.leggauss(NODES)
    v = (x + 1) / 2
    return np.sqrt(stats.chi2.ppf(v**4, freedom) / freedom), weight / 2 * 4 * v**3

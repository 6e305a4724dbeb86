"""Variances of few seeds, moderated: each borrows strength from all variants, unless it is plainly the noisier one."""

import numpy as np
from scipy import special, stats

NOISIER = 0.2
"""p-value of the F test against the others' prior below which a variant keeps its own variance. Without this rule one
noisy variant is lent the others' calm and is told apart from equals in 15 % of sweeps of 3 seeds (docs/comparison.md).
"""
NEVER_VARIED = 1e-4
"""Floor of a variance, as a share of the median: seeds that agree to the last example are luck, not proof."""


def moderated_variances(variances: np.ndarray, freedoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Posterior variances (V,) and their degrees of freedom (V,) under a scaled inverse chi-square prior fitted to all.

    s² = (d0 s0² + d s²) / (d0 + d) with d0 + d degrees of freedom (Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3(1)),
    at most as many as there are in all. A variant that is noisier than the prior of the others allows (F test,
    NOISIER) keeps its own.

    Args:
        variances: (V,) sample variances, NaN where unknown (a single seed).
        freedoms: (V,) their degrees of freedom, 0 where unknown.
    Returns:
        NaN and 0 where nothing is known; a variant of one seed gets the prior of the others.
    """
    variances, freedoms = np.asarray(variances, float), np.asarray(freedoms, float)
    known = freedoms > 0
    if known.sum() < 2 or not np.any(variances[known] > 0):
        return np.where(known, variances, np.nan), np.where(known, freedoms, 0.0)
    positive = variances[known & (variances > 0)]
    floored = np.where(known, np.maximum(variances, NEVER_VARIED * np.median(positive)), np.nan)
    scale, strength = _prior(floored[known], freedoms[known])
    total = freedoms[known].sum()
    own = np.where(known, floored, 0.0)
    if np.isinf(strength):
        moderated, freedom = np.full(len(own), scale), np.full(len(own), total)
    else:
        moderated = (strength * scale + freedoms * own) / (strength + freedoms)
        freedom = np.minimum(strength + freedoms, total)
    noisier = known & _noisier(floored, freedoms, known)
    return np.where(noisier, own, moderated), np.where(noisier, freedoms, freedom)


def _noisier(variances: np.ndarray, freedoms: np.ndarray, known: np.ndarray) -> np.ndarray:
    found = np.zeros(len(variances), bool)
    if known.sum() < 3:
        return found
    for v in np.flatnonzero(known):
        others = known.copy()
        others[v] = False
        scale, strength = _prior(variances[others], freedoms[others])
        found[v] = stats.f.sf(variances[v] / scale, freedoms[v], min(strength, freedoms[others].sum())) < NOISIER
    return found


def _prior(variances: np.ndarray, freedoms: np.ndarray) -> tuple[float, float]:
    """(s0², d0) by the moments of log variances; d0 is infinite where they differ no more than chance lets them."""
    half = freedoms / 2
    logs = np.log(variances) - special.digamma(half) + np.log(half)
    spread = (logs.var(ddof=1) if len(logs) > 1 else 0.0) - special.polygamma(1, half).mean()
    if spread <= 0:
        return float(np.average(variances, weights=freedoms)), np.inf
    strength = 2 * _trigamma_inverse(spread)
    return float(np.exp(logs.mean() + special.digamma(strength / 2) - np.log(strength / 2))), strength


def _trigamma_inverse(value: float) -> float:
    """x with trigamma(x) = value > 0, by Newton steps on 1 / trigamma, which is convex (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = special.polygamma(1, x)
        step = trigamma * (1 - trigamma / value) / special.polygamma(2, x)
        x += step
        if -step / x < 1e-10:
            break
    return float(x)

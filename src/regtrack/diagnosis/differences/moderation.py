"""Variances of few seeds, moderated: each borrows strength from all variants, unless it is plainly the noisier one."""

import numpy as np
from scipy import special, stats

FEWEST_VARIANTS = 4
"""Of fewer, a prior fitted to them is mostly each one's own chance fed back: 2 variants of 2 seeds covered 0.91."""
BELIEVED = 0.5
"""Share of the prior's degrees of freedom that is lent: variances are no draw from one law, and half of 12 variants four
times as noisy as the rest were told apart in 11 % of sweeps of 3 seeds at full strength (docs/comparison-rates.md)."""
NOISIER = 0.2
"""p-value of the F test against the others' prior below which a variant keeps its own variance. Without this rule one
noisy variant is lent the others' calm and is told apart from equals in 15 % of sweeps of 3 seeds (docs/comparison-rates.md).
"""
NEVER_VARIED = 1e-4
"""Floor of a variance, as a share of the median: seeds that agree to the last example are luck, not proof."""

UNEQUAL = 0.4
"""p-value of the test that variances differ only by chance, below which degrees of freedom are taken cautiously."""
UNEQUAL_OF_FEW = 0.6
"""The same where some variance has fewer than FEW degrees of freedom, since the test then finds little: at UNEQUAL six variants
of 3 seeds, half of them four times as noisy, were told apart in 0.070 of sweeps, and two in 0.067 (docs/comparison-rates.md)."""
FEW = 4


def moderated_variances(
    variances: np.ndarray, freedoms: np.ndarray, *, believed: float = BELIEVED, fewest: int = FEWEST_VARIANTS
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior variances (V,) and their degrees of freedom (V,) under a scaled inverse chi-square prior fitted to all.

    s² = (d1 s0² + d s²) / (d1 + d) with d1 + d degrees of freedom (Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3(1)),
    where d1 is `believed` times the prior's d0, at most as many as there are in all. A variant that is noisier than the
    prior of the others allows (F test, NOISIER) keeps its own; of fewer variants than `fewest` each does.

    Args:
        variances: (V,) sample variances, NaN where unknown (a single seed).
        freedoms: (V,) their degrees of freedom, 0 where unknown.
    Returns:
        NaN and 0 where nothing is known; a variant of one seed gets the prior of the others, if there are enough.
    """
    variances, freedoms = np.asarray(variances, float), np.asarray(freedoms, float)
    known = freedoms > 0
    if known.sum() < fewest or not np.any(variances[known] > 0):
        return np.where(known, variances, np.nan), np.where(known, freedoms, 0.0)
    positive = variances[known & (variances > 0)]
    floored = np.where(known, np.maximum(variances, NEVER_VARIED * np.median(positive)), np.nan)
    scale, strength = (
        float(found[0]) for found in _priors(floored[known], freedoms[known], np.arange(known.sum())[None])
    )
    total = freedoms[known].sum()
    lent = believed * min(strength, total)
    moderated = (lent * scale + freedoms * np.where(known, floored, 0.0)) / (lent + freedoms)
    noisier = _noisier(floored, freedoms, known)
    return np.where(noisier, floored, moderated), np.where(noisier, freedoms, np.minimum(lent + freedoms, total))


def are_unequal(variances: np.ndarray, freedoms: np.ndarray) -> bool:
    """Whether two variances or more, all above 0, differ by more than chance: at UNEQUAL, of few degrees of freedom at
    UNEQUAL_OF_FEW."""
    degrees = freedoms[(freedoms > 0) & (variances > 0)]
    level = UNEQUAL if degrees.size and degrees.min() >= FEW else UNEQUAL_OF_FEW
    return p_of_equal_variances(variances, freedoms) < level


def p_of_equal_variances(variances: np.ndarray, freedoms: np.ndarray) -> float:
    """p-value of Bartlett's test (1937) that two variances or more, all above 0, differ by chance alone; 1 of fewer."""
    known = (freedoms > 0) & (variances > 0)
    own, degrees, total, others = variances[known], freedoms[known], freedoms[known].sum(), known.sum() - 1
    if others < 1:
        return 1.0
    statistic = total * np.log(np.average(own, weights=degrees)) - degrees @ np.log(own)
    correction = 1 + ((1 / degrees).sum() - 1 / total) / (3 * others)
    return float(stats.chi2.sf(statistic / correction, others))


def _noisier(variances: np.ndarray, freedoms: np.ndarray, known: np.ndarray) -> np.ndarray:
    found, own, degrees = np.zeros(len(variances), bool), variances[known], freedoms[known]
    n = len(own)
    if n < 3:  # one other is no prior
        return found
    # (n, n - 1): each without itself
    others = np.arange(n - 1) + (np.arange(n - 1) >= np.arange(n)[:, None])
    scales, strengths = _priors(own, degrees, others)
    strengths = np.minimum(strengths, degrees[others].sum(axis=1))
    found[known] = stats.f.sf(own / scales, degrees, strengths) < NOISIER
    return found


def _priors(variances: np.ndarray, freedoms: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(s0², d0) of the variances in each of the rows, which holds their places, by the moments of log variances; d0 is infinite where
    they differ no more than by chance."""
    logs, by_chance = (of_each[rows] for of_each in _logs(variances, freedoms))
    spread = logs.var(axis=1, ddof=1) - by_chance.mean(axis=1)
    alike = spread <= 0
    strength = 2 * _trigamma_inverse(np.where(alike, 1.0, spread))
    apart = np.exp(logs.mean(axis=1) + special.digamma(strength / 2) - np.log(strength / 2))
    pooled = np.average(variances[rows], weights=freedoms[rows], axis=1)
    return np.where(alike, pooled, apart), np.where(alike, np.inf, strength)


def _logs(variances: np.ndarray, freedoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms without the bias of their few degrees of freedom, and their variances by chance."""
    half = freedoms / 2
    return np.log(variances) - special.digamma(half) + np.log(half), special.polygamma(1, half)


def _trigamma_inverse(values: np.ndarray) -> np.ndarray:
    """x with trigamma(x) = value > 0, by Newton steps on 1 / trigamma, which is convex (Smyth 2004, appendix)."""
    x = 0.5 + 1 / values
    for _ in range(50):
        trigamma = special.polygamma(1, x)
        step = trigamma * (1 - trigamma / values) / special.polygamma(2, x)
        x = x + step
        if np.all(-step / x < 1e-10):
            break
    return x

"""Power of a comparison, and the seeds it needs."""

import numpy as np
from scipy import stats

from regtrack.diagnosis.differences.crossed import Contrast

POWER = 0.8
MOST_SEEDS = 200


def power_of(contrast: Contrast, effect: float, *, alpha: float):
    """Probability that a true difference of `effect` is shown by this contrast's standard error, two-sided at `alpha`
    (non-central t); NaN where the standard error is unknown or 0."""
    return _power(effect, contrast.standard_error, contrast.freedom, alpha)


def _power(effect: float, se, freedom, alpha: float):
    # The far tail is left out: it is below 1e-6 wherever the power is worth reading. nct overflows at 1, and at most
    # a thousand degrees are as good as the normal.
    freedom = np.minimum(freedom, 1_000.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        power = stats.nct.sf(stats.t.isf(alpha / 2, freedom), freedom, effect / se)
    return np.where(se > 0, np.nan_to_num(power, nan=1.0), np.nan)[()]


def seeds_for_power(
    contrast: Contrast, effect: float, *, of_one_seed, seeds, alpha: float, level: float = 0.95, power: float = POWER
):
    """(fewest, most) seeds of each variant for `power`, at the limits of the seeds' variance (chi-square).

    Args:
        of_one_seed: variance of the difference of one seed of each, the sum of theirs.
        seeds: those there are, the fewer of the two.

    Arrays with NaN, or None for one contrast, where no number up to 200 does: then the examples' part alone is too
    large, and only more examples help.
    """
    freedom = np.maximum(contrast.seed_freedom, 1.0)
    limits = (of_one_seed * freedom / stats.chi2.ppf(p, freedom) for p in (0.5 + level / 2, 0.5 - level / 2))
    per_seed = np.maximum(contrast.freedom, 1.0) / seeds  # degrees of freedom grow with the seeds, borrowed ones too
    return tuple(_fewest(effect, of_one, contrast.example_variance, per_seed, alpha, power) for of_one in limits)


def seeds_for_seen(contrast: Contrast, *, of_one_seed, seeds, alpha: float, power: float = POWER):
    """Seeds of each variant that would show a true difference as large as the one that was seen, at the variance that
    was; missing as in `seeds_for_power`. The difference is itself an estimate: where it is not shown, it is likely to
    be too large, and the number too small."""
    per_seed = np.maximum(contrast.freedom, 1.0) / seeds
    return _fewest(np.abs(contrast.mean), of_one_seed, contrast.example_variance, per_seed, alpha, power)


def _fewest(effect: float, of_one_seed, example_variance, per_seed, alpha: float, power: float):
    def enough(seeds):
        se = np.sqrt(of_one_seed / seeds + example_variance)
        return np.nan_to_num(_power(effect, se, np.maximum(per_seed * seeds, 1.0), alpha)) >= power

    low, high = np.full(np.shape(of_one_seed), 2), np.full(np.shape(of_one_seed), MOST_SEEDS)
    while np.any(low < high):  # power grows with seeds: halve
        middle = (low + high) // 2
        sufficient = enough(middle)
        low, high = np.where(sufficient, low, np.minimum(middle + 1, high)), np.where(sufficient, middle, high)
    found = np.where(enough(high), high, np.nan)
    return found if found.ndim else (None if np.isnan(found) else int(found))

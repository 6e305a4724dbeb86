"""compare_variants: is one variant better than another, over seeds and examples, all comparisons taken together?"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.agreement import fixed_and_broken
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.dunnett import dunnett_quantile
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.diagnosis.differences.power import power_of, seeds_for_power
from regtrack.errors import DataError
from regtrack.names import BETTER, COMPARISON_COLUMNS, EQUAL, NOT_SHOWN, WORSE

BASELINE = "baseline"
MARGIN = 0.01
"""Half the width of what counts as practically equal, a share: one point of accuracy."""
FEWEST_SEEDS_TO_WIN = 5
FEWEST_SEEDS_TO_BE_EQUAL = 3
TO_BASELINE, AMONG_ALL = "baseline", "all"
"""The two families over which Holm's adjustment runs."""


@dataclass(frozen=True, eq=False)
class VariantErrors:
    """Which examples each of a variant's networks gets wrong: `wrong` (n_seeds, n_examples) bool."""

    variant: str
    wrong: np.ndarray


def errors_of(table: pd.DataFrame) -> list[VariantErrors]:
    """From a row a (variant, seed) with `wrong`, an (n_examples,) bool array, the same examples for all.

    Raises DataError for a table that is not so.
    """
    missing = [column for column in ("variant", "seed", "wrong") if column not in table]
    if missing:
        raise DataError(
            f"Expected a table with the columns variant, seed and wrong, received one without {', '.join(missing)}."
        )
    sizes = sorted({len(wrong) for wrong in table["wrong"]})
    if len(sizes) > 1:
        raise DataError(f"Expected wrong of the same examples for all, received {sizes} examples; compare one split.")
    return [
        VariantErrors(str(variant), np.stack([np.asarray(wrong, bool) for wrong in group.sort_values("seed")["wrong"]]))
        for variant, group in table.groupby("variant", sort=False)
    ]


def compare_variants(
    table: pd.DataFrame | Sequence[VariantErrors],
    *,
    split: str,
    baseline: str = BASELINE,
    margin: float = MARGIN,
    level: float = 0.95,
) -> pd.DataFrame:
    """Every variant against the baseline, and every pair: names.COMPARISON_COLUMNS.

    `difference` is accuracy of `variant` minus that of `other`, a share: above 0 `variant` is better. Its variance is
    over crossed seeds and examples (see CrossedErrors), its limits are those of this one comparison; `p_holm` is
    adjusted over the family, "baseline" or "all". `verdict`: better or worse where p_holm < 1 - level; practically
    equal where the interval lies within the margin; else not shown to differ. `fixed` and `broken` are examples a
    network: wrong in `other` and right in `variant`, and the reverse. `power` is that of showing a difference of
    `margin` at the family's strictest level, `seeds_needed_low` and `_high` the seeds (of each variant) for a power of
    0.8 at the limits of the seeds' variance; missing where no number of seeds would do: more examples would.

    Args:
        table: a row a (variant, seed) with `wrong` (n_examples,) bool, or the same as arrays.
        split: val to choose, test to read.
    Raises:
        DataError: fewer than two variants, or not the same examples.
    """
    variants = errors_of(table) if isinstance(table, pd.DataFrame) else list(table)
    if len(variants) < 2 or len({v.wrong.shape[1] for v in variants}) > 1:
        sizes = sorted({v.wrong.shape[1] for v in variants})
        raise DataError(
            f"Expected two variants or more on the same examples, received {len(variants)} on {sizes} examples."
        )
    errors, names = CrossedErrors([v.wrong for v in variants]), [v.variant for v in variants]
    fixed, (one_seed, _) = fixed_and_broken(errors.share_wrong), errors.seed_variances
    found = []
    pairs = list(itertools.combinations(range(len(names)), 2))
    families = {AMONG_ALL: pairs}
    if baseline in names:
        base = names.index(baseline)
        families = {TO_BASELINE: [(v, base) for v in range(len(names)) if v != base]} | families
    for family, members in families.items():
        a, b = (np.array(column) for column in zip(*members, strict=True))
        contrast = errors.difference(b, a)  # error of other - error of variant: the difference of their accuracies
        low, high = contrast.limits(level)
        adjusted, strictest = holm(contrast.p_value), (1 - level) / len(members)
        fewest, most = seeds_for_power(
            contrast,
            margin,
            of_one_seed=one_seed[a] + one_seed[b],
            seeds=np.minimum(errors.seeds[a], errors.seeds[b]),
            alpha=strictest,
            level=level,
        )
        # A few seeds, or examples of which three are more than the margin, agree by chance: their spread is no evidence.
        can_tell = (np.minimum(errors.seeds[a], errors.seeds[b]) >= FEWEST_SEEDS_TO_BE_EQUAL) & (3 / errors.n <= margin)
        columns = (
            family, split, [names[v] for v in a], [names[v] for v in b], errors.seeds[a], errors.seeds[b], errors.n,
            contrast.mean, low, high, contrast.standard_error, contrast.freedom, contrast.p_value, adjusted,
            _verdicts(contrast.mean, low, high, adjusted, margin, 1 - level, can_tell), fixed[a, b], fixed[b, a],
            power_of(contrast, margin, alpha=strictest), pd.array(fewest, "Int64"), pd.array(most, "Int64"),
        )  # fmt: skip
        found.append(pd.DataFrame(dict(zip(COMPARISON_COLUMNS, columns, strict=True))))
    return pd.concat(found, ignore_index=True)


def _verdicts(difference, low, high, p_holm, margin: float, alpha: float, can_tell) -> np.ndarray:
    sign = np.where(difference > 0, BETTER, WORSE)
    equal = (-margin < low) & (high < margin) & can_tell
    return np.where(p_holm < alpha, sign, np.where(equal, EQUAL, NOT_SHOWN))


def not_shown_worse_than_best(variants: Sequence[VariantErrors], *, level: float = 0.95) -> list[str]:
    """The variants that may be the best: Hsu's multiple comparisons with the best (1984, Ann. Stat. 12, 1136).

    The set holds the truly best variant with probability `level`. One-sided Dunnett quantile, each comparison with its
    own standard error and degrees of freedom. By ascending error.
    """
    if len(variants) == 1:
        return [variants[0].variant]
    errors = CrossedErrors([v.wrong for v in variants])
    a, b = np.indices((len(variants), len(variants)))
    difference = errors.difference(a, b)
    freedom = np.nan_to_num(np.maximum(difference.freedom, 1.0), nan=1.0)  # unknown: then nothing is shown worse
    freedom = np.where(freedom < 30, np.floor(freedom), np.floor(freedom / 10) * 10)  # down is cautious; few to compute
    quantile = np.vectorize(lambda f: dunnett_quantile(len(variants) - 1, f, level))(freedom)
    worse = (difference.mean - quantile * difference.standard_error > 0) & (a != b)
    return [variants[v].variant for v in np.argsort(errors.rates, kind="stable") if not worse[v].any()]

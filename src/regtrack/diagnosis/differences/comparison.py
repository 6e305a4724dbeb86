"""compare_variants: is one variant better than another, over seeds and examples, all comparisons taken together?"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from regtrack.diagnosis.differences.agreement import fixed_and_broken
from regtrack.diagnosis.differences.crossed import Contrast, CrossedErrors
from regtrack.diagnosis.differences.dunnett import dunnett_limits, dunnett_quantile, rounded_down, two_sided_quantile
from regtrack.diagnosis.differences.families import (
    AMONG_ALL,
    MOST_IN_PAIRS,
    TO_BASELINE,
    TOO_FEW_SEEDS,
    judge_family,
)
from regtrack.diagnosis.differences.improvement import improvement_of_pairs
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.differences.power import power_of, seeds_for_power, seeds_for_seen
from regtrack.diagnosis.differences.seed_outliers import interquartile_mean, outlying_seeds
from regtrack.diagnosis.differences.strata import TOO_FEW_OF_A_CLASS
from regtrack.errors import DataError
from regtrack.measures.primaries import COMPARED
from regtrack.names import ACCURACY, BASELINE, BETTER, COMPARISON_COLUMNS, NO_VERDICT, WORSE

MARGIN = COMPARED[ACCURACY].equal_margin
"""Half the width of what counts as practically equal, a share: one point of accuracy."""
FEWEST_SEEDS_TO_WIN = 5
PAIRS_AT_A_TIME = 200_000
"""Of variants that are set against each other in one table: of 2,000 all would take gigabytes."""


@dataclass(frozen=True, eq=False)
class VariantErrors:
    """Which examples each of a variant's networks gets wrong: `wrong` (n_seeds, n_examples) bool. `seeds` are their
    names, where they are known.

    Compared are error rates; with `classes` (n_examples,) the means of the classes' rates; with `losses` (n_seeds,
    n_examples) the means of these, lower being better, no two of which differ by more than `largest`. `refused`: why no
    comparison with it gets a verdict by these losses, "" where one may.
    """

    variant: str
    wrong: np.ndarray
    seeds: tuple[int, ...] = ()
    classes: np.ndarray | None = None
    losses: np.ndarray | None = None
    largest: float = 1.0
    refused: str = ""

    @property
    def seed_names(self) -> tuple[str, ...]:
        """Counted where they have none."""
        return tuple(map(str, self.seeds)) or tuple(f"no. {i + 1}" for i in range(len(self.wrong)))

    @property
    def compared(self) -> np.ndarray:
        """(n_seeds, n_examples) what is compared of each example: its losses where there are any, else its errors."""
        return self.wrong if self.losses is None else self.losses

    @property
    def rate(self) -> float:
        """What is compared, over all seeds and examples: lower is better."""
        return float(self.compared.mean()) if self.classes is None else float(crossed_errors_of([self]).rates[0])


def crossed_errors_of(variants: Sequence[VariantErrors]) -> CrossedErrors:
    """What is compared of these variants, which are all compared by the same."""
    first = variants[0]
    return CrossedErrors([v.compared for v in variants], classes=first.classes, largest=first.largest)


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
    groups = ((variant, group.sort_values("seed")) for variant, group in table.groupby("variant", sort=False))
    return [
        VariantErrors(
            str(variant), np.stack([np.asarray(wrong, bool) for wrong in group["wrong"]]), tuple(group["seed"])
        )
        for variant, group in groups
    ]


def compare_variants(
    table: pd.DataFrame | Sequence[VariantErrors],
    *,
    split: str,
    baseline: str = BASELINE,
    margin: float | None = None,
    level: float = 0.95,
    looks: int = 1,
    primary: str = ACCURACY,
    share: float = 1.0,
    every_pair: bool = True,
    paired: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Every variant against the baseline, and every pair where asked: names.COMPARISON_COLUMNS.

    `difference` is accuracy of `variant` minus that of `other`, a share, or the same of balanced accuracy; of losses
    that of `other` minus that of `variant`, in their unit. Above 0 `variant` is better. `primary` is which of them;
    `difference_iqm` the same of interquartile means over seeds. Its variance is over crossed seeds and examples (see
    CrossedErrors). `low` and `high` agree with `verdict`: simultaneous over the family, at the level that this look may
    spend (see families, looks); `low_alone` and `high_alone` are those of this one comparison at `level`.
    `p_adjusted` and `p_equal` are adjusted over the family: `verdict` is better or worse by the first; else
    practically equal by the second, of 3 seeds and 3 / margin examples or more; else not shown to differ; and "no
    verdict" with its `reason` where the seeds tell too little for any, a variant is `refused`, or no look is left; `reason` also says why what is
    better than the baseline is no win. `seeds_apart`: better or
    worse where each seed of `variant` is so than each of `other`'s, else missing. `outlying_seeds`: of `variant`, by
    name and comma (see seed_outliers), `other_outlying_seeds` of `other`.
    `probability_of_improvement`: share of the pairs of their networks in which that of `variant` is the better. `fixed` and `broken` are examples a network: wrong in `other` and right in
    `variant`, and the reverse. `power` is that of showing a difference of `margin` in this family, `seeds_needed_low`
    and `_high` the seeds (of each variant) for a power of 0.8 at the limits of the seeds' variance,
    `seeds_needed_seen` for the difference that was seen, at the variance that was; missing where no number of seeds
    would do: more examples would.

    Args:
        table: a row a (variant, seed) with `wrong` (n_examples,) bool, or the same as arrays.
        split: val to choose, test to read.
        looks: how often this split has been judged, this time counted, as seeds were added.
        margin: of practically equal, in the unit of `difference`; default the measure's own (measures.primaries).
        primary: the measure that the rows compare, by its name.
        share: of what this look may spend, where several measures share it.
        paired: the variants that every pair is made of; all unless told (see leaders).
    Raises:
        DataError: fewer than two variants, or not the same examples.
    """
    variants = errors_of(table) if isinstance(table, pd.DataFrame) else list(table)
    margin = COMPARED[primary].equal_margin if margin is None else margin
    if len(variants) < 2 or len({v.wrong.shape[1] for v in variants}) > 1:
        sizes = sorted({v.wrong.shape[1] for v in variants})
        raise DataError(
            f"Expected two variants or more on the same examples, received {len(variants)} on {sizes} examples."
        )
    asked = _Asked(split, primary, margin, level, share * alpha_of_look(looks, 1 - level))
    judged, refused = ([v for v in variants if bool(v.refused) == is_refused] for is_refused in (False, True))
    parts = []
    if len(judged) > 1:
        errors = crossed_errors_of(judged)
        of_variants = _OfVariants(judged, errors)
        families = _families(judged, baseline, every_pair, paired)
        parts = [_table(family, members, errors, of_variants, asked) for family, members in families.items()]
    if refused:
        parts += [
            _refused(family, [variants[i] for i in pair], asked)
            for family, members in _families(variants, baseline, every_pair, paired).items()
            for pair in members
            if any(variants[i].refused for i in pair)
        ]
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values("family", key=lambda of: of == AMONG_ALL, kind="stable", ignore_index=True)


def leaders(validation: Sequence[VariantErrors], baseline: str = BASELINE) -> list[str] | None:
    """The variants that every pair is made of where there are too many for all: those that do best on validation, and the baseline.
    None where there are not."""
    if len(validation) <= MOST_IN_PAIRS:
        return None
    best = [v.variant for v in sorted(validation, key=lambda v: v.rate)[:MOST_IN_PAIRS]]
    return best if baseline in best or all(v.variant != baseline for v in validation) else [*best[:-1], baseline]


def _families(
    variants: Sequence[VariantErrors], baseline: str, every_pair: bool, paired: Sequence[str] | None
) -> dict[str, np.ndarray]:
    """By family the (n, 2) numbers of the variants that it compares."""
    numbers, names = range(len(variants)), [v.variant for v in variants]
    found = {}
    if baseline in names:
        found[TO_BASELINE] = np.array([(v, names.index(baseline)) for v in numbers if names[v] != baseline])
    if every_pair:
        chosen = set(names if paired is None else paired)
        among = [v for v in numbers if names[v] in chosen]
        found[AMONG_ALL] = np.array(list(itertools.combinations(among, 2)), int).reshape(-1, 2)
    return found


@dataclass(frozen=True)
class _Asked:
    """How a split's comparisons are judged; `alpha` is what this look may spend, each of the others as of compare_variants."""

    split: str
    primary: str
    margin: float
    level: float
    alpha: float


class _OfVariants:
    """What is known of each variant alone."""

    def __init__(self, variants: Sequence[VariantErrors], errors: CrossedErrors):
        self.names = np.array([v.variant for v in variants], object)
        self.fixed = fixed_and_broken(np.stack([v.wrong.mean(axis=0) for v in variants]))
        self.trimmed = np.array([interquartile_mean(rates) for rates in errors.seed_rates])
        self.lowest, self.highest = (np.array([f(rates) for rates in errors.seed_rates]) for f in (np.min, np.max))
        outlying = outlying_seeds(errors.seed_rates, errors.variance_of_examples)
        self.outlying = np.array(
            [
                ", ".join(str(v.seed_names[s]) for s in np.flatnonzero(far))
                for v, far in zip(variants, outlying, strict=True)
            ],
            object,
        )


def _refused(family: str, pair: Sequence[VariantErrors], asked: _Asked) -> pd.DataFrame:
    """A row without limits and p-values: what these losses are too few for. They count in no family."""
    a, b = pair
    changed = fixed_and_broken(np.stack([one.wrong.mean(axis=0) for one in pair]))
    known = {
        "family": family, "split": asked.split, "variant": a.variant, "other": b.variant, "seeds": len(a.wrong),
        "other_seeds": len(b.wrong), "examples": a.wrong.shape[1], "difference": b.rate - a.rate, "verdict": NO_VERDICT,
        "fixed": changed[0, 1], "broken": changed[1, 0],
        "reason": a.refused or b.refused, "primary": asked.primary,
    }  # fmt: skip
    return pd.DataFrame([known]).reindex(columns=list(COMPARISON_COLUMNS))


def _table(family: str, members: np.ndarray, errors: CrossedErrors, of: _OfVariants, asked: _Asked) -> pd.DataFrame:
    """A row a pair of `members`, (n, 2) numbers of variants."""
    a, b = members.T
    found = judge_family(family, a, b, errors, margin=asked.margin, alpha=asked.alpha)
    contrast, seeds = found.contrast, np.minimum(errors.seeds[a], errors.seeds[b])
    low_alone, high_alone = (
        np.where(np.isin(found.reason, (TOO_FEW_SEEDS, TOO_FEW_OF_A_CLASS)), np.nan, limit)
        for limit in contrast.limits(asked.level)
    )
    strictest = _alpha_of_one(family, contrast, asked.alpha)
    one_seed = errors.seed_variances[0]
    more = {"of_one_seed": one_seed[a] + one_seed[b], "seeds": seeds, "alpha": strictest}
    fewest, most = seeds_for_power(contrast, asked.margin, **more, level=asked.level)
    seen = seeds_for_seen(contrast, **more)
    better, worse = of.highest[a] < of.lowest[b], of.lowest[a] > of.highest[b]
    columns = (
        family, asked.split, of.names[a], of.names[b], errors.seeds[a], errors.seeds[b], errors.n, contrast.mean, found.low,
        found.high, contrast.standard_error, contrast.freedom, contrast.p_value, found.p_adjusted, found.verdict,
        of.fixed[a, b], of.fixed[b, a], power_of(contrast, asked.margin, alpha=strictest), pd.array(fewest, "Int64"),
        pd.array(most, "Int64"), found.reason, low_alone, high_alone, found.p_equal, of.trimmed[b] - of.trimmed[a],
        np.where(better, BETTER, np.where(worse, WORSE, "")), of.outlying[a], pd.array(seen, "Int64"),
        asked.primary, of.outlying[b], improvement_of_pairs(errors.seed_rates, a, b),
    )  # fmt: skip
    return pd.DataFrame(dict(zip(COMPARISON_COLUMNS, columns, strict=True)))


def _alpha_of_one(family: str, contrast: Contrast, alpha: float) -> np.ndarray:
    """Two-sided, of one comparison where nothing else of its family is shown."""
    m = len(contrast.mean)
    if family != TO_BASELINE or alpha == 0:
        return np.full(m, alpha / m)
    quantile = two_sided_quantile(contrast.freedom, m, 1 - alpha)
    return 2 * stats.t.sf(quantile, rounded_down(contrast.freedom))


def not_shown_worse_than_best(variants: Sequence[VariantErrors], *, level: float = 0.95) -> list[str]:
    """The variants that may be the best: Hsu's multiple comparisons with the best (1984, Ann. Stat. 12, 1136).

    The set holds the truly best variant with probability `level`. One-sided Dunnett quantile, each comparison with its
    own standard error and degrees of freedom. By ascending error.
    """
    if len(variants) == 1:
        return [variants[0].variant]
    errors = crossed_errors_of(variants)
    refused = np.array([bool(v.refused) for v in variants])  # nothing is shown of them, nor by them of others
    others, worse = np.flatnonzero(~refused), np.zeros(len(variants), bool)
    for a in np.array_split(others, max(1, len(others) * len(others) // PAIRS_AT_A_TIME)):
        worse[a] = _is_shown_worse(errors, a[:, None], others, level)
    return [variants[v].variant for v in np.argsort(errors.rates, kind="stable") if not worse[v]]


def _is_shown_worse(errors: CrossedErrors, a: np.ndarray, b: np.ndarray, level: float) -> np.ndarray:
    """(n_a,) bool: of variants `a` (n_a, 1), whether any of `b` (n_b,) shows it."""
    comparisons = len(errors.seeds) - 1
    difference = errors.difference(a, b)
    freedom = np.nan_to_num(
        np.maximum(errors.family_freedom(difference), 1.0), nan=1.0
    )  # unknown: then nothing is shown worse
    freedom = np.where(freedom < 30, np.floor(freedom), np.floor(freedom / 10) * 10)  # down is cautious; few to compute
    known, place = np.unique(freedom, return_inverse=True)
    least, most = (limit[place] for limit in dunnett_limits(comparisons, known, level))
    # Of most pairs the answer is the same by any quantile between the two; and one pair is enough.
    mean, error, other = difference.mean, difference.standard_error, a != b
    worse = ((mean - most * error > 0) & other).any(axis=1)
    i, j = np.nonzero((mean - least * error > 0) & other & ~worse[:, None])
    quantile = 0.0
    for f in np.unique(place[i, j])[::-1]:
        # The fewer the degrees of freedom, the greater the quantile: what the last one did not show by far is shown by none.
        own = (place[i, j] == f) & ~worse[i] & (mean[i, j] - 0.999 * quantile * error[i, j] > 0)
        if own.any():
            quantile = dunnett_quantile(comparisons, known[f], level)
            worse[i[own & (mean[i, j] - quantile * error[i, j] > 0)]] = True
    return worse

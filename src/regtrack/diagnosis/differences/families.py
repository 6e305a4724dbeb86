"""Families of comparisons: verdicts, adjusted p-values and the intervals that agree with them, all taken together."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from regtrack.diagnosis.differences.crossed import Contrast, CrossedErrors
from regtrack.diagnosis.differences.dunnett import two_sided_p_value, two_sided_quantile
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.names import BETTER, EQUAL, NO_VERDICT, NOT_SHOWN, WORSE

TO_BASELINE, AMONG_ALL = "baseline", "all"
"""The two families: each variant against the baseline (Dunnett), and every pair (Holm), which is exploratory."""
MOST_IN_PAIRS = 300
"""Variants that every pair is made of: of a sweep of more those that do best on validation, and the baseline. Of 2,000, the most
that a grid holds, it would be four million rows, of which Holm shows next to none."""
FEWEST_SEEDS = 2
"""Of each: a single seed may be of a variant that is noisier than all others, and nothing would tell."""
FEWEST_SEEDS_TO_BE_EQUAL = 3
FEWEST_DEGREES = 4
"""Of freedom, of the two variants' variances over seeds together: two variants of three seeds, or borrowed ones."""
TOO_FEW_SEEDS, NO_LOOK_LEFT = "too few seeds", "no look left"
"""Reasons for no verdict."""
WIDER_SEEDS = "no win: its seeds scatter more widely than the baseline's"
"""Reason for no win."""
SHARE_OF_WIDER_SEEDS = 1 / 3
"""Of the error, what a win may spend whose seeds scatter the more widely: if they are skewed to the bad, as trainings can be,
five of them are mostly a little too good and too much alike, and Student's t finds a win too often."""
SHARE_OF_WIDER_ALONE = 1 / 5
"""The same where one comparison has the whole error: a win has to be the lowest on validation too, and a first look keeps a
fifth of the error back."""


@dataclass(frozen=True, eq=False)
class Family:
    """Of m comparisons, each an (m,) array: `low` and `high` are the limits that agree with the verdict, `p_adjusted`
    is of no difference and `p_equal` of a difference of the margin or more, each adjusted over the family; `reason` is
    why there is no verdict, or why what is better than the baseline is no win, else empty. The degrees of freedom of `contrast` are those of the family."""

    contrast: Contrast
    low: np.ndarray
    high: np.ndarray
    p_adjusted: np.ndarray
    p_equal: np.ndarray
    verdict: np.ndarray
    reason: np.ndarray


def judge_family(
    family: str, a: np.ndarray, b: np.ndarray, errors: CrossedErrors, *, margin: float, alpha: float
) -> Family:
    """All comparisons of variants `a` with `b` (indices), their family-wise error at most `alpha`.

    To the baseline: single-step two-sided Dunnett (1955), one quantile for verdicts and simultaneous limits alike.
    Every pair: Holm; the limits are those of the level that his last step came to, so that they hold 0 where nothing
    is shown and never where something is, and are Bonferroni's simultaneous ones where nothing is. "Practically equal"
    is a family of its own: two one-sided tests at the margin, Holm over them, again at `alpha`. Refused comparisons
    have no verdict, no limits and no p-value, and count in the family. A variant that is better than the baseline and
    whose seeds scatter more widely is no win, unless a third of `alpha` shows it.
    """
    contrast = errors.difference(b, a)  # error of other - error of variant: the difference of their accuracies
    contrast = replace(contrast, freedom=errors.family_freedom(contrast))
    reason = np.full(len(a), "" if alpha > 0 else NO_LOOK_LEFT, object)
    seeds = np.minimum(errors.seeds[a], errors.seeds[b])
    few = (seeds < FEWEST_SEEDS) | (errors.seed_degrees(a, b) < FEWEST_DEGREES) | np.isnan(contrast.standard_error)
    reason[few] = TOO_FEW_SEEDS
    if errors.strata.refused:
        reason[:] = errors.strata.refused
    refused, m = reason != "", len(a)
    if refused.all():
        unknown = np.full(m, np.nan)
        return Family(contrast, unknown, unknown, unknown, unknown, np.full(m, NO_VERDICT, object), reason)
    p_value, freedom = (np.where(refused, np.nan, x) for x in (contrast.p_value, contrast.freedom))
    if family == TO_BASELINE:
        with np.errstate(invalid="ignore", divide="ignore"):
            t = contrast.mean / contrast.standard_error
        adjusted = np.where(contrast.standard_error == 0, p_value, two_sided_p_value(t, freedom, m))
        quantile, each = two_sided_quantile(freedom, m, 1 - alpha), alpha / m
    else:
        adjusted = holm(p_value)
        each = alpha / max(1, m - int((adjusted < alpha).sum()))
        quantile = stats.t.isf(each / 2, freedom)
    half = np.where(refused, np.nan, contrast.or_bound(quantile * contrast.standard_error, each))
    p_equal = holm(np.where(refused, np.nan, _p_of_the_margin(contrast, margin)))
    # A few seeds, or examples of which three are more than the margin, agree by chance: their spread is no evidence.
    equal = (p_equal < alpha) & (seeds >= FEWEST_SEEDS_TO_BE_EQUAL) & (3 / errors.bounding_examples <= margin)
    sign = np.where(contrast.mean > 0, BETTER, WORSE)
    verdict = np.where(adjusted < alpha, sign, np.where(equal, EQUAL, NOT_SHOWN))
    verdict = np.where(refused, NO_VERDICT, verdict)
    if family == TO_BASELINE:
        wider = errors.scatters_wider(a, b) & (adjusted >= alpha * SHARE_OF_WIDER_SEEDS)
        reason[wider & (verdict == BETTER)] = WIDER_SEEDS
    return Family(contrast, contrast.mean - half, contrast.mean + half, adjusted, p_equal, verdict, reason)


def _p_of_the_margin(contrast: Contrast, margin: float) -> np.ndarray:
    """The larger p-value of two one-sided tests (Schuirmann 1987) of a difference of `margin` or more, either way."""
    short = margin - np.abs(contrast.mean)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = stats.t.sf(short / contrast.standard_error, contrast.freedom)
    # Without any spread: the alpha at which the bound reaches from the estimate to the margin.
    certain = np.where(short > 0, np.exp(-np.maximum(short, 0) * contrast.examples), 1.0)
    return np.where(contrast.standard_error == 0, certain, p)

"""Dominance: which predictors another one makes pointless, shown and not merely seen."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from regtrack.diagnosis.differences.comparison import VariantErrors, crossed_errors_of
from regtrack.diagnosis.differences.crossed import CrossedErrors, bound_without_spread
from regtrack.diagnosis.differences.families import FEWEST_DEGREES, FEWEST_SEEDS
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.differences.paired import crossed_mean
from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.measures.primaries import COMPARED
from regtrack.names import ACCURACY, NEGATIVE_LOG_LIKELIHOOD, PARETO_COLUMNS
from regtrack.variants.technique import NO_TECHNIQUE

LEVEL = 0.95
COST = "cost"
MEASURES = (ACCURACY, NEGATIVE_LOG_LIKELIHOOD)


def pareto_of(predictors: Sequence[Predictor], techniques: Mapping[str, str], *, looks: int = 1) -> pd.DataFrame:
    """names.PARETO_COLUMNS, a row a predictor.

    One is beaten by another that costs no more, where it is shown worse in accuracy or likelihood or costs more, and is in neither
    shown better, nor can be better by what matters (measures.primaries). Cost is known exactly; differences have limits over seeds and
    examples that hold for all ordered pairs and both measures together (Bonferroni). Two methods of one variant are read on the same networks, so
    theirs are of the paired differences. Each point's own limits are of 0.95 each.

    Args:
        techniques: by variant.
        looks: how often test has been judged, this time counted.
    """
    count = len(predictors)
    measured = {ACCURACY: [p.errors for p in predictors], NEGATIVE_LOG_LIKELIHOOD: [p.likelihood for p in predictors]}
    pairs = max(1, count * (count - 1))
    alpha = alpha_of_look(looks, 1 - LEVEL) / len(MEASURES) / pairs
    variants = np.array([p.variant for p in predictors], object)
    same = variants[:, None] == variants
    crossed = {name: crossed_errors_of(errors) for name, errors in measured.items()}
    lower, upper = zip(*(_limits(measured[name], crossed[name], same, alpha) for name in MEASURES), strict=True)
    cost, passes = (np.array([getattr(p, name) for p in predictors], float) for name in ("cost", "passes"))
    dearer = (cost[:, None] > cost) | (same & (passes[:, None] > passes))
    no_cheaper = dearer | (cost[:, None] == cost) | (same & (passes[:, None] == passes))
    worse = [low > 0 for low in lower]
    margins = [COMPARED[name].equal_margin for name in MEASURES]
    held = [(low > -margin) & ~(high < 0) for low, high, margin in zip(lower, upper, margins, strict=True)]
    beaten = no_cheaper & held[0] & held[1] & (dearer | worse[0] | worse[1])
    np.fill_diagonal(beaten, False)
    losses = crossed[ACCURACY].rates
    rows = []
    for place, one in enumerate(predictors):
        by = _by_whom(beaten, place, losses)
        told = (
            []
            if by is None
            else [name for name, shown in (*zip(MEASURES, worse, strict=True), (COST, dearer)) if shown[place, by]]
        )
        rows.append(
            (
                one.variant, techniques.get(one.variant, NO_TECHNIQUE), one.method, one.passes, one.products, one.cost, len(one.errors.wrong),
                *_accuracy(*_loss(crossed[ACCURACY], place)), *_loss(crossed[NEGATIVE_LOG_LIKELIHOOD], place),
                "" if by is None else predictors[by].variant, "" if by is None else predictors[by].method, ", ".join(told),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(PARETO_COLUMNS))


def _limits(
    errors: Sequence[VariantErrors], crossed: CrossedErrors, same: np.ndarray, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    """Two (n, n) of the row's mean loss minus the column's, each limit missed with a chance of `alpha`; NaN where unknown."""
    if not alpha:  # no look is left
        return np.full(same.shape, np.nan), np.full(same.shape, np.nan)
    a, b = np.indices(same.shape)
    found = crossed.difference(a, b)
    with np.errstate(invalid="ignore"):
        half = found.or_bound(stats.t.isf(alpha, crossed.family_freedom(found)) * found.standard_error, alpha)
        few = (np.minimum(crossed.seeds[a], crossed.seeds[b]) < FEWEST_SEEDS) | (
            crossed.seed_degrees(a, b) < FEWEST_DEGREES
        )
    half = np.where(few, np.nan, half)
    lower, upper = found.mean - half, found.mean + half
    for i, j in zip(*np.nonzero(same & (a != b)), strict=True):
        if len(errors[i].compared) >= FEWEST_SEEDS:
            paired = crossed_mean(errors[i].compared.astype(float) - errors[j].compared, 1 - 2 * alpha)
            # Networks that agree on every example agree by luck.
            room = 0.0 if paired.high > paired.low else bound_without_spread(alpha, crossed.bounding_examples)
            lower[i, j], upper[i, j] = paired.low - room, paired.high + room
    return lower, upper


def _by_whom(beaten: np.ndarray, place: int, losses: np.ndarray) -> int | None:
    """Of those that beat it the most accurate, one that is not beaten itself where there is one."""
    by = np.flatnonzero(beaten[place])
    unbeaten = [i for i in by if not beaten[i].any()]
    candidates = unbeaten or list(by)
    return min(candidates, key=lambda i: losses[i]) if candidates else None


def _loss(crossed: CrossedErrors, place: int) -> tuple[float, float, float]:
    """With its limits; missing for a single seed that has nothing to borrow."""
    low, high = crossed.contrast(np.eye(len(crossed.seeds))[place]).limits(LEVEL)
    return float(crossed.rates[place]), float(low), float(high)


def _accuracy(error: float, low: float, high: float) -> tuple[float, float, float]:
    return 1 - error, 1 - high, 1 - low

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
from regtrack.diagnosis.pareto.read import Read
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
    alpha = alpha_of_each(len(predictors), looks)
    measured = {ACCURACY: [p.errors for p in predictors], NEGATIVE_LOG_LIKELIHOOD: [p.likelihood for p in predictors]}
    same = _of_one_variant(predictors)
    return pareto_of_reads(predictors, techniques, {name: _read(own, same, alpha) for name, own in measured.items()})


def alpha_of_each(predictors: int, looks: int) -> float:
    """The chance by which each limit of a difference may miss: all ordered pairs and measures share what the look may spend."""
    return alpha_of_look(looks, 1 - LEVEL) / len(MEASURES) / max(1, predictors * (predictors - 1))


def pareto_of_reads(
    predictors: Sequence[Predictor], techniques: Mapping[str, str], reads: Mapping[str, Read]
) -> pd.DataFrame:
    """The same, of what each of MEASURES shows of these predictors."""
    beaten, worse = _beaten(predictors, reads)
    accuracy, likelihood = (reads[name] for name in MEASURES)
    is_unbeaten = ~beaten.any(axis=1)
    rows = []
    for place, one in enumerate(predictors):
        by = _by_whom(beaten[place], is_unbeaten, accuracy.losses)
        other = ("", "", "")
        if by is not None:
            worse_in = ", ".join(name for name, shown in worse.items() if shown[place, by])
            other = (predictors[by].variant, predictors[by].method, worse_in)
        rows.append(
            (
                one.variant, techniques.get(one.variant, NO_TECHNIQUE), one.method, one.passes, one.products, one.cost, int(accuracy.seeds[place]),
                1 - accuracy.losses[place], 1 - accuracy.high[place], 1 - accuracy.low[place],
                likelihood.losses[place], likelihood.low[place], likelihood.high[place], *other,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(PARETO_COLUMNS))


def _of_one_variant(predictors: Sequence[Predictor]) -> np.ndarray:
    """(n, n) of bool."""
    variants = np.array([p.variant for p in predictors], object)
    return variants[:, None] == variants


def _beaten(predictors: Sequence[Predictor], reads: Mapping[str, Read]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """(n, n) of bool: whether the column beats the row; and by measure, cost among them, whether the row is shown worse than the column."""
    same = _of_one_variant(predictors)
    cost, passes = (np.array([getattr(p, name) for p in predictors], float) for name in ("cost", "passes"))
    # Of one variant passes tell, also where products were not recorded; unknown costs compare as neither.
    dearer = (cost[:, None] > cost) | (same & (passes[:, None] > passes))
    beaten = dearer | (cost[:, None] == cost) | (same & (passes[:, None] == passes))
    worse: dict[str, np.ndarray] = {}
    for name, read in reads.items():
        worse[name] = read.lower > 0
        beaten &= (read.lower > -COMPARED[name].equal_margin) & ~(read.upper < 0)
    worse[COST] = dearer
    beaten &= np.any(list(worse.values()), axis=0)
    np.fill_diagonal(beaten, False)
    return beaten, worse


def _read(errors: Sequence[VariantErrors], same: np.ndarray, alpha: float) -> Read:
    """On one split, over seeds and examples; alone a single seed that has nothing to borrow has no limits."""
    crossed = crossed_errors_of(errors)
    alone = np.array([crossed.alone(place).limits(LEVEL) for place in range(len(errors))])
    return Read(crossed.seeds, crossed.rates, *alone.T, *_limits(errors, crossed, same, alpha))


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


def _by_whom(beats_it: np.ndarray, is_unbeaten: np.ndarray, losses: np.ndarray) -> int | None:
    """Of those that beat it the most accurate, one that is not beaten itself where there is one."""
    by = np.flatnonzero(beats_it & is_unbeaten)
    by = by if len(by) else np.flatnonzero(beats_it)
    return int(by[np.argmin(losses[by])]) if len(by) else None

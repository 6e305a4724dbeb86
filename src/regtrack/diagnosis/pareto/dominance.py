"""Dominance: which predictors another one makes pointless, shown and not merely seen."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special, stats

from regtrack.diagnosis.differences.comparison import PAIRS_AT_A_TIME, VariantErrors, crossed_errors_of
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
    variants = _variant_numbers(predictors)
    reads = {name: _read(own, variants, alpha, COMPARED[name].equal_margin) for name, own in measured.items()}
    return pareto_of_reads(predictors, techniques, reads)


def alpha_of_each(predictors: int, looks: int) -> float:
    """The chance by which each limit of a difference may miss: all ordered pairs and measures share what the look may spend."""
    return alpha_of_look(looks, 1 - LEVEL) / len(MEASURES) / max(1, predictors * (predictors - 1))


def pareto_of_reads(
    predictors: Sequence[Predictor], techniques: Mapping[str, str], reads: Mapping[str, Read]
) -> pd.DataFrame:
    """The same, of what each of MEASURES shows of these predictors."""
    beaten, by, worse = _beaten(predictors, reads)
    accuracy, likelihood = (reads[name] for name in MEASURES)
    is_unbeaten = np.ones(len(predictors), bool)
    is_unbeaten[beaten] = False
    bounds = np.searchsorted(beaten, np.arange(len(predictors) + 1))
    rows = []
    for place, one in enumerate(predictors):
        own = np.arange(bounds[place], bounds[place + 1])
        first = own[is_unbeaten[by[own]]] if is_unbeaten[by[own]].any() else own
        other = ("", "", "")
        if len(first):  # of those that beat it the most accurate, one that is not beaten itself where there is one
            pair = first[np.argmin(accuracy.losses[by[first]])]
            worse_in = ", ".join(name for name, shown in worse.items() if shown[pair])
            other = (predictors[by[pair]].variant, predictors[by[pair]].method, worse_in)
        rows.append(
            (
                one.variant, techniques.get(one.variant, NO_TECHNIQUE), one.method, one.passes, one.products, one.cost, int(accuracy.seeds[place]),
                1 - accuracy.losses[place], 1 - accuracy.high[place], 1 - accuracy.low[place],
                likelihood.losses[place], likelihood.low[place], likelihood.high[place], *other,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(PARETO_COLUMNS))


def _variant_numbers(predictors: Sequence[Predictor]) -> np.ndarray:
    """(n,): equal for two of one variant."""
    return np.unique([one.variant for one in predictors], return_inverse=True)[1]


def _beaten(
    predictors: Sequence[Predictor], reads: Mapping[str, Read]
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """(m,) predictors that are beaten, rising, and by which, a pair each; and by measure, cost among them, whether the first is shown worse."""
    variants, n = _variant_numbers(predictors), len(predictors)
    cost, passes = (np.array([getattr(p, name) for p in predictors], float) for name in ("cost", "passes"))
    parts = []
    for rows in np.array_split(np.arange(n), max(1, n * n // PAIRS_AT_A_TIME)):
        same = variants[rows, None] == variants
        # Of one variant passes tell, also where products were not recorded; unknown costs compare as neither.
        costs_no_less = (cost[rows, None] >= cost) | (same & (passes[rows, None] >= passes))
        a, b = np.nonzero(costs_no_less & (rows[:, None] != np.arange(n)))
        a = rows[a]
        dearer = (cost[a] > cost[b]) | ((variants[a] == variants[b]) & (passes[a] > passes[b]))
        beaten, worse = np.ones(len(a), bool), {}
        for name, read in reads.items():
            lower, upper = read.limits(a, b)
            worse[name] = lower > 0
            beaten &= (lower > -COMPARED[name].equal_margin) & ~(upper < 0)
        worse[COST] = dearer
        beaten &= np.any(list(worse.values()), axis=0)
        parts.append((a[beaten], b[beaten], {name: shown[beaten] for name, shown in worse.items()}))
    a, b, worse = zip(*parts, strict=True)
    return (
        np.concatenate(a),
        np.concatenate(b),
        {name: np.concatenate([one[name] for one in worse]) for name in worse[0]},
    )


def _read(errors: Sequence[VariantErrors], variants: np.ndarray, alpha: float, margin: float) -> Read:
    """On one split, over seeds and examples; alone a single seed that has nothing to borrow has no limits."""
    crossed = crossed_errors_of(errors)
    alone = np.array([crossed.alone(place).limits(LEVEL) for place in range(len(errors))])

    def limits(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _limits(errors, crossed, variants, alpha, margin, a, b)

    return Read(crossed.seeds, crossed.rates, *alone.T, limits)


def _limits(
    errors: Sequence[VariantErrors],
    crossed: CrossedErrors,
    variants: np.ndarray,
    alpha: float,
    margin: float,
    a: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Two (m,) of the mean loss of `a` minus that of `b`, each limit missed with a chance of `alpha`; NaN where unknown."""
    if not alpha:  # no look is left
        return np.full(len(a), np.nan), np.full(len(a), np.nan)
    found = crossed.difference(a, b)
    error = found.standard_error
    few = (np.minimum(crossed.seeds[a], crossed.seeds[b]) < FEWEST_SEEDS) | (
        crossed.seed_degrees(a, b) < FEWEST_DEGREES
    )
    # Of Student's t no quantile is below the normal's: of most of a million pairs that is enough to know.
    open_ = ~few & ((found.mean - 0.99 * special.ndtri(1 - alpha) * error > -margin) | ~(error > 0))
    half = np.where(few, np.nan, np.inf)
    asked = crossed.difference(a[open_], b[open_])
    with np.errstate(invalid="ignore"):
        half[open_] = asked.or_bound(stats.t.isf(alpha, crossed.family_freedom(asked)) * asked.standard_error, alpha)
    lower, upper = found.mean - half, found.mean + half
    for pair in np.flatnonzero(variants[a] == variants[b]):
        one, other = errors[a[pair]], errors[b[pair]]
        if len(one.compared) >= FEWEST_SEEDS:
            paired = crossed_mean(one.compared.astype(float) - other.compared, 1 - 2 * alpha)
            # Networks that agree on every example agree by luck.
            room = 0.0 if paired.high > paired.low else bound_without_spread(alpha, crossed.bounding_examples)
            lower[pair], upper[pair] = paired.low - room, paired.high + room
    return lower, upper

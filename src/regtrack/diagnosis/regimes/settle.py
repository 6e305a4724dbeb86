"""What would settle an undetermined regime: how many more seeds, examples or epochs, computed from the variances."""

import math

from scipy import stats

from regtrack.diagnosis.regimes.regime import FEWEST_SEEDS, Clause, Regime, decide, outside_clauses
from regtrack.diagnosis.regimes.shapes import COLLAPSED, COLLAPSED_BEYOND, FEW_EPOCHS, STILL_FALLING, STILL_IMPROVING
from regtrack.names import WELL_FIT
from regtrack.words.numbers import span

EPOCHS_FOR_A_CURVE = "epochs: at least 4, and 3 seeds, so that a rise of validation cross-entropy can be told"
NOT_ONE_CLASS = "another learning rate, class weights or network: this one gives nearly all examples one class"
NOT_WELL_FIT = {
    FEW_EPOCHS: EPOCHS_FOR_A_CURVE,
    STILL_FALLING: "epochs: twice as many; validation cross-entropy still falls steeply",
    COLLAPSED: NOT_ONE_CLASS,
    COLLAPSED_BEYOND: NOT_ONE_CLASS,
}
"""By shape, what stands in the way of a well fit, and what would settle that."""
OUTSIDE = {
    "freer_better": "a larger network without regularization, 3 seeds: if it does no better, this one is not too small",
    "tighter_better": "a more strongly regularized or smaller network with a smaller gap, 3 seeds: if it does no better, "
    "the gap costs nothing",
}
TARGET = "target_error: a validation error that is known to be reachable"

MOST_SEEDS, MOST_EXAMPLES = 200, 1_000_000
"""Beyond these nobody goes on: the variant stands on the threshold."""


def seeds_needed(distance: float, seed_part: float, example_variance: float, level: float = 0.95) -> int | None:
    """Seeds at which the half width of the interval falls below `distance`; None where no number of them does it.

    Args:
        distance: of the estimate from the threshold.
        seed_part: variance of one seed.
        example_variance: the examples' part of the variance of the mean: it stays, however many the seeds.
    """
    if distance <= 0 or stats.norm.ppf(0.5 + level / 2) ** 2 * example_variance >= distance**2:
        return None
    for seeds in range(2, MOST_SEEDS + 1):
        variance = seed_part / seeds + example_variance
        if stats.t.ppf(0.5 + level / 2, _freedom(seeds, seed_part, example_variance)) ** 2 * variance < distance**2:
            return seeds
    return None


def _freedom(seeds: int, seed_part: float, example_variance: float) -> float:
    of_seeds = seed_part / seeds
    return (seeds - 1) * ((of_seeds + example_variance) / of_seeds) ** 2 if of_seeds > 0 else math.inf


def seeds_range(distance: float, seed_part: float, example_variance: float, freedom: float, level: float = 0.95):
    """(fewest, most) seeds for the limits of the seeds' variance (chi-square); None for no number of them."""
    freedom = max(freedom, 1.0)
    low, high = (seed_part * freedom / stats.chi2.ppf(p, freedom) for p in (0.5 + level / 2, 0.5 - level / 2))
    return tuple(seeds_needed(distance, part, example_variance, level) for part in (low, high))


def examples_needed(distance: float, seed_variance: float, example_part: float, level: float = 0.95) -> int | None:
    """Validation examples at which the half width falls below `distance`, the seeds staying as they are."""
    room = (distance / stats.norm.ppf(0.5 + level / 2)) ** 2 - seed_variance
    if room <= 0:
        return None
    n = math.ceil(example_part / room)
    return n if n <= MOST_EXAMPLES else None


def what_would_settle(regime: Regime, level: float) -> tuple[str, ...]:
    """In words, the cheapest first: seeds cost trainings, examples are to be found, a target is to be known."""
    if regime.seeds < FEWEST_SEEDS:
        return (f"seeds: {FEWEST_SEEDS} at least (it has {regime.seeds}), 5 for the usual effects",)
    shapes = {shape.name for shape in regime.shapes}
    in_the_way = tuple(dict.fromkeys(remedy for name, remedy in NOT_WELL_FIT.items() if name in shapes))
    if in_the_way and decide({clause.name: clause.answer for clause in regime.clauses}) == WELL_FIT:
        return in_the_way
    found = []
    for clause in _open(regime):
        if clause.estimate is None:
            found.append(_without_estimate(clause))
            continue
        found.append(_of_clause(regime, clause, level))
    if STILL_IMPROVING in shapes:
        found.append("epochs: half as many again; validation cross-entropy has not ended falling")
    return tuple(dict.fromkeys(found))


def what_would_tell(regime: Regime) -> tuple[str, ...]:
    """What would make a well fit that holds in this sweep one that holds outside it."""
    answers = {clause.name: clause.answer for clause in regime.clauses}
    return (*(OUTSIDE[name] for name in outside_clauses(answers) if answers[name] is not False), TARGET)


def _open(regime: Regime) -> list[Clause]:
    """The clauses that keep the verdict open."""
    clauses = {clause.name: clause for clause in regime.clauses}
    if clauses["underfit"].answer is None:
        return [clauses["underfit"]]
    if clauses["gap"].answer is None:
        return [clauses["gap"]]
    unknown = [clauses[name] for name in ("rising", "far_from_reference") if clauses[name].answer is None]
    return unknown or [clauses["better_with_smaller_gap"]]


def _without_estimate(clause: Clause) -> str:
    if clause.name == "rising":
        return EPOCHS_FOR_A_CURVE
    if clause.name == "better_with_smaller_gap":
        return (
            "another variant: this one is far from the reference, and none in the sweep does better with a smaller gap"
        )
    return "a second variant or target_error: what is reachable is not known"


def _of_clause(regime: Regime, clause: Clause, level: float) -> str:
    distance = abs(clause.estimate - clause.threshold)
    example_variance = clause.example_part / regime.examples
    what = f"{clause.name.replace('_', ' ')} stands {distance:.4f} {_unit(clause)}from its threshold of {clause.threshold:g}"
    few, many = seeds_range(distance, clause.seed_part, example_variance, clause.freedom, level)
    if few is not None:
        few, many = (max(seeds, regime.seeds + 1) if seeds else None for seeds in (few, many))
        return f"seeds: {span(few, many)} in all (it has {regime.seeds}); {what}"
    n = examples_needed(distance, clause.seed_part / regime.seeds, clause.example_part, level)
    if n is not None:
        return f"validation examples: about {max(n, regime.examples + 1):,} (it has {regime.examples:,}), no number of seeds alone; {what}"
    return f"neither seeds (up to {MOST_SEEDS}) nor examples alone: {what}; a tolerance or margin elsewhere would"


def _unit(clause: Clause) -> str:
    return "nats " if clause.unit == "nats" else ""

"""What would settle an undetermined regime: how many more seeds, examples or epochs, computed from the variances."""

import math

from scipy import stats
from scipy.special import ndtri, stdtrit

from regtrack.diagnosis.regimes import remedies
from regtrack.diagnosis.regimes.regime import FEWEST_SEEDS, Clause, Regime, decide, outside_clauses
from regtrack.diagnosis.regimes.remarks import TARGET_DOUBTED
from regtrack.diagnosis.regimes.remedies import Remedy
from regtrack.diagnosis.regimes.shapes import COLLAPSED, COLLAPSED_BEYOND, FEW_EPOCHS, STILL_FALLING, STILL_IMPROVING
from regtrack.names import WELL_FIT

NOT_WELL_FIT = {
    FEW_EPOCHS: remedies.EPOCHS_FOR_A_CURVE,
    STILL_FALLING: remedies.TWICE_THE_EPOCHS,
    COLLAPSED: remedies.NOT_ONE_CLASS,
    COLLAPSED_BEYOND: remedies.NOT_ONE_CLASS,
}
"""By shape, what stands in the way of a well fit, the remedy for that."""
OUTSIDE = {"freer_better": remedies.FREER_NETWORK, "tighter_better": remedies.TIGHTER_NETWORK}
"""By clause, the network that answers it."""
WITHOUT_ESTIMATE = {
    "rising": remedies.EPOCHS_FOR_A_CURVE,
    "better_with_smaller_gap": remedies.ANOTHER_VARIANT,
    "freer_better": remedies.FREER_NETWORK,
}
"""By clause, what it needs to have an estimate; the others need a reference."""

MOST_SEEDS, MOST_EXAMPLES = 200, 1_000_000
"""Beyond these nobody goes on: the variant stands on the threshold."""


def seeds_needed(distance: float, seed_part: float, example_variance: float, level: float = 0.95) -> int | None:
    """Seeds at which the half width of the interval falls below `distance`; None where no number of them does it.

    Args:
        distance: of the estimate from the threshold.
        seed_part: variance of one seed.
        example_variance: the examples' part of the variance of the mean: it stays, however many the seeds.
    """
    if distance <= 0 or ndtri(0.5 + level / 2) ** 2 * example_variance >= distance**2:
        return None
    for seeds in range(2, MOST_SEEDS + 1):
        variance = seed_part / seeds + example_variance
        if stdtrit(_freedom(seeds, seed_part, example_variance), 0.5 + level / 2) ** 2 * variance < distance**2:
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
    room = (distance / ndtri(0.5 + level / 2)) ** 2 - seed_variance
    if room <= 0:
        return None
    n = math.ceil(example_part / room)
    return n if n <= MOST_EXAMPLES else None


def what_would_settle(regime: Regime, level: float) -> tuple[Remedy, ...]:
    """The cheapest first: seeds cost trainings, examples are to be found, a target is to be known."""
    if regime.seeds < FEWEST_SEEDS:
        return (Remedy(remedies.FEWEST_SEEDS_FIRST, {"fewest": FEWEST_SEEDS, "seeds": regime.seeds}),)
    shapes = {shape.name for shape in regime.shapes}
    in_the_way = dict.fromkeys(remedy for name, remedy in NOT_WELL_FIT.items() if name in shapes)
    if in_the_way and decide({clause.name: clause.answer for clause in regime.clauses}) == WELL_FIT:
        return tuple(map(Remedy, in_the_way))
    found = [_remedy(regime, clause, level) for clause in _open(regime)]
    if STILL_IMPROVING in shapes:
        found.append(Remedy(remedies.HALF_AS_MANY_EPOCHS))
    return tuple(remedy for place, remedy in enumerate(found) if remedy not in found[:place])


def what_would_tell(regime: Regime) -> tuple[Remedy, ...]:
    """What would make a well fit that holds in this sweep one that holds outside it."""
    answers = {clause.name: clause.answer for clause in regime.clauses}
    open_ = [OUTSIDE[name] for name in outside_clauses(answers) if answers[name] is not False]
    return tuple(map(Remedy, [*open_, remedies.TARGET]))


def _open(regime: Regime) -> list[Clause]:
    """The clauses that keep the verdict open."""
    clauses = {clause.name: clause for clause in regime.clauses}
    if clauses["underfit"].answer is None:
        doubted = clauses["underfit"].remark is not None and clauses["underfit"].remark.name == TARGET_DOUBTED
        return [clauses["freer_better" if doubted else "underfit"]]
    if clauses["gap"].answer is None:
        return [clauses["gap"]]
    unknown = [clauses[name] for name in ("rising", "far_from_reference") if clauses[name].answer is None]
    return unknown or [clauses["better_with_smaller_gap"]]


def _remedy(regime: Regime, clause: Clause, level: float) -> Remedy:
    if clause.estimate is None:
        return Remedy(WITHOUT_ESTIMATE.get(clause.name, remedies.REFERENCE))
    distance = abs(clause.estimate - clause.threshold)
    example_variance = clause.example_part / regime.examples
    stands = {"clause": clause.name, "distance": distance, "unit": clause.unit, "threshold": clause.threshold}
    few, many = seeds_range(distance, clause.seed_part, example_variance, clause.freedom, level)
    if few is not None:
        few, many = (max(seeds, regime.seeds + 1) if seeds else None for seeds in (few, many))
        return Remedy(remedies.MORE_SEEDS, {"few": few, "many": many, "seeds": regime.seeds} | stands)
    n = examples_needed(distance, clause.seed_part / regime.seeds, clause.example_part, level)
    if n is not None:
        needed = max(n, regime.examples + 1)
        return Remedy(remedies.MORE_EXAMPLES, {"needed": needed, "examples": regime.examples} | stands)
    return Remedy(remedies.NEITHER, {"most_seeds": MOST_SEEDS} | stands)

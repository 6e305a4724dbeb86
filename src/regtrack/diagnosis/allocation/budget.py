"""What is left to spend of a budget of seeds, in trials or in seconds of wall clock, and what a trial of each variant costs."""

from collections.abc import Mapping

import pandas as pd

from regtrack import names
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.steps import FEWEST_TO_CHOOSE, RULE, Purse
from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.variants.grid import Grid

USUAL_SEEDS = 5
"""Of each variant, in a fixed design: a budget of neither trials nor minutes is as many trials as that takes."""


def trials_to_spend(grid: Grid) -> int | None:
    """Of a grid with a budget; None where it is in minutes. By default what five seeds of each variant take, and where there
    is something to choose no fewer than exploring, one round of pursuing and the fewest fresh seeds do."""
    if grid.budget.minutes is not None:
        return None
    choosing = RULE.most * RULE.more + 2 * FEWEST_SEEDS_TO_CONFIRM if len(grid.variants) >= FEWEST_TO_CHOOSE else 0
    return grid.budget.trials or max(USUAL_SEEDS * len(grid.variants), len(grid.trials) + choosing)


def purse_of_trials(grid: Grid, allocation: Allocation) -> Purse:
    """A trial that failed is spent: it is tried again at its own seed, where the sweep is resumed."""
    given = len(allocation.trials(grid))
    costs = {variant.label: 1.0 for variant in grid.variants}
    return Purse(trials_to_spend(grid) - given, given - len(grid.trials), costs)


def purse_of_minutes(
    grid: Grid, allocation: Allocation, explored: pd.DataFrame, *, elapsed: float, since: float, workers: int
) -> Purse:
    """Seconds of wall clock: what a trial takes by itself, times how this machine turned such seconds into wall clock so
    far, start-up, logging and waiting included.

    Args:
        explored: the exploration's trials, as tracking.reader.trials gives them.
        elapsed: seconds of wall clock since `since` (milliseconds since 1970), when this process began to train; what an
            earlier one trained is counted at this one's pace.
        workers: trials at a time, which is the pace where nothing was trained here.
    """
    finished = explored[explored["status"] == names.FINISHED]
    own = _seconds(finished)
    here = float(own[finished["started"] >= since].sum())
    pace = elapsed / here if here else 1 / workers
    spent = elapsed + pace * (float(own.sum()) - here)
    means = own.groupby(finished["variant"]).mean()
    usual = float(own.mean()) if len(own) else 0.0
    costs = {variant.label: pace * float(means.get(variant.label, usual)) for variant in grid.variants}
    return Purse(60 * grid.budget.minutes - spent, _of_rounds(allocation, costs), costs)


def _seconds(trials: pd.DataFrame) -> pd.Series:
    """Of training and of the passes with dropout on."""
    columns = trials.reindex(columns=[names.FIT_SECONDS, names.MC_SECONDS])
    return columns.astype(float).fillna(0.0).sum(axis=1)


def _of_rounds(allocation: Allocation, costs: Mapping[str, float]) -> float:
    return sum(costs[variant] * len(seeds) for variant, seeds in allocation.more.items() if variant in costs)

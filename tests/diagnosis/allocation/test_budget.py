"""What is left of a budget: in trials, and in seconds of wall clock at the pace that was measured."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.allocation.budget import purse_of_minutes, purse_of_trials, trials_to_spend
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.steps import Pursue
from regtrack.variants import Grid, Variant
from regtrack.variants.seed_budget import SeedBudget


def grid_of(variants: int, **budget) -> Grid:
    return Grid((Variant(), *(Variant(l2=0.001 * v) for v in range(1, variants))), (0,)).with_budget(
        SeedBudget(**budget)
    )


@pytest.mark.parametrize(("variants", "trials"), [(2, 10), (3, 31), (5, 37), (11, 55), (12, 60), (40, 200)])
def test_by_default_as_many_trials_as_five_seeds_take(variants, trials):
    """But enough for a choice, a round of pursuing and eight fresh seeds of two, where there is a choice."""
    assert trials_to_spend(grid_of(variants)) == trials


def test_what_was_given_is_spent():
    """36 explore, 4 pursue: 20 of 60 are left."""
    grid, allocation = grid_of(12, trials=60), Allocation(3)
    purse = purse_of_trials(grid, allocation)
    assert (purse.left, purse.pursued) == (24, 0)
    purse = purse_of_trials(grid, allocation.after(Pursue(("baseline", "l2=0.001"), 2)))
    assert (purse.left, purse.pursued, set(purse.of_trial.values())) == (20, 4, {1.0})


def explored(*rows) -> pd.DataFrame:
    columns = ["variant", "status", "started", names.FIT_SECONDS, names.MC_SECONDS]
    return pd.DataFrame(rows, columns=columns)


TRIALS = explored(
    ("baseline", "FINISHED", 1000, 10.0, np.nan), ("baseline", "FINISHED", 2000, 10.0, np.nan),
    ("l2=0.001", "FINISHED", 3000, 10.0, 20.0), ("l2=0.002", "FAILED", 3000, np.nan, np.nan),
)  # fmt: skip


def test_seconds_are_those_of_the_wall_clock():
    """50 s of training took 100 s of wall clock, start-up and logging included: 10 minutes leave 500 s, and a trial with
    passes costs 60. A variant none of whose trials finished is taken for a usual one."""
    purse = purse_of_minutes(grid_of(3, minutes=10), Allocation(3), TRIALS, elapsed=100, since=0, workers=2)
    assert purse.left == pytest.approx(500)
    assert purse.of_trial == pytest.approx({"baseline": 20, "l2=0.001": 60, "l2=0.002": 100 / 3})
    assert purse.pursued == 0


def test_what_was_trained_before_is_counted_at_the_pace_of_now():
    """Resumed at 2500: 30 s took 90 s here, so the 20 s of before took 60."""
    allocation = Allocation(3).after(Pursue(("l2=0.001",), 2))
    purse = purse_of_minutes(grid_of(3, minutes=10), allocation, TRIALS, elapsed=90, since=2500, workers=2)
    assert purse.left == pytest.approx(600 - 90 - 60)
    assert purse.pursued == pytest.approx(2 * 3 * 30)


def test_where_nothing_was_trained_here_workers_are_the_pace():
    """Two at a time: 50 s take 25."""
    purse = purse_of_minutes(grid_of(3, minutes=1), Allocation(3), TRIALS, elapsed=0, since=9e9, workers=2)
    assert purse.left == pytest.approx(60 - 25)

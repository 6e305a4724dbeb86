"""Fresh seeds: which trials a confirmation takes, and what is refused beforehand."""

import pytest

from regtrack.diagnosis.fresh_seeds import check_budget, check_confirm, fresh_trials
from regtrack.errors import SettingError
from regtrack.variants import Grid, Variant
from regtrack.variants.seed_budget import SeedBudget

L2, DROPOUT = Variant(l2=0.001), Variant(dropout_rate=0.2)
GRID = Grid((Variant(), L2, DROPOUT), (0, 7))


@pytest.mark.parametrize("seeds", [1, 7, -3])
def test_fewer_than_eight_are_refused_in_one_line(seeds):
    """What is asked for could confirm nothing."""
    with pytest.raises(SettingError) as error:
        check_confirm(seeds, GRID)
    assert str(error.value) == (
        f"confirm: expected 0 (off) or at least 8 fresh seeds of each, received {seeds}; with fewer nothing is confirmed"
    )


@pytest.mark.parametrize(("variants", "received"), [
    ((Variant(),), "baseline"), ((L2, DROPOUT), "l2=0.001, dropout=0.2"),
])  # fmt: skip
def test_a_grid_with_nothing_to_confirm_is_refused(variants, received):
    """The baseline alone, or none."""
    with pytest.raises(SettingError) as error:
        check_confirm(8, Grid(variants))
    assert str(error.value) == (
        "confirm: expected a grid with the baseline ({}) and another variant, received "
        f"{received}; there is nothing to confirm against"
    )


def test_enough_seeds_and_none_are_accepted():
    """Of a grid of one variant too where nothing is asked for."""
    check_confirm(8, GRID)
    check_confirm(0, Grid((L2,)))


def test_fresh_seeds_follow_the_grids_largest():
    """Never one of the grid's, the same whenever it is asked, as many of each."""
    found = fresh_trials(GRID, "l2=0.001", 8)
    assert found == [(variant, seed) for variant in (Variant(), L2) for seed in range(8, 16)]
    assert fresh_trials(GRID, "l2=0.001", 12)[:8] == found[:8]


def test_fresh_seeds_are_none_of_a_references_either():
    """A reference of a grid of one seed has two more, which have had their part in choosing."""
    grid = Grid((Variant(), L2), (0,), references=(L2,))
    assert {seed for _, seed in fresh_trials(grid, L2.label, 8)} == set(range(3, 11))


def test_a_chosen_baseline_needs_none():
    """There is nothing it could be set against."""
    assert fresh_trials(GRID, "baseline", 8) == []


def test_fresh_seeds_follow_what_was_explored_where_that_is_told():
    """Of a sweep that gave some variants more seeds than its grid has."""
    assert {seed for _, seed in fresh_trials(GRID, L2.label, 8, first=20)} == set(range(20, 28))


def test_a_budget_trains_its_own_fresh_seeds():
    """Others beside them are refused, and so is a grid with nothing to confirm against; a grid of seeds of its own is not asked."""
    grid = GRID.with_budget(SeedBudget())
    check_budget(grid)
    check_budget(GRID, 8)
    with pytest.raises(SettingError) as error:
        check_budget(grid, 8)
    assert str(error.value) == (
        "confirm: expected none beside seeds: auto, which spends what is left of its budget on fresh seeds, received 8; leave "
        "confirm out, or give seeds as a number"
    )
    with pytest.raises(SettingError) as error:
        check_budget(Grid((L2, DROPOUT)).with_budget(SeedBudget()))
    assert str(error.value) == (
        "seeds: auto: expected a grid with the baseline ({}) and another variant, received l2=0.001, dropout=0.2; there is "
        "nothing to confirm against"
    )

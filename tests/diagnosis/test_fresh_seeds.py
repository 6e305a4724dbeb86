"""Fresh seeds: which trials a confirmation takes, and what is refused beforehand."""

import pandas as pd
import pytest

from regtrack.diagnosis.fresh_seeds import check_confirm, chosen_on_validation, fresh_trials
from regtrack.errors import SettingError
from regtrack.variants import Grid, Variant

L2, DROPOUT = Variant(l2=0.001), Variant(dropout_rate=0.2)
GRID = Grid((Variant(), L2, DROPOUT), (0, 7))


def trials(**accuracies):
    rows = [(v, a, "FINISHED") for v, values in accuracies.items() for a in values]
    return pd.DataFrame(rows, columns=["variant", "fit/selected_val_accuracy", "status"])


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


def test_a_chosen_baseline_needs_none():
    """There is nothing it could be set against."""
    assert fresh_trials(GRID, "baseline", 8) == []


def test_the_lowest_validation_error_is_chosen_and_the_grids_first_of_equals():
    """Over finished trials, in whatever order the store has them."""
    table = trials(**{"dropout=0.2": [0.9, 0.8], "l2=0.001": [0.8, 0.9], "baseline": [0.8, 0.8]})
    assert chosen_on_validation(table, GRID) == "l2=0.001"
    table.loc[table["variant"] == "l2=0.001", "status"] = "FAILED"
    assert chosen_on_validation(table, GRID) == "dropout=0.2"
    assert chosen_on_validation(table[:0], GRID) is None

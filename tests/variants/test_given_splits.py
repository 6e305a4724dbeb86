"""Splits given beside a grid take its place, with two seeds each unless seeds are given too."""

import dataclasses

import pytest

from regtrack.errors import SettingError
from regtrack.variants import Grid, Variant
from regtrack.variants.given_splits import with_splits
from regtrack.variants.seed_budget import SeedBudget

GRID = Grid((Variant(), Variant(l2=0.1)), seeds=(0, 1, 2))


@pytest.mark.parametrize(
    ("splits", "seeds_are_given", "found"),
    [(None, False, (1, (0, 1, 2))), (7, False, (7, (0, 1))), (7, True, (7, (0, 1, 2))), (1, False, (1, (0, 1, 2)))],
)
def test_splits_in_place_of_the_grids(splits, seeds_are_given, found):
    """Left out, given alone, given with seeds, and switched off."""
    grid = with_splits(GRID, splits, seeds_are_given=seeds_are_given)
    assert (grid.splits, grid.seeds) == found


def test_what_cannot_be_is_a_wrong_setting():
    """A number of splits that is none, and splits beside seeds: auto, in one line that begins with the option."""
    with pytest.raises(SettingError, match=r"^splits: expected 1 \(off\) or a number"):
        with_splits(GRID, 0, seeds_are_given=False)
    with pytest.raises(SettingError, match=r"^splits: expected none beside seeds: auto"):
        with_splits(dataclasses.replace(GRID, budget=SeedBudget()), 7, seeds_are_given=False)

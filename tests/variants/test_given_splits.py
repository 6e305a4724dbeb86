"""Splits given beside a grid take its place, with two seeds each unless seeds are given too."""

import dataclasses

import pytest

from regtrack.errors import SettingError
from regtrack.variants import Grid, Settings, Variant
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


def test_folds_in_place_of_splits():
    """Two seeds each unless seeds are given; those of the grid give way to splits, and to another number of folds."""
    folds = with_splits(GRID, None, 5, seeds_are_given=False)
    assert (folds.splits, folds.by_folds, folds.seeds, folds.settings.fold) == (5, True, (0, 1), "1/5")
    assert with_splits(folds, None, 10, seeds_are_given=True).settings.fold == "1/10"
    splits = with_splits(folds, 7, seeds_are_given=True)
    assert (splits.splits, splits.by_folds, splits.settings.fold) == (7, False, "")


def test_folds_that_cannot_be_are_refused():
    """One fold, folds beside splits, beside seeds: auto and beside a single fold, in one line that begins with the option."""
    with pytest.raises(SettingError, match=r"^cv: expected 2 or a number of folds up to 100, received 1"):
        with_splits(GRID, None, 1, seeds_are_given=False)
    with pytest.raises(SettingError, match=r"^cv: expected one of splits and cv, received 7 and 5"):
        with_splits(GRID, 7, 5, seeds_are_given=False)
    with pytest.raises(SettingError, match=r"^cv: expected none beside seeds: auto"):
        with_splits(dataclasses.replace(GRID, budget=SeedBudget()), None, 5, seeds_are_given=False)
    for number in ((7, None), (None, 5)):
        with pytest.raises(SettingError, match="expected none beside fold, which trains one alone"):
            with_splits(dataclasses.replace(GRID, settings=Settings(fold="2/5")), *number, seeds_are_given=False)

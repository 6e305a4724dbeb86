"""Splits that were given beside a grid, in place of its own."""

from dataclasses import replace

from regtrack.errors import GridError, SettingError
from regtrack.variants.grid import SEEDS_OF_A_SPLIT, Grid


def with_splits(grid: Grid, splits: int | None, *, seeds_are_given: bool) -> Grid:
    """The grid split so many times, with SEEDS_OF_A_SPLIT seeds each unless seeds were given too; as it is where None is given.

    Raises SettingError for a number that cannot be, or beside seeds: auto.
    """
    if splits is None:
        return grid
    seeds = grid.seeds if seeds_are_given or splits == 1 else tuple(range(SEEDS_OF_A_SPLIT))
    try:
        return replace(grid, splits=splits, seeds=seeds)
    except GridError as error:
        raise SettingError(str(error)) from None

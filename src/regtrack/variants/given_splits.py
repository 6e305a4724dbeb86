"""Splits or folds that were given beside a grid, in place of its own."""

from dataclasses import replace

from regtrack.errors import GridError, SettingError
from regtrack.variants.grid import CV, SEEDS_OF_A_SPLIT, SPLITS, Grid


def with_splits(grid: Grid, splits: int | None, cv: int | None = None, *, seeds_are_given: bool) -> Grid:
    """The grid split so many times, or in so many folds, with SEEDS_OF_A_SPLIT seeds each unless seeds were given too; as it is where
    neither is given.

    Raises SettingError for both, for a number that cannot be, or beside seeds: auto.
    """
    if splits is None and cv is None:
        return grid
    if splits is not None and cv is not None:
        raise SettingError(
            f"{CV}: expected one of {SPLITS} and {CV}, received {splits} and {cv}: folds are one partition of the data, splits are drawn "
            "again and again; leave one of them out"
        )
    number = splits if cv is None else cv
    seeds = grid.seeds if seeds_are_given or number == 1 else tuple(range(SEEDS_OF_A_SPLIT))
    fold = "" if grid.by_folds else grid.settings.fold  # that of the grid's own folds
    settings = grid.settings.model_copy(update={"fold": fold})
    try:
        return replace(grid, settings=settings, splits=number, by_folds=cv is not None, seeds=seeds)
    except GridError as error:
        raise SettingError(str(error)) from None

"""From options to a Grid: what a file says, then what was given on the command line in its place."""

from dataclasses import replace

from regtrack.cli.options import option_name
from regtrack.errors import SettingError
from regtrack.variants.grid import AUTO, Grid
from regtrack.variants.seed_budget import SeedBudget
from regtrack.variants.settings_values import settings_for, settings_from
from regtrack.variants.variant import Variant


def with_settings(grid: Grid, chosen: dict[str, str], seeds: tuple[int, ...] | str | None) -> Grid:
    """The grid with the given settings and seeds in place of its own. AUTO keeps the budget that the grid has.

    Raises SettingError for a bad value, and for a setting that the grid's variants vary themselves.
    """
    for name in chosen:
        varied = [variant.label for variant in grid.variants if name in variant.overrides]
        if varied:
            raise SettingError(
                f"{option_name(name)}: the grid varies it itself ({varied[0]}); leave it out, or use another grid"
            )
    grid = replace(grid, settings=settings_for(chosen, grid.settings))
    if seeds == AUTO:
        return grid if grid.budget else grid.with_budget(SeedBudget())
    return replace(grid, seeds=seeds, budget=None) if seeds else grid


def stored_grid(which: str) -> Grid:
    """The grid and settings of the sweep that is to be resumed. Raises StoreError where there is no such sweep."""
    from regtrack.sweeps.resuming import own_grid
    from regtrack.tracking.store import connect_to_read

    return own_grid(connect_to_read(), which)


def one_variant(params: dict[str, str], settings: dict[str, str], seeds: tuple[int, ...] | str | None) -> Grid:
    """A grid of the one variant these params describe. Raises VariantError, or SettingError, for a bad value."""
    if seeds == AUTO:
        raise SettingError(
            "seeds: auto spends seeds on the variants of a grid that are hard to tell apart, received one variant; give a "
            "number of seeds such as 5, or a grid"
        )
    return Grid((Variant(**params),), seeds or (0,), settings_from(settings))

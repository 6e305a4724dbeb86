"""From options to a Grid: what a file says, then what was given on the command line in its place."""

from dataclasses import replace

from regtrack.cli.options import option_name
from regtrack.errors import SettingError
from regtrack.variants.grid import Grid
from regtrack.variants.settings_values import settings_for, settings_from
from regtrack.variants.variant import Variant


def with_settings(grid: Grid, chosen: dict[str, str], seeds: tuple[int, ...] | None) -> Grid:
    """The grid with the given settings and seeds in place of its own.

    Raises SettingError for a bad value, and for a setting that the grid's variants vary themselves.
    """
    for name in chosen:
        varied = [variant.label for variant in grid.variants if name in variant.overrides]
        if varied:
            raise SettingError(
                f"{option_name(name)}: the grid varies it itself ({varied[0]}); leave it out, or use another grid"
            )
    return replace(grid, settings=settings_for(chosen, grid.settings), seeds=seeds or grid.seeds)


def stored_grid(which: str) -> Grid:
    """The grid and settings of the sweep that is to be resumed. Raises StoreError where there is no such sweep."""
    from regtrack.sweeps.resuming import own_grid
    from regtrack.tracking.store import connect_to_read

    return own_grid(connect_to_read(), which)


def one_variant(params: dict[str, str], settings: dict[str, str], seeds: tuple[int, ...] | None) -> Grid:
    """A grid of the one variant these params describe. Raises VariantError, or SettingError, for a bad value."""
    return Grid((Variant(**params),), seeds or (0,), settings_from(settings))

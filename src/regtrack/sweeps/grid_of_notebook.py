"""The grid that a notebook gives: by name, as a value, or as a list of variants, with how many seeds or which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from regtrack.errors import GridError, SettingError
from regtrack.variants.grid import AUTO, Grid, product
from regtrack.variants.named_grid import read_grid
from regtrack.variants.seed_budget import SeedBudget
from regtrack.variants.variant import Variant


def given_grid(grid: str | Path | Grid | Iterable, seeds: int | Sequence[int] | str | Mapping | None) -> Grid:
    """Of a file, a name, a Grid or a list of variants, at these seeds where some are given. Raises GridError, SettingError."""
    if isinstance(grid, str | Path):
        grid = read_grid(str(grid))
    elif not isinstance(grid, Grid):
        if isinstance(grid, Mapping) or not isinstance(grid, Iterable):
            raise GridError(
                f"grid: expected a grid file, its name or a list of variants such as [{{}}, {{'l2': 0.001}}], received {grid!r}"
            )
        grid = Grid(_variants(grid), tuple(range(5)))
    if seeds is None:
        return grid
    if isinstance(seeds, Mapping) or (isinstance(seeds, str) and seeds == AUTO):
        return _with_budget(grid, seeds if isinstance(seeds, Mapping) else {})
    return replace(grid, seeds=_seeds(seeds), budget=None)


def _with_budget(grid: Grid, content: Mapping) -> Grid:
    """Raises SettingError for a budget that cannot be, or that does not start the grid."""
    try:
        return grid.with_budget(SeedBudget.of(content))
    except GridError as error:
        raise SettingError(str(error)) from None


def _variants(entries: Iterable) -> tuple[Variant, ...]:
    """A list as a value is an axis, as in a grid file."""
    found: list[Variant] = []
    for entry in entries:
        if not isinstance(entry, Variant | Mapping):
            raise GridError(f"grid: expected variants such as {{'l2': 0.001}}, received {entry!r}")
        found += [entry] if isinstance(entry, Variant) else [Variant(**point) for point in product(entry)]
    labels = [variant.label for variant in found]
    if not labels or len(set(labels)) < len(labels):
        raise GridError(f"grid: expected different variants, at least one, received {', '.join(labels) or 'none'}")
    return tuple(found)


def _seeds(seeds) -> tuple[int, ...]:
    chosen = range(seeds) if isinstance(seeds, int) and not isinstance(seeds, bool) else seeds
    chosen = tuple(chosen) if isinstance(chosen, range | list | tuple) else ()
    whole = all(isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0 for seed in chosen)
    if not chosen or not whole or len(set(chosen)) < len(chosen):
        raise SettingError(
            f"seeds: expected a number such as 5, different seeds such as [0, 1, 2], or 'auto'; received {seeds!r}"
        )
    return chosen

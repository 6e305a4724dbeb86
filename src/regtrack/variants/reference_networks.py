"""Reference networks: what a sweep is measured by where nothing else says what can be reached with these data."""

from dataclasses import replace

from regtrack.errors import SettingError
from regtrack.variants.grid import AUTO, SEEDS_OF_A_REFERENCE, Grid
from regtrack.variants.settings import OWN_WIDTHS
from regtrack.variants.variant import Variant

TIMES = 4
"""The units of the larger network: whether a network is too small shows where one that is not so does better."""
HELD = {"l2": 1e-3, "dropout_rate": 0.5}
"""Strong beside what is usual, and not so strong that it must underfit."""


def with_references(grid: Grid, reference: str) -> tuple[Grid, tuple[str, ...]]:
    """(the grid with its reference networks, what is to be said of them).

    `auto` adds a larger network without regularization and a strongly regularized one, three seeds each (see
    Grid.seeds_of), unless they stand in it; "" adds nothing. Raises SettingError for another word.
    """
    if reference not in ("", AUTO):
        raise SettingError(f"reference: expected {AUTO} or nothing, received {reference!r}")
    if not reference:
        return grid, ()
    own, added, notes = grid.settings, [Variant(**HELD)], []
    widths = own.hidden_widths or OWN_WIDTHS.get(own.architecture)
    if widths:
        added.insert(0, Variant(hidden_widths="-".join(str(TIMES * int(width)) for width in widths.split("-"))))
    else:
        notes.append(
            f"reference: {own.architecture} cannot be made larger here; only a strongly regularized one is added"
        )
    added = [variant for variant in added if variant not in grid.variants]
    notes += [f"reference: {variant.label} is added, {SEEDS_OF_A_REFERENCE} seeds" for variant in added]
    every = (*grid.variants, *added)
    return replace(grid, variants=every, references=(*grid.references, *added)), tuple(notes)
